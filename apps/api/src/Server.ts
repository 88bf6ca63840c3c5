/**
 * The API on a socket, until the scope closes.
 *
 * Bodies above the limit are refused by the server itself. Connections without traffic are closed after a time that the
 * heartbeats of a stream stay below.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Hono } from "hono"
import type { Env } from "./App.ts"

export class ApiUnavailable extends Schema.TaggedError<ApiUnavailable>()("ApiUnavailable", {
  address: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the API cannot listen at ${this.address}: ${this.reason}; choose another --port`
  }
}

const bodyBytes = 64 * 1024
const idleSeconds = 60

export const serve = Effect.fn("serve")(function*(app: Hono<Env>, host: string, port: number) {
  const name = host.includes(":") ? `[${host}]` : host
  const server = yield* Effect.acquireRelease(
    Effect.try({
      try: () =>
        Bun.serve({
          hostname: host,
          port,
          maxRequestBodySize: bodyBytes,
          idleTimeout: idleSeconds,
          fetch: (request, server) => app.fetch(request, { peer: server.requestIP(request)?.address ?? null })
        }),
      catch: (thrown) => {
        const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : ""
        const reason = code === "EADDRINUSE" ? "the port is in use" : code === "" ? String(thrown) : code
        return new ApiUnavailable({ address: `${name}:${port}`, reason })
      }
    }),
    (server) => Effect.promise(() => server.stop(true))
  )
  return `http://${name}:${server.port}`
})

/**
 * The API on a socket, until the scope closes.
 *
 * Connections without traffic are closed after a time that the heartbeats of a stream stay below. What is no HTTP is
 * answered by Bun itself, with a status alone.
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

export const idleSeconds = 60

export const serve = Effect.fn("serve")(function*(app: Hono<Env>, host: string, port: number) {
  const name = host.includes(":") ? `[${host}]` : host
  const server = yield* Effect.acquireRelease(
    Effect.try({
      try: () =>
        Bun.serve({
          hostname: host,
          port,
          // The application reads what it wants of a body and closes on the rest, so that this is told like all else.
          maxRequestBodySize: Number.MAX_SAFE_INTEGER,
          development: false,
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

/**
 * `/livez` and `/readyz` over HTTP, for whoever starts and watches workers.
 *
 * 200 when all is well and else 503, with a JSON body that says what is wrong. Anybody who can connect may ask, so nothing
 * secret is in it, and the database is asked at most once a second however often this is.
 */
import type { HealthConfig } from "@dgas/domain/WorkerConfig"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Pulse } from "./Pulse.ts"
import type { Readiness } from "./Readiness.ts"

export class HealthUnavailable extends Schema.TaggedError<HealthUnavailable>()("HealthUnavailable", {
  address: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `health endpoints cannot listen at ${this.address}: ${this.reason}; choose another health.port, or null for none`
  }
}

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

const seconds = (ms: number) => `${Math.floor(ms / 1000)} s`

const live = (pulse: Pulse): Effect.Effect<Answer> =>
  Effect.map(pulse.view, ({ alive, allowedMs, cycle, silentMs }) => ({
    status: alive ? 200 : 503,
    body: {
      alive,
      problem: alive
        ? null
        : `no ${cycle === null ? "pass" : "cycle"} has ended for ${seconds(silentMs)}, expected within ${
          seconds(allowedMs)
        }`,
      silentMs,
      allowedMs,
      cycle
    }
  }))

const ready = (found: Readiness): Answer => {
  const problems = Object.entries(found).flatMap(([name, problem]) => problem === null ? [] : [`${name}: ${problem}`])
  const checks = Object.fromEntries(Object.entries(found).map(([name, problem]) => [name, problem ?? "ok"]))
  return { status: problems.length === 0 ? 200 : 503, body: { ready: problems.length === 0, problems, checks } }
}

const notFound: Answer = { status: 404, body: { problem: "no such path, expected /livez or /readyz" } }
const notAllowed: Answer = { status: 405, body: { problem: "expected GET" } }

/** Answers until the scope closes, and comes back with where. */
export const serveHealth = Effect.fnUntraced(function*<R>(
  { host, port }: HealthConfig & { readonly port: number },
  pulse: Pulse,
  readiness: Effect.Effect<Readiness, never, R>
) {
  const asked = yield* Effect.cachedWithTTL(Effect.map(readiness, ready), "1 second")
  const run = Effect.runPromiseWith(yield* Effect.context<R>())

  const answer = (request: Request): Effect.Effect<Answer, never, R> => {
    if (request.method !== "GET" && request.method !== "HEAD") return Effect.succeed(notAllowed)
    const { pathname } = new URL(request.url)
    if (pathname === "/livez") return live(pulse)
    return pathname === "/readyz" ? asked : Effect.succeed(notFound)
  }

  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`
  const server = yield* Effect.acquireRelease(
    Effect.try({
      try: () =>
        Bun.serve({
          hostname: host,
          port,
          maxRequestBodySize: 1024,
          fetch: (request) =>
            run(answer(request)).then(({ body, status }) =>
              Response.json(body, { status, headers: { "cache-control": "no-store" } })
            ),
          error: () => Response.json({ problem: "a bug" }, { status: 500 })
        }),
      catch: (thrown) => {
        const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : ""
        const reason = code === "EADDRINUSE" ? "the port is in use" : code === "" ? String(thrown) : code
        return new HealthUnavailable({ address, reason })
      }
    }),
    (server) => Effect.promise(() => server.stop(true))
  )
  return `http://${host.includes(":") ? `[${host}]` : host}:${server.port}`
})

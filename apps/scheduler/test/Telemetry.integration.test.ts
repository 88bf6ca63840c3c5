/** What a worker sends to a collector, and what nobody is sent or shown: secrets. */
import { TestDatabase } from "@dgas/db/TestDatabase"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { projectOf, runScheduler } from "./runScheduler.ts"
import { workerChild } from "./workerChild.ts"

const it = effectTest(TestDatabase.layer)

const secrets = {
  token: "planted-token-of-a-source",
  address: "planted-dead-man-address",
  header: "planted-header-of-the-collector"
}

/** Answers everything, and keeps it. */
const server = (answer: (request: Request) => Response) =>
  Effect.gen(function*() {
    const bodies: Array<{ readonly path: string; readonly headers: Headers; readonly body: string }> = []
    const made = yield* Effect.acquireRelease(
      Effect.sync(() =>
        Bun.serve({
          port: 0,
          hostname: "127.0.0.1",
          fetch: async (request) => {
            const { pathname, search } = new URL(request.url)
            bodies.push({ path: pathname + search, headers: request.headers, body: await request.text() })
            return answer(request)
          }
        })
      ),
      (made) => Effect.promise(() => made.stop(true))
    )
    return { url: `http://127.0.0.1:${made.port}`, bodies }
  })

const config = (source: string, deadMan: string) =>
  `export default {
  sources: {
    sim: { kind: "sim", seed: 3 },
    eodhd: { kind: "eodhd", baseUrl: "${source}", settleMs: 0 }
  },
  universes: {
    sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] },
    stocks: { source: "eodhd", calendar: "24/7", instruments: [{ symbol: "SPY.US" }] }
  },
  schedules: [
    { name: "stocks", universe: "stocks", trading: "5m", higher: "30m" },
    { name: "sim", universe: "sim", trading: "5m", higher: "30m" }
  ],
  health: { port: 0 },
  deadMan: { url: "${deadMan}/${secrets.address}" }
}`

interface Named {
  readonly name: string
}

const namesIn = (bodies: ReadonlyArray<string>, key: string): ReadonlySet<string> =>
  new Set(
    bodies.flatMap((body) => {
      const found: Array<string> = []
      JSON.parse(body, (at, value: unknown) => {
        if (at === key && Array.isArray(value)) {
          for (const one of value as ReadonlyArray<Named>) found.push(one.name)
        }
        return value
      })
      return found
    })
  )

describe("a worker with a collector", () => {
  it.live("sends its spans and counts, logs one object a line, and shows no secret anywhere", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const collector = yield* server(() => Response.json({}))
      // It repeats what it was asked, key and all, as some providers do in their errors.
      const source = yield* server((request) => new Response(`bad token in ${request.url}`, { status: 403 }))
      const deadMan = yield* server(() => new Response(null, { status: 500 }))
      const child = yield* workerChild(config(source.url, deadMan.url), {
        DATABASE_URL: Redacted.value(url),
        EODHD_API_TOKEN: secrets.token,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_HEADERS: `x-api-key=${secrets.header}`,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_SERVICE_NAME: "worker-under-test"
      })
      const health = /http:\/\/[^/]+/.exec(yield* child.line("/livez"))![0]
      const asked = yield* Effect.forEach(
        ["/livez", "/readyz"],
        (path) => Effect.promise(() => fetch(health + path).then((answer) => answer.text()))
      )
      yield* child.line("FAILED")
      yield* child.line("SUCCESS")
      yield* child.line("dead-man address answered with status 500")
      child.kill("SIGTERM")
      expect(yield* child.exited).toBe(130)

      const lines = child.out().trim().split("\n").map((line): Record<string, unknown> => JSON.parse(line))
      expect(lines.find(({ message }) => String(message).includes("SUCCESS"))).toMatchObject({
        level: "info",
        schedule: "sim",
        status: "SUCCESS",
        run: expect.stringMatching(/^sim\/\d{4}-/),
        slot: expect.stringMatching(/^\d{4}-.*Z$/),
        owner: expect.stringContaining("/"),
        signals: expect.any(Number),
        ms: expect.any(Number)
      })
      const known = "time level message schedule slot run owner status signals ms kind message_id text error".split(" ")
      expect(lines.flatMap((line) => Object.keys(line)).filter((key) => !known.includes(key))).toEqual([])
      expect(child.err()).toBe("")

      const sent = (path: string) => collector.bodies.filter((one) => one.path === path).map(({ body }) => body)
      const spans = namesIn(sent("/v1/traces"), "spans")
      for (const name of ["pass", "PredictionEngine.cycle", "RunStore.finish", "Sql.run"]) expect(spans).toContain(name)
      const metrics = namesIn(sent("/v1/metrics"), "metrics")
      for (const name of ["dgas.slots", "dgas.cycle", "dgas.bars.stored", "dgas.signals"]) {
        expect(metrics).toContain(name)
      }
      expect(sent("/v1/traces")[0]).toContain("worker-under-test")
      expect(collector.bodies[0]!.headers.get("x-api-key")).toBe(secrets.header)
      // The secrets were used, and by nobody but those whom they are for.
      expect(source.bodies[0]!.path).toContain(secrets.token)
      expect(deadMan.bodies[0]!.path).toContain(secrets.address)
      const shown = [child.out(), child.err(), ...asked, ...collector.bodies.map(({ body }) => body)].join("\n")
      const password = new URL(Redacted.value(url)).password
      expect(password.length).toBeGreaterThan(8)
      for (const secret of [...Object.values(secrets), password]) expect(shown).not.toContain(secret)
    }))

  it.live("refuses an address of it that is none, in one line that does not show it", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const ran = yield* Effect.promise(async () =>
        runScheduler(await projectOf(config("http://127.0.0.1:1", "http://127.0.0.1:1")), {
          DATABASE_URL: Redacted.value(url),
          OTEL_EXPORTER_OTLP_ENDPOINT: "collector:planted-secret"
        }, [])
      )
      expect(ran).toEqual({
        code: 1,
        out: "",
        err: "error: OTEL_EXPORTER_OTLP_ENDPOINT: found something else, expected an http or https URL\n"
      })
    }))
})

/** What those hear who ask a worker how it does. */
import { DbClock } from "@dgas/db/DbClock"
import { ensure, stop } from "@dgas/db/EmbeddedPostgres"
import { migrate } from "@dgas/db/Migrator"
import { SchedulerStateStore } from "@dgas/db/SchedulerStateStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { watchOf } from "@dgas/engine/Watch"
import { effectTest } from "@dgas/testkit/effectTest"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect } from "bun:test"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { chmodSync } from "node:fs"
import { join } from "node:path"
import { graceMs } from "../src/GracefulStop.ts"
import { serveHealth } from "../src/HealthServer.ts"
import { live } from "../src/Live.ts"
import { makePulse } from "../src/Pulse.ts"
import { makeReadiness } from "../src/Readiness.ts"
import { workerChild } from "./workerChild.ts"
import { configOf } from "./world.ts"

const it = effectTest(TestDatabase.layer)
const virtual = effectTest(TestDatabase.layerBy(DbClock.layerVirtual))

const configFor = (port: number | null, host = "127.0.0.1") =>
  `export default {
  sources: { sim: { kind: "sim", seed: 3 } },
  universes: { sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
  schedules: [{ name: "sim-5m", universe: "sim", trading: "5m", higher: "30m" }],
  health: { port: ${port}, host: "${host}" }
}`

const ask = (url: string, path: string, init: RequestInit = {}) =>
  Effect.promise(async () => {
    const answer = await fetch(`${url}${path}`, init)
    const body: Record<string, unknown> = init.method === "HEAD" ? {} : await answer.json()
    return { status: answer.status, body }
  })

const urlOf = (line: string) => /http:\/\/[^/]+/.exec(line)![0]

const serve = Effect.fnUntraced(function*(watches: Parameters<typeof makeReadiness>[0]) {
  const pulse = yield* makePulse
  const url = yield* serveHealth({ host: "127.0.0.1", port: 0 }, pulse, (yield* makeReadiness(watches)).look)
  return { pulse, url }
})

describe("/livez", () => {
  virtual.effect(
    "is 200 while passes end, and 503 with what is being run once a cycle takes far too long",
    () =>
      Effect.gen(function*() {
        const config = configOf({
          sources: { sim: { kind: "sim", seed: 3 } },
          universes: { sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
          schedules: [{ name: "sim", universe: "sim", trading: "5m", higher: "30m" }]
        })
        const watch = watchOf(config, config.schedules[0])
        yield* TestClock.setTime(Date.UTC(2026, 0, 5, 12))
        const { pulse, url } = yield* serve([watch])
        expect(yield* ask(url, "/livez")).toMatchObject({ status: 200, body: { alive: true, cycle: null } })

        // A bug that hangs: nothing of ours takes so long by itself.
        const begun = yield* Deferred.make<void>()
        const hanging = PredictionEngine.of({
          cycle: () => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never),
          revisit: () => Effect.succeed(null)
        })
        const worker = yield* Effect.forkDetach(
          Effect.provideService(live([watch], "worker", "UTC", { pulse }), PredictionEngine, hanging)
        )
        yield* Deferred.await(begun)
        yield* TestClock.adjust(79_999)
        expect(yield* ask(url, "/livez")).toMatchObject({ status: 200, body: { alive: true, problem: null } })
        yield* TestClock.adjust(1)
        expect(yield* ask(url, "/livez")).toEqual({
          status: 503,
          body: {
            alive: false,
            problem: "no cycle has ended for 80 s, expected within 80 s",
            silentMs: 80_000,
            allowedMs: 80_000,
            cycle: { schedule: "sim", slot: "2026-01-05T12:00:00.000Z", run: "sim/2026-01-05T12:00:00.000Z" }
          }
        })
        const ending = yield* Effect.forkChild(Fiber.interrupt(worker), { startImmediately: true })
        yield* TestClock.adjust(graceMs)
        yield* Fiber.join(ending)
        expect(yield* (yield* SchedulerStateStore).read).toMatchObject({ status: "STOPPED", currentRunId: null })
      })
  )
})

describe("/readyz", () => {
  virtual.effect(
    "is 503 with the reason when the schema is older or newer, and 200 when it is right",
    () =>
      Effect.gen(function*() {
        yield* TestClock.setTime(Date.UTC(2026, 0, 5, 12))
        const config = configOf({
          sources: { sim: { kind: "sim" } },
          universes: { sim: { source: "sim", calendar: "XNYS", instruments: [{ symbol: "SIM-A" }] } },
          schedules: [{ name: "sim", universe: "sim", trading: "5m", higher: "30m" }]
        })
        const { run } = yield* Sql
        const { url } = yield* serve([watchOf(config, config.schedules[0])])
        expect(yield* ask(url, "/readyz")).toEqual({
          status: 200,
          body: {
            ready: true,
            problems: [],
            checks: { database: "ok", schema: "ok", clocks: "ok", calendars: "ok" }
          }
        })
        yield* run("older", (sql) => sql`delete from migrations where version like '0004%'`)
        const older = yield* serve([])
        expect(yield* ask(older.url, "/readyz")).toMatchObject({
          status: 503,
          body: {
            problems: [expect.stringContaining("schema: database of this worker has an older schema, without 0004")]
          }
        })
        yield* run(
          "newer",
          (sql) => sql`insert into migrations (version, checksum) values ('9999_later', repeat('0', 64))`
        )
        const newer = yield* serve([])
        expect(yield* ask(newer.url, "/readyz")).toMatchObject({
          status: 503,
          body: { ready: false, problems: [expect.stringContaining("newer schema, with 9999_later")] }
        })
      })
  )

  virtual.effect("is 503 when a calendar ends in less than 60 days", () =>
    Effect.gen(function*() {
      const config = configOf({
        sources: { sim: { kind: "sim" } },
        universes: { sim: { source: "sim", calendar: "XNYS", instruments: [{ symbol: "SIM-A" }] } },
        schedules: [{ name: "sim", universe: "sim", trading: "5m", higher: "30m" }]
      })
      const watch = watchOf(config, config.schedules[0])
      const { calendar } = watch.tradingGrid
      let end = Date.UTC(2026, 0, 1)
      while (calendar.covers(end)) end += 86_400_000
      yield* TestClock.setTime(end - 61 * 86_400_000)
      const { url } = yield* serve([watch])
      expect(yield* ask(url, "/readyz")).toMatchObject({ status: 200 })
      yield* TestClock.adjust("1 day")
      expect(yield* ask(url, "/readyz")).toMatchObject({
        status: 503,
        body: { problems: ["calendars: known are XNYS for 59 more days, expected 60: update dgas"] }
      })
    }))

  it.live(
    "is 503 within two seconds when the database has stopped, and says nothing of where that is",
    () =>
      Effect.gen(function*() {
        const above = temporaryFolder("health")
        chmodSync(above, 0o755)
        const dir = join(above, ".dgas")
        const { url } = yield* Effect.acquireRelease(ensure({ dir }), () => Effect.ignore(stop({ dir })))
        yield* Effect.flatMap(Sql, (sql) => migrate(url, sql)).pipe(
          Effect.provide(Layer.fresh(Sql.layer({ url, pool: "test", max: 1 })))
        )
        const child = yield* workerChild(configFor(0), { DATABASE_URL: Redacted.value(url) })
        const health = urlOf(yield* child.line("/livez"))
        yield* child.line("SUCCESS")
        expect(yield* ask(health, "/readyz")).toMatchObject({ status: 200 })
        yield* stop({ dir })
        yield* child.line("trying again")
        const asked = performance.now()
        // What it knew a moment ago it may say for a second more.
        const { body, status } = yield* Effect.repeat(ask(health, "/readyz"), {
          until: (answer) => answer.status !== 200 || performance.now() - asked > 2000
        })
        expect(performance.now() - asked).toBeLessThan(2000)
        expect({ status, problems: (body["problems"] as ReadonlyArray<string>).length }).toEqual({
          status: 503,
          problems: 3
        })
        const { hostname, password, port } = new URL(Redacted.value(url))
        for (const secret of [password, `${hostname}:${port}`]) expect(JSON.stringify(body)).not.toContain(secret)
        // The loop goes on, so another start would be no help.
        expect(yield* ask(health, "/livez")).toMatchObject({ status: 200 })
        child.kill("SIGTERM")
        expect(yield* child.exited).toBe(130)
      }),
    60_000
  )
})

describe("health endpoints", () => {
  it.live("know no other path and no other method", () =>
    Effect.gen(function*() {
      const { url } = yield* serve([])
      expect(yield* ask(url, "/")).toMatchObject({ status: 404 })
      expect(yield* ask(url, "/livez", { method: "POST", body: "x" })).toMatchObject({ status: 405 })
      expect(yield* ask(url, "/livez", { method: "HEAD" })).toMatchObject({ status: 200 })
    }))

  it.live("that find their port taken end the worker in one line, and say what to change", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const taken = yield* Effect.acquireRelease(
        Effect.sync(() => Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() })),
        (server) => Effect.promise(() => server.stop(true))
      )
      const child = yield* workerChild(configFor(taken.port ?? 0), { DATABASE_URL: Redacted.value(url) })
      expect(yield* child.exited).toBe(1)
      expect(child.out()).toBe("")
      expect(child.err()).toBe(
        `error: health endpoints cannot listen at 127.0.0.1:${taken.port}: the port is in use; choose another health.port, or null for none\n`
      )
      expect(yield* (yield* SchedulerStateStore).read).toMatchObject({ status: "IDLE", nextScheduledRun: null })
    }))
})

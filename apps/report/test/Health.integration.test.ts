/** `report slots` and `report health` as a process, over rows that a worker would have stored a moment ago. */
import { BarStore } from "@dgas/db/BarStore"
import { DbClock } from "@dgas/db/DbClock"
import { stop } from "@dgas/db/EmbeddedPostgres"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { releaseMessages } from "@dgas/db/OutboxRelease"
import { RunStore } from "@dgas/db/RunStore"
import { SchedulerStateStore } from "@dgas/db/SchedulerStateStore"
import { SlotStore } from "@dgas/db/SlotStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import type { OutboxMessage } from "@dgas/domain/Announce"
import type { PredictionRun, RunStatus } from "@dgas/domain/PredictionRun"
import { runId } from "@dgas/engine/SignalRow"
import { diskCheck } from "@dgas/monitor/Health"
import { effectTest } from "@dgas/testkit/effectTest"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import { report, reportWith } from "./project.ts"
import { runReport } from "./runReport.ts"

const it = effectTest(TestDatabase.layer)
const step = 1_800_000

/** The close of the bar of 30 minutes that ended last. */
const lastSlot = Effect.map(Effect.flatMap(DbClock, ({ now }) => now), (now) => Math.floor(now / step) * step)

const runAt = (slotAt: number, status: RunStatus): PredictionRun => ({
  id: runId("pairs", slotAt, "LIVE"),
  schedule: "pairs",
  slotAt,
  runTimestamp: slotAt + 4000,
  intervalType: "30m",
  symbolsRequested: 1,
  symbolsProcessed: status === "FAILED" ? 0 : 1,
  signalsGenerated: 0,
  executionTimeMs: 5,
  dataFetchMs: 0,
  indicatorCalcMs: 0,
  signalGenerationMs: 0,
  notificationMs: 0,
  status,
  errors: status === "FAILED" ? ["source s is not available"] : [],
  gates: [],
  rules: "1",
  origin: "LIVE",
  lateMs: null,
  barsRevised: 0,
  inputs: null
})

const message: OutboxMessage = {
  id: "message",
  channel: "console",
  destination: "",
  kind: "signals",
  signalIds: [],
  payload: { title: "" }
}

const ran = (slotAt: number, status: RunStatus = "SUCCESS", outbox: ReadonlyArray<OutboxMessage> = []) =>
  Effect.gen(function*() {
    const claim = yield* (yield* SlotStore).claim({ schedule: "pairs", slotAt, origin: "LIVE" }, "worker", 10_000)
    yield* (yield* RunStore).finish({
      claim: claim!,
      run: runAt(slotAt, status),
      signals: [],
      events: [],
      metrics: [],
      outbox,
      slot: status === "FAILED" ? { state: "failed", reason: "no_data" } : { state: "done", reason: null }
    })
  })

/** A worker that ran the last slot with its bar, and rests. */
const well = Effect.gen(function*() {
  const slotAt = yield* lastSlot
  yield* ran(slotAt)
  const ids = yield* (yield* InstrumentStore).ensure("s", [
    { symbol: "SIM-A", calendar: "24/7", tick: null, basis: "raw", simulated: true }
  ])
  const bar = { open: 1, high: 1, low: 1, close: 1, volume: 0, openTime: slotAt - step, closeTime: slotAt }
  yield* (yield* BarStore).upsert([{ instrumentId: ids.get("SIM-A")!, timeframe: "30m", bars: [bar] }])
  yield* (yield* SchedulerStateStore).settle({
    status: "IDLE",
    owner: "worker",
    runId: null,
    nextScheduledRun: slotAt + step
  })
  return slotAt
})

interface Line {
  readonly check: string
  readonly ok: boolean
  readonly found: string
}

/** What is wrong, and how the process ended. */
const health = Effect.map(report("health", "--format", "json"), ({ code, err, out }) => {
  const lines: ReadonlyArray<Line> = JSON.parse(out)
  return { code, err, lines, wrong: lines.filter(({ ok }) => !ok) }
})

const wrongOf = (name: string) =>
  Effect.map(health, ({ code, err, wrong }) => {
    expect({ code, names: wrong.map(({ check }) => check) }).toEqual({ code: 1, names: [name] })
    expect(err).toContain(`found something wrong: ${name}`)
    return wrong[0]!.found
  })

describe("report health", () => {
  it.live("ends with 0 when all is well, and says of each part what was found", () =>
    Effect.gen(function*() {
      yield* well
      const { code, err, lines } = yield* health
      expect({ code, err }).toEqual({ code: 0, err: "" })
      expect(lines.map(({ check }) => check)).toEqual([
        "database",
        "clocks",
        "worker",
        "runs",
        "slots",
        "messages",
        "restored",
        "bars",
        "calendar"
      ])
      const { out } = yield* report("health")
      expect(out).toMatch(/database +ok +answers, schema \d{4}_/)
      expect(out).toMatch(/worker +ok +idle, heard of .* ago, next slot at/)
      expect(out).toMatch(/slots +pairs +ok +nothing owed; in 24 h 1 done/)
      expect(out).toMatch(/bars +u 30m +ok +the last closed .*, that of 1 of 1 symbols; expected one of .*/)
    }))

  it.live("tells that nobody has ever run a slot", () =>
    Effect.gen(function*() {
      const { code, wrong } = yield* health
      expect(code).toBe(1)
      expect(wrong.map(({ check }) => check)).toContain("worker")
      expect(wrong.find(({ check }) => check === "worker")?.found).toContain("no worker has run")
    }))

  it.live("tells a worker that died at work by its lease, one that was stopped, and one that went silent", () =>
    Effect.gen(function*() {
      const slotAt = yield* well
      const state = yield* SchedulerStateStore
      yield* (yield* SlotStore).claim({ schedule: "pairs", slotAt: slotAt - step, origin: "LIVE" }, "killed", 0)
      yield* state.update({ status: "RUNNING", currentRunId: runId("pairs", slotAt - step, "LIVE") })
      const { wrong } = yield* health
      expect(wrong[0]?.found).toMatch(/worker died at pairs.*, lease ran out at/)

      const { run } = yield* Sql
      yield* run("gone", (sql) => sql`delete from slots where owner = 'killed'`)
      yield* state.settle({ status: "STOPPED", owner: "worker", runId: null })
      expect(yield* wrongOf("worker")).toContain("stopped at")
      yield* state.settle({ status: "IDLE", owner: "worker", runId: null })
      yield* run("silence", (sql) => sql`update scheduler_state set updated_at = now() - interval '2 minutes'`)
      expect(yield* wrongOf("worker")).toContain("not heard of since")
    }))

  it.live("tells owed, missed and failed slots with their reasons", () =>
    Effect.gen(function*() {
      const slotAt = yield* well
      const slots = yield* SlotStore
      yield* slots.miss("pairs", "LIVE", [slotAt - 3 * step, slotAt - 2 * step, slotAt - step], "too_old")
      expect(yield* wrongOf("slots")).toContain("in 24 h 1 done, 3 missed (too_old)")
      const { run } = yield* Sql
      yield* run("owed", (sql) => sql`delete from slots where slot_at = ${slotAt - 2 * step}::timestamptz`)
      const { wrong } = yield* health
      expect(wrong[0]?.found).toContain("1 owed since")
      yield* run("none missed", (sql) => sql`delete from slots where state = 'missed'`)

      // One failure is told; a second one in a row is wrong.
      yield* ran(slotAt - step, "FAILED")
      const { code, lines } = yield* health
      expect(code).toBe(0)
      expect(lines.find(({ check }) => check === "slots")?.found).toContain("1 failed (no_data)")
      yield* run("the last, too", (sql) =>
        sql`update prediction_runs set status = 'FAILED', errors = '{away}', symbols_processed = 0`)
      expect(yield* wrongOf("runs")).toMatch(/FAILED at .*: away; next close/)
      yield* run("many reasons", (sql) =>
        sql`update prediction_runs set errors = '{no A,no B,no C}'`)
      expect(yield* wrongOf("runs")).toMatch(/: no A, and 2 more in report runs; next close/)
    }))

  it.live("tells messages that wait, and bars that do not come", () =>
    Effect.gen(function*() {
      const slotAt = yield* well
      yield* ran(slotAt - step, "SUCCESS", [message])
      expect((yield* health).code).toBe(0)
      const { run } = yield* Sql
      yield* run("old", (sql) => sql`update outbox set due_since = now() - interval '6 minutes'`)
      expect(yield* wrongOf("messages")).toContain("1 wait, the oldest for 6 min")
      yield* run("done", (sql) => sql`delete from outbox`)
      yield* run("late", (sql) =>
        sql`update bars set open_time = open_time - interval '1 hour', close_time = close_time - interval '1 hour'`)
      expect(yield* wrongOf("bars")).toContain("the last closed")
    }))

  it.live("tells messages that are held since a restore apart from those that wait", () =>
    Effect.gen(function*() {
      const slotAt = yield* well
      yield* ran(slotAt - step, "SUCCESS", [message])
      const { run } = yield* Sql
      yield* run("restored", (sql) =>
        sql`
          update outbox set state = 'held', restored_at = now(), created_at = now() - interval '3 days',
            due_since = now() - interval '3 days', lease_token = null, lease_until = null`)
      expect(yield* wrongOf("restored")).toBe("1 held since a restore: bun run db:release lets them go out")
      yield* releaseMessages
      // What waits since it was released waits for nothing else.
      expect((yield* health).wrong.map(({ check }) => check)).toEqual([])
    }))

  it.live("tells of the disk of an embedded database, and of no other", () =>
    Effect.gen(function*() {
      const left = (bytesLeft: number) => ({ folder: "/data", bytesLeft, bytesTotal: 250e9 })
      expect(diskCheck(left(20e9))).toMatchObject({
        ok: true,
        found: "the disk of /data has 20 GB of 250 GB left",
        value: 20e9,
        unit: "bytes"
      })
      expect(diskCheck(left(8e9))).toMatchObject({
        ok: false,
        found: "the disk of /data has 8.0 GB of 250 GB left, expected 1 GB and 5 %"
      })
      expect(diskCheck(null)).toMatchObject({ ok: true, value: null })

      const dir = join(temporaryFolder("report"), ".dgas")
      yield* Effect.addFinalizer(() => Effect.ignore(stop({ dir })))
      const { out } = yield* reportWith({ DATABASE_URL: "", DGAS_DIR: dir }, "health", "--format", "json")
      const lines: ReadonlyArray<Line> = JSON.parse(out)
      expect(lines.slice(0, 2).map(({ check }) => check)).toEqual(["database", "disk"])
      expect(lines[1]?.found).toStartWith(`the disk of ${dir} has `)
    }), 60_000)

  it.live("is a page also when the database is away, or has another schema", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      yield* run(
        "newer",
        (sql) => sql`insert into migrations (version, checksum) values ('9999_later', repeat('0', 64))`
      )
      expect(yield* wrongOf("database")).toContain("newer schema, with 9999_later")

      const cwd = temporaryFolder("report")
      yield* Effect.promise(() =>
        Bun.write(
          join(cwd, "dgas.config.ts"),
          `export default {
            sources: { s: { kind: "sim" } },
            universes: { u: { source: "s", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
            schedules: [{ name: "pairs", universe: "u", trading: "30m", higher: "4h" }]
          }`
        )
      )
      const env = { DATABASE_URL: "postgres://dgas:planted-secret@127.0.0.1:1/dgas" }
      const away = yield* Effect.promise(() => runReport(["health"], { cwd, env }))
      expect(away.code).toBe(1)
      expect(away.out).toMatch(/database +WRONG +database 127.0.0.1:1\/dgas is not available/)
      expect(away.out + away.err).not.toContain("planted-secret")
    }))
})

interface Slots {
  readonly counts: ReadonlyArray<Record<string, unknown>>
  readonly slots: ReadonlyArray<Record<string, unknown>>
  readonly owed: { readonly due: ReadonlyArray<string> } | null
}

describe("report slots", () => {
  const slots = (...args: ReadonlyArray<string>) =>
    Effect.map(report("slots", "--format", "json", ...args), ({ code, err, out }) => {
      expect({ code, err }).toEqual({ code: 0, err: "" })
      const found: Slots = JSON.parse(out)
      return found
    })

  it.live("counts states, lists the newest with who ran them when, and what a schedule owes", () =>
    Effect.gen(function*() {
      const slotAt = yield* well
      yield* ran(slotAt - 3 * step, "FAILED")
      yield* (yield* SlotStore).claim({ schedule: "pairs", slotAt: slotAt - 5 * step, origin: "LIVE" }, "dead", 0)
      const found = yield* slots("--schedule", "pairs")
      expect(found.counts).toMatchObject([
        { state: "running", count: 1 },
        { state: "done", count: 1 },
        { state: "failed", reason: "no_data", count: 1 }
      ])
      expect(found.slots.map(({ slotAt }) => Date.parse(String(slotAt)))).toEqual(
        [0, 3, 5].map((n) => slotAt - n * step)
      )
      expect(found.slots[0]).toMatchObject({ owner: "worker", endedAfterMs: expect.any(Number), leaseUntil: null })
      expect(found.slots[2]).toMatchObject({ owner: "dead", endedAfterMs: null, leaseUntil: expect.any(String) })
      expect(found.owed?.due.map((at) => Date.parse(at))).toEqual([5, 4, 2, 1].map((n) => slotAt - n * step))
      expect((yield* slots()).owed).toBeNull()
      expect((yield* slots("--state", "failed")).slots).toHaveLength(1)
      expect((yield* slots("--schedule", "other")).slots).toEqual([])

      const { out } = yield* report("slots", "--schedule", "pairs")
      expect(out).toMatch(/pairs +LIVE +failed +no_data +1 /)
      expect(out).toMatch(/pairs +running +dead +its worker died, lease ran out at/)
      expect(out).toContain("pairs owes 4, the oldest for ")
      const csv = yield* report("slots", "--format", "csv")
      expect(csv.out.split("\n")[0]).toBe(
        "slotAt,schedule,origin,state,reason,owner,fence,endedAfterMs,lateMs,leaseUntil,updatedAt"
      )
    }))
})

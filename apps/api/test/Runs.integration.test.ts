/** Runs, slots and the worker, over rows as a worker stores them. */
import { DbClock } from "@dgas/db/DbClock"
import { RunRequestStore } from "@dgas/db/RunRequestStore"
import { SchedulerStateStore } from "@dgas/db/SchedulerStateStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { SlotStore } from "@dgas/db/SlotStore"
import { Sql } from "@dgas/db/Sql"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { aRun, aSignal, minute, monday } from "../../../packages/db/test/rows.ts"
import { storeRun } from "../../../packages/db/test/storeRun.ts"
import { get, it, itWith, listening } from "./apiWorld.ts"
import { asAnn, ask } from "./writer.ts"

const runAt = (slot: number, change: Partial<ReturnType<typeof aRun>> = {}) =>
  storeRun({ run: aRun({ id: `r${slot}`, slotAt: monday + slot * minute, ...change }) })

describe("runs", () => {
  it.live("come newest first, a page at a time", () =>
    Effect.gen(function*() {
      const url = yield* listening
      for (const slot of [0, 1, 2]) yield* runAt(slot)
      const first = yield* get(`${url}/v1/runs?limit=2`)
      expect(first.json.items.map(({ id }: { id: string }) => id)).toEqual(["r2", "r1"])
      expect(first.json.items[0]).toMatchObject({ slotAt: "2024-01-08T15:02:00.000Z", status: "SUCCESS" })
      expect(first.json.items[0]).not.toHaveProperty("gates")
      const second = yield* get(`${url}/v1/runs?limit=2&cursor=${first.json.next}`)
      expect(second.json).toMatchObject({ items: [{ id: "r0" }], next: null })
    }))

  it.live("have their signals and, of every other symbol, what stopped it", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const stop = (symbol: string, gate: "NO_DATA" | "WEAK") => ({ symbol, gate, detail: "so" })
      yield* runAt(0, { gates: [stop("A", "WEAK"), stop("B", "NO_DATA"), stop("C", "WEAK")] })
      yield* (yield* SignalStore).insertMany("r0", [aSignal({ id: "s" })])
      const { json, status } = yield* get(`${url}/v1/runs/r0`)
      expect(status).toBe(200)
      expect(json).toMatchObject({
        id: "r0",
        gates: [{ symbol: "A", gate: "WEAK" }, { symbol: "B" }, { symbol: "C" }],
        gateCounts: [{ gate: "NO_DATA", stopped: 1 }, { gate: "WEAK", stopped: 2 }],
        signals: [{ id: "s" }]
      })
      expect(json).not.toHaveProperty("inputs")
      const none = yield* get(`${url}/v1/runs/none`)
      expect(none).toMatchObject({ status: 404, json: { detail: "there is no such run, expected one of /v1/runs" } })
    }))
})

describe("a run of which a bar came late", () => {
  it.live("says of which symbol, and by how much", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* runAt(0, { gates: [{ symbol: "B", gate: "NO_DATA", detail: "no closed bar" }] })
      const { run } = yield* Sql
      yield* run("a late bar", (sql) =>
        sql`
          insert into late_analyses (run_id, symbol, late_ms, gate)
          values ('r0', 'B', 90000, '{"symbol": "B", "gate": "WEAK", "detail": "strength 0.50"}'::jsonb)`)
      expect((yield* get(`${url}/v1/runs/r0`)).json).toMatchObject({
        gates: [{ symbol: "B", gate: "WEAK" }],
        late: [{ symbol: "B", lateMs: 90_000 }]
      })
    }))
})

describe("slots", () => {
  it.live("come newest first, and by day with the reasons of those that were missed", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* runAt(0)
      yield* (yield* SlotStore).miss("crypto", "LIVE", [monday + minute, monday + 2 * minute], "backlog")
      const first = yield* get(`${url}/v1/slots?limit=2`)
      expect(first.json.items).toMatchObject([{ state: "missed", reason: "backlog" }, { state: "missed" }])
      const second = yield* get(`${url}/v1/slots?limit=2&cursor=${first.json.next}`)
      expect(second.json).toMatchObject({ items: [{ state: "done", runId: "r0" }], next: null })
      const days = yield* get(`${url}/v1/slots/days?since=2024-01-01&until=2024-02-01`)
      expect(days.json.items).toMatchObject([
        { schedule: "crypto", day: "2024-01-08", done: 1, missed: 2, reasons: [{ reason: "backlog", count: 2 }] }
      ])
      const long = yield* get(`${url}/v1/slots/days?since=2024-01-01&until=2025-01-02`)
      expect(long).toMatchObject({ status: 400, json: { mistakes: [{ where: "query.since" }] } })
    }))
})

describe("the scheduler", () => {
  it.live("is none on an empty database, and its schedules have their next close", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const { json } = yield* get(`${url}/v1/scheduler`)
      expect(json).toMatchObject({
        status: "IDLE",
        kind: "none",
        lastRun: null,
        nextRun: null,
        schedules: [{ name: "desk", universe: "sim", source: "sim", trading: "30m", symbols: 2, lastRun: null }]
      })
      const step = 1_800_000
      const now = yield* (yield* DbClock).now
      expect(Math.abs(Date.parse(json.schedules[0].nextClose) - (Math.floor(now / step) + 1) * step)).toBeLessThan(step)
      for (const list of ["runs", "slots"]) {
        expect((yield* get(`${url}/v1/${list}`)).json).toEqual({ items: [], next: null })
      }
      expect((yield* get(`${url}/v1/slots/days?since=2024-01-01&until=2024-02-01`)).json).toEqual({ items: [] })
    }))

  it.live("is idle once a worker has said so, and knows the last run of each schedule", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* runAt(0, { schedule: "desk" })
      yield* (yield* SchedulerStateStore).update({ status: "IDLE", lastRunTimestamp: monday, nextScheduledRun: monday })
      const { json } = yield* get(`${url}/v1/scheduler`)
      expect(json).toMatchObject({
        kind: "idle",
        lastRun: "2024-01-08T15:00:00.000Z",
        schedules: [{ lastRun: { id: "r0" } }]
      })
    }))
})

describe("a run that is asked for", () => {
  itWith(asAnn).live("waits for a worker, and says what came of it", () =>
    Effect.gen(function*() {
      const url = `${yield* listening}/v1/scheduler/runs`
      const { json: one, status } = yield* ask("POST", url, { schedule: "desk" })
      expect(status).toBe(202)
      expect(one).toMatchObject({ schedule: "desk", requestedBy: "ann", state: "waiting", result: null })
      expect(yield* get(`${url}/${one.id}`)).toMatchObject({ status: 200, json: one })
      const store = yield* RunRequestStore
      yield* store.take(["desk"], "worker")
      yield* store.done({ id: one.id, schedule: "desk" }, "worker", "ran 1 slot, 2 signals")
      expect((yield* get(`${url}/${one.id}`)).json).toMatchObject({ state: "done", result: "ran 1 slot, 2 signals" })
      expect((yield* ask("POST", url, { schedule: null })).json).toMatchObject({ schedule: null, state: "waiting" })
      for (const answer of [yield* get(`${url}/other`), yield* ask("POST", url, { schedule: "other" })]) {
        expect(answer).toMatchObject({
          status: 404,
          json: { detail: expect.stringMatching(/^there is no such (request|schedule), expected /) }
        })
      }
    }))

  it.live("is refused to whoever has no key", () =>
    Effect.gen(function*() {
      const { status } = yield* ask("POST", `${yield* listening}/v1/scheduler/runs`, { schedule: null })
      expect(status).toBe(401)
      expect(yield* (yield* RunRequestStore).take(["desk"], "worker")).toEqual([])
    }))
})

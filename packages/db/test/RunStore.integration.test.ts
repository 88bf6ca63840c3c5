import type { LevelEvent } from "@dgas/domain/LevelEvent"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import type { SlotClaim } from "@dgas/domain/Slot"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { DbClock } from "../src/DbClock.ts"
import { LevelEventStore } from "../src/LevelEventStore.ts"
import { MetricStore } from "../src/MetricStore.ts"
import { OptionStore } from "../src/OptionStore.ts"
import { OutboxStore } from "../src/OutboxStore.ts"
import { type FinishedCycle, RunStore } from "../src/RunStore.ts"
import { SignalStore } from "../src/SignalStore.ts"
import { SlotStore } from "../src/SlotStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aMessage, anEvent, anExit, aRun, aSignal, aSlot, minute, monday, someInputs } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

const it = effectTest(TestDatabase.layer)

const claimed = (leaseMs = 10_000) =>
  Effect.gen(function*() {
    return (yield* (yield* SlotStore).claim(aSlot, "a", leaseMs))!
  })

const aCycle = (claim: SlotClaim, change: Partial<FinishedCycle> = {}): FinishedCycle => ({
  claim,
  run: aRun(),
  signals: [aSignal()],
  events: [anEvent()],
  metrics: [{
    metricType: "cycle_ms",
    metricValue: 0,
    metricTimestamp: monday,
    aggregationPeriod: null,
    metadata: { run: aRun().id }
  }],
  outbox: [aMessage()],
  slot: { state: "done", reason: null },
  ...change
})

/** Rows of every table that a finish writes, and the slots that are final. */
const written = Effect.gen(function*() {
  const { run } = yield* Sql
  const [counts] = yield* run("counts", (sql) =>
    sql`
      select (select count(*)::int from prediction_runs) as runs, (select count(*)::int from generated_signals) as signals,
        (select count(*)::int from level_events) as events,
        (select count(*)::int from prediction_metrics) as metrics, (select count(*)::int from outbox) as messages,
        (select count(*)::int from slots where state <> 'running') as final`)
  return counts
})

const all = { runs: 1, signals: 1, events: 1, metrics: 1, messages: 1, final: 1 }
const nothing = { runs: 0, signals: 0, events: 0, metrics: 0, messages: 0, final: 0 }

describe("RunStore.finish", () => {
  it.live("stores run, signals, level events, metrics, messages and final state, and gives the run back as it was", () =>
    Effect.gen(function*() {
      const runs = yield* RunStore
      expect(yield* runs.finish(aCycle(yield* claimed()))).toEqual({ rejected: [] })
      expect(yield* written).toEqual(all)
      expect(yield* runs.get(aRun().id)).toEqual(aRun())
      expect(yield* runs.get("none")).toBeNull()
      expect(yield* (yield* OutboxStore).pending("console", 9)).toEqual([aMessage()])
      const metrics = yield* MetricStore
      expect(yield* metrics.query({ type: "cycle_ms", since: 0, aggregate: "avg" })).toBe(0)
      const [signal] = yield* (yield* SignalStore).recent({ limit: 9 })
      expect(signal).toMatchObject({ ...aSignal(), runId: aRun().id, notificationSent: false, outcome: null })
      expect(yield* (yield* LevelEventStore).recent({ limit: 9 })).toEqual([anEvent()])
    }))

  it.live("gives back what a run was computed from, and needs its options to be stored", () =>
    Effect.gen(function*() {
      const runs = yield* RunStore
      const run = aRun({ inputs: someInputs() })
      const claim = yield* claimed()
      expect(yield* Effect.flip(runs.finish(aCycle(claim, { run })))).toMatchObject({
        _tag: "StoreRefused",
        constraint: "prediction_runs_options_id_fkey"
      })
      expect(yield* written).toEqual(nothing)
      yield* (yield* OptionStore).ensure("options 1", {})
      yield* runs.finish(aCycle(claim, { run }))
      expect(yield* runs.get(run.id)).toEqual(run)
      const ever = aRun({
        id: "ever",
        slotAt: monday + minute,
        inputs: someInputs({ bars: 0, barsFrom: 0, signalsSince: null })
      })
      yield* storeRun({ run: ever })
      expect(yield* runs.recent({ limit: 9 })).toEqual([ever, run])
    }))

  it.live("tells when a run was stored by the clock of the database", () =>
    Effect.gen(function*() {
      const runs = yield* RunStore
      const clock = yield* DbClock
      const before = yield* clock.now
      yield* storeRun()
      const storedAt = yield* runs.storedAt(aRun().id)
      expect(storedAt).toBeGreaterThanOrEqual(before)
      expect(storedAt).toBeLessThanOrEqual(yield* clock.now)
      expect(yield* runs.storedAt("none")).toBeNull()
    }))

  it.live("writes nothing for a worker whose slot was taken over", () =>
    Effect.gen(function*() {
      const runs = yield* RunStore
      const stale = yield* claimed(0)
      const current = (yield* (yield* SlotStore).claim(aSlot, "b", 10_000))!
      const error = yield* Effect.flip(runs.finish(aCycle(stale)))
      expect(error._tag).toBe("LeaseLost")
      expect(yield* written).toEqual(nothing)
      yield* runs.finish(aCycle(current))
      expect((yield* Effect.flip(runs.finish(aCycle(stale))))._tag).toBe("LeaseLost")
      // Nor beside a run that is stored, and which they could refer to.
      const others = { signals: [aSignal({ id: "other" })], events: [anEvent({ id: "other" })] }
      expect((yield* Effect.flip(runs.finish(aCycle(stale, others))))._tag).toBe("LeaseLost")
      expect(yield* written).toEqual(all)
    }))

  it.live("changes nothing when it is repeated by whoever finished the slot, but not after it failed", () =>
    Effect.gen(function*() {
      const runs = yield* RunStore
      const claim = yield* claimed()
      yield* runs.finish(aCycle(claim))
      expect(yield* runs.finish(aCycle(claim))).toEqual({ rejected: [] })
      expect(yield* written).toEqual(all)
      const other = (yield* (yield* SlotStore).claim({ ...aSlot, slotAt: monday + minute }, "a", 10_000))!
      yield* (yield* SlotStore).fail(other, "error")
      const error = yield* Effect.flip(runs.finish(aCycle(other, { run: aRun({ id: "second" }) })))
      expect(error._tag).toBe("LeaseLost")
    }))

  it.live("lets exactly one of many finishes under different fences write", () =>
    Effect.gen(function*() {
      const runs = yield* RunStore
      const slots = yield* SlotStore
      const claims: Array<SlotClaim> = []
      for (let index = 0; index < 8; index++) claims.push((yield* slots.claim(aSlot, `worker ${index}`, 0))!)
      const exits = yield* Effect.forEach(claims, (claim) => Effect.exit(runs.finish(aCycle(claim))), {
        concurrency: "unbounded"
      })
      expect(exits.map((exit) => exit._tag)).toEqual([...Array(7).fill("Failure"), "Success"])
      expect(yield* written).toEqual(all)
    }))

  it.live("writes nothing at all when one part is refused", () =>
    Effect.gen(function*() {
      const runs = yield* RunStore
      const claim = yield* claimed()
      const bad: ReadonlyArray<Partial<FinishedCycle>> = [
        { run: aRun({ symbolsProcessed: 9 }) },
        { run: aRun({ executionTimeMs: -1 }) },
        { outbox: [aMessage({ channel: "" })] },
        { slot: { state: "failed", reason: null } }
      ]
      for (const change of bad) {
        const error = yield* Effect.flip(runs.finish(aCycle(claim, change)))
        expect(error._tag).toBe("StoreRefused")
        expect(yield* written).toEqual(nothing)
      }
      yield* runs.finish(aCycle(claim))
      expect(yield* written).toEqual(all)
    }))

  it.live("leaves out signals that are not fit, keeps the others and says why in the run", () =>
    Effect.gen(function*() {
      const runs = yield* RunStore
      const signals = [
        aSignal(),
        aSignal({ id: "nan", entryPrice: NaN }),
        aSignal({ id: "order", stopLoss: 200 }),
        aSignal({ id: "text", patternContext: { reason: "a\0b" } }),
        aSignal({ id: "half", symbol: "\ud800" }),
        aSignal({ id: "share", confidence: 1.2 }),
        aSignal({ id: "time", signalTimestamp: 8.64e15 }),
        anExit("never stored"),
        anExit(aSignal().id)
      ]
      const run = aRun({ signalsGenerated: signals.length })
      const { rejected } = yield* runs.finish(aCycle(yield* claimed(), { run, signals }))
      expect(rejected.map(({ id }) => id).toSorted()).toEqual(
        ["half", "nan", "never stored/exit", "order", "share", "text", "time"]
      )
      const stored = yield* (yield* SignalStore).recent({ limit: 99 })
      expect(stored.map(({ id }) => id).toSorted()).toEqual([aSignal().id, anExit(aSignal().id).id])
      const kept = yield* runs.get(run.id)
      expect(kept).toMatchObject({ status: "PARTIAL", signalsGenerated: 2 })
      expect(kept?.errors).toHaveLength(7)
      expect(kept?.errors.join("\n")).toContain("signal order was rejected: expected stop < entry < target of a LONG")
    }))

  it.live("leaves out level events that are not fit, keeps the others and says why in the run", () =>
    Effect.gen(function*() {
      const runs = yield* RunStore
      const bad: ReadonlyArray<Partial<LevelEvent>> = [
        { low: NaN },
        { high: Infinity },
        { low: 101 },
        { close: 0 },
        { weight: 0 },
        { weight: NaN },
        { tick: -0.01 },
        { eventTimestamp: 8.64e15 },
        { eventTimestamp: 0.5 },
        { symbol: "a\0b" },
        { rules: "" },
        JSON.parse(`{ "side": 2 }`),
        JSON.parse(`{ "level": "none" }`),
        JSON.parse(`{ "kind": "none" }`)
      ]
      const events = [...bad.map((change, index) => anEvent({ id: `bad ${index + 10}`, ...change })), anEvent()]
      const { rejected } = yield* runs.finish(aCycle(yield* claimed(), { events }))
      expect(rejected.map(({ id, what }) => `${what} ${id}`)).toEqual(
        bad.map((_, index) => `level event bad ${index + 10}`)
      )
      expect(yield* written).toEqual(all)
      const kept = yield* runs.get(aRun().id)
      expect(kept).toMatchObject({ status: "PARTIAL", signalsGenerated: 1 })
      expect(kept?.errors).toHaveLength(bad.length)
      expect(kept?.errors[2]).toBe(
        "level event bad 12 was rejected: expected low <= high, found low 101, high 100.30000000000001"
      )
    }))

  it.live("does not announce a signal that was left out", () =>
    Effect.gen(function*() {
      const runs = yield* RunStore
      const outbox = [
        aMessage({ id: "1", signalIds: ["bad"] }),
        aMessage({ id: "2", signalIds: ["bad", aSignal().id] }),
        aMessage({ id: "3", signalIds: [] })
      ]
      const signals = [aSignal(), aSignal({ id: "bad", stopLoss: 200 })]
      yield* runs.finish(aCycle(yield* claimed(), { signals, outbox }))
      const pending = yield* (yield* OutboxStore).pending("console", 9)
      expect(pending.map(({ id, signalIds }) => [id, signalIds])).toEqual([["2", [aSignal().id]], ["3", []]])
    }))

  it.live("stores a run whose errors hold text that the database does not take", () =>
    Effect.gen(function*() {
      const runs = yield* RunStore
      const errors = ["binance said \0", "half \ud83d", "quotes \" ' \\ {} , null", ""]
      const run = aRun({ status: "FAILED", symbolsProcessed: 0, signalsGenerated: 0, errors })
      yield* runs.finish(aCycle(yield* claimed(), {
        run,
        signals: [],
        outbox: [],
        slot: { state: "failed", reason: "no_data" }
      }))
      const stored = yield* runs.get(run.id)
      expect(stored?.errors).toEqual(["binance said ", "half \ufffd", "quotes \" ' \\ {} , null", ""])
    }))
})

describe("RunStore.recent", () => {
  it.live("gives the newest first, by status, schedule, origin and time", () =>
    Effect.gen(function*() {
      const runs = yield* RunStore
      const slots = yield* SlotStore
      const given: ReadonlyArray<Partial<PredictionRun>> = [
        { id: "0" },
        { id: "1", status: "PARTIAL", symbolsProcessed: 3 },
        { id: "2", schedule: "stocks" },
        { id: "3", origin: "REPLAY" },
        { id: "4", status: "FAILED", symbolsProcessed: 0, symbolsRequested: 0, executionTimeMs: 0 }
      ]
      for (const [index, change] of given.entries()) {
        const run = aRun({ slotAt: monday + index * minute, ...change })
        const { origin, schedule, slotAt } = run
        const claim = (yield* slots.claim({ schedule, slotAt, origin }, "a", 10_000))!
        yield* runs.finish(aCycle(claim, { run, signals: [], outbox: [], metrics: [] }))
      }
      const ids = (filter: Parameters<typeof runs.recent>[0]) =>
        Effect.map(runs.recent(filter), (found) => found.map(({ id }) => id).join(""))
      expect(yield* ids({ limit: 99 })).toBe("4210")
      expect(yield* ids({ limit: 2 })).toBe("42")
      expect(yield* ids({ limit: 99, origin: "ALL" })).toBe("43210")
      expect(yield* ids({ limit: 99, origin: "REPLAY" })).toBe("3")
      expect(yield* ids({ limit: 99, status: "PARTIAL" })).toBe("1")
      expect(yield* ids({ limit: 99, schedule: "stocks" })).toBe("2")
      expect(yield* ids({ limit: 99, since: monday + 2 * minute })).toBe("42")
      const [last] = yield* runs.recent({ limit: 1 })
      expect(last).toMatchObject({ symbolsProcessed: 0, symbolsRequested: 0, executionTimeMs: 0, notificationMs: 0 })
    }))
})

describe("RunStore.latestFor", () => {
  const gated = (symbol: string) => [{ symbol, gate: "NO_PATTERN" as const, detail: "" }]
  const day = 24 * 60 * minute

  it.live("gives the newest run up to an instant that has a gate or a signal of the symbol", () =>
    Effect.gen(function*() {
      const runs = yield* RunStore
      const given: ReadonlyArray<Partial<PredictionRun>> = [
        { id: "0", gates: gated("A") },
        { id: "1", gates: gated("AB") },
        { id: "2", gates: [] },
        { id: "3", gates: gated("B"), schedule: "stocks" },
        { id: "4", gates: gated("A"), origin: "DEMO" },
        { id: "5", gates: [...gated("B"), ...gated("A")], schedule: "stocks" }
      ]
      for (const [index, change] of given.entries()) {
        const signals = change.id === "2" ? [aSignal({ symbol: "A" })] : []
        yield* storeRun({ run: aRun({ slotAt: monday + index * minute, ...change }), signals })
      }
      const latest = (symbol: string, index: number, more: { origin?: "DEMO"; schedule?: string } = {}) =>
        Effect.map(
          runs.latestFor({ symbol, at: monday + index * minute, origin: "LIVE", ...more }),
          (found) => found?.id ?? null
        )
      expect(yield* latest("A", 9)).toBe("5")
      expect(yield* latest("A", 4)).toBe("2")
      expect(yield* latest("A", 1)).toBe("0")
      expect(yield* latest("A", -1)).toBeNull()
      expect(yield* latest("A", 9, { schedule: "crypto" })).toBe("2")
      expect(yield* latest("A", 4, { schedule: "stocks" })).toBeNull()
      expect(yield* latest("A", 9, { schedule: "none" })).toBeNull()
      expect(yield* latest("A", 9, { origin: "DEMO" })).toBe("4")
      expect(yield* latest("B", 4)).toBe("3")
      expect(yield* latest("C", 9)).toBeNull()
      expect(yield* runs.latestFor({ symbol: "B", at: Infinity, origin: "LIVE" })).toEqual(
        aRun({ slotAt: monday + 5 * minute, ...given[5] })
      )
    }))

  it.live("finds a weekly run behind thousands of runs of another schedule, without reading them", () =>
    Effect.gen(function*() {
      const runs = yield* RunStore
      const { run } = yield* Sql
      yield* storeRun({ run: aRun({ id: "weekly", schedule: "weekly", gates: gated("A") }) })
      yield* storeRun({ run: aRun({ slotAt: monday + 1, gates: gated("B") }) })
      yield* run("many runs", (sql) =>
        sql`
          insert into prediction_runs
          select id || n, schedule, slot_at + n * interval '1 minute', origin, run_timestamp, interval_type,
            symbols_requested, symbols_processed, signals_generated, execution_time_ms, data_fetch_ms,
            indicator_calc_ms, signal_generation_ms, notification_ms, status, errors, gates, rules
          from prediction_runs, generate_series(1, 10000) as n where schedule = 'crypto'`)
      expect((yield* runs.latestFor({ symbol: "A", at: monday + 7 * day, origin: "LIVE" }))?.id).toBe("weekly")
      expect((yield* runs.latestFor({ symbol: "B", at: monday + day + 1, origin: "LIVE" }))?.slotAt).toBe(
        monday + day + 1
      )
    }))

  it.live("takes the run that ran last of several schedules at one slot", () =>
    Effect.gen(function*() {
      for (const [index, schedule] of ["a", "b", "c"].entries()) {
        const runTimestamp = monday + [5, 9, 7][index]!
        yield* storeRun({ run: aRun({ id: schedule, schedule, runTimestamp, gates: gated("A") }) })
      }
      const found = yield* (yield* RunStore).latestFor({ symbol: "A", at: monday, origin: "LIVE" })
      expect(found?.id).toBe("b")
    }))
})

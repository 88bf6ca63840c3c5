import type { Signal } from "@dgas/domain/Signal"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { OutcomeStore } from "../src/OutcomeStore.ts"
import { SignalStore } from "../src/SignalStore.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { anExit, anOutcome, aRun, aSignal, minute, monday } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

const it = effectTest(TestDatabase.layer)

/** A stored run without signals, which signals can be added to. */
const stored = (signals: ReadonlyArray<Signal>) =>
  Effect.gen(function*() {
    yield* storeRun()
    const store = yield* SignalStore
    const { rejected } = yield* store.insertMany(aRun().id, signals)
    return { store, rejected }
  })

describe("SignalStore", () => {
  it.live("gives back every field as it went in, and zero as zero", () =>
    Effect.gen(function*() {
      const zero = aSignal({
        confidence: 0,
        signalStrength: 0,
        timeframeAlignment: 0,
        riskRewardRatio: 0,
        confluenceZonesCount: 0,
        signalTimestamp: 0,
        entryPrice: 1 / 3,
        stopLoss: 5e-324,
        targetPrice: 1.7976931348623157e308
      })
      const { store } = yield* stored([zero])
      const { signalId, ...outcome } = anOutcome({ r: 0, pnlPct: 0, mfe: 0, costPct: 0, barsHeld: 0, evaluatedAt: 0 })
      yield* (yield* OutcomeStore).write([{ update: { signalId, ...outcome }, readOver: null }])
      const [found] = yield* store.recent({ limit: 1 })
      expect(found).toEqual({
        ...zero,
        runId: aRun().id,
        lateMs: null,
        notificationSent: false,
        notificationChannels: [],
        notificationTimestamp: null,
        ...outcome,
        probability: null,
        calibration: null,
        odds: null
      })
    }))

  it.live("stores a signal once however often it is written", () =>
    Effect.gen(function*() {
      const { store } = yield* stored([aSignal(), aSignal()])
      yield* store.insertMany(aRun().id, [aSignal({ confidence: 0.1 })])
      const found = yield* store.recent({ limit: 99 })
      expect(found.map(({ confidence }) => confidence)).toEqual([0.72])
    }))

  it.live("stores the others when some are not fit, also from a bulk of thousands", () =>
    Effect.gen(function*() {
      const many = Array.from({ length: 3000 }, (_, index) =>
        aSignal({ id: `signal ${index}`, ...index % 1000 === 7 ? { targetPrice: Infinity } : {} }))
      const { rejected, store } = yield* stored(many)
      expect(rejected.map(({ id }) =>
        id
      )).toEqual(["signal 7", "signal 1007", "signal 2007"])
      expect(rejected[0]?.reason).toContain("targetPrice")
      expect(yield* store.recent({ limit: 9999 })).toHaveLength(2997)
    }))

  it.live("refuses signals of a run that is not stored", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip((yield* SignalStore).insertMany("none", [aSignal()]))
      expect(error._tag).toBe("StoreRefused")
    }))

  it.live("gives the newest first, by symbol, schedule, time, confidence, outcome and origin", () =>
    Effect.gen(function*() {
      const given: ReadonlyArray<Partial<Signal>> = [
        { id: "0", confidence: 0 },
        { id: "1", symbol: "ETHUSDT" },
        { id: "2", schedule: "stocks", confidence: 0.9 },
        { id: "3", origin: "DEMO" },
        { id: "4", confidence: 0.9 }
      ]
      const { store } = yield* stored(
        given.map((change, index) => aSignal({ signalTimestamp: monday + index * minute, ...change }))
      )
      const ids = (filter: Parameters<typeof store.recent>[0]) =>
        Effect.map(store.recent(filter), (found) => found.map(({ id }) => id).join(""))
      expect(yield* ids({ limit: 99 })).toBe("4210")
      expect(yield* ids({ limit: 2 })).toBe("42")
      expect(yield* ids({ limit: 99, symbol: "ETHUSDT" })).toBe("1")
      expect(yield* ids({ limit: 99, schedule: "stocks" })).toBe("2")
      expect(yield* ids({ limit: 99, since: monday + minute })).toBe("421")
      expect(yield* ids({ limit: 99, minConfidence: 0.9 })).toBe("42")
      expect(yield* ids({ limit: 99, minConfidence: 0 })).toBe("4210")
      expect(yield* ids({ limit: 99, origin: "DEMO" })).toBe("3")
      expect(yield* ids({ limit: 99, origin: "ALL", symbol: "BTCUSDT" })).toBe("4320")
      expect(yield* ids({ limit: 99, symbol: "' or true --" })).toBe("")
      yield* (yield* OutcomeStore).write([{ update: anOutcome({ signalId: "2" }), readOver: null }])
      expect(yield* ids({ limit: 99, outcome: "WIN" })).toBe("2")
    }))

  it.live("gives one signal, and those of one run by id", () =>
    Effect.gen(function*() {
      const { store } = yield* stored([aSignal({ id: "b" }), aSignal({ id: "a", signalTimestamp: monday + minute })])
      yield* storeRun({ run: aRun({ id: "other", slotAt: monday + minute }), signals: [aSignal({ id: "c" })] })
      const ids = (runId: string) => Effect.map(store.ofRun(runId), (found) => found.map(({ id }) => id))
      expect(yield* ids(aRun().id)).toEqual(["a", "b"])
      expect(yield* ids("other")).toEqual(["c"])
      expect(yield* ids("none")).toEqual([])
      expect(yield* store.get("b")).toMatchObject({ ...aSignal({ id: "b" }), runId: aRun().id, outcome: null })
      expect(yield* store.get("none")).toBeNull()
    }))

  it.live("tells of each symbol the latest entry that no exit closes", () =>
    Effect.gen(function*() {
      const { store } = yield* stored([
        aSignal({ id: "btc 1" }),
        aSignal({ id: "btc 2", signalTimestamp: monday + minute }),
        aSignal({ id: "eth 1", symbol: "ETHUSDT" }),
        anExit("eth 1", { symbol: "ETHUSDT" }),
        aSignal({ id: "xrp 1", symbol: "XRPUSDT", type: "SHORT", stopLoss: 120, targetPrice: 90 }),
        aSignal({ id: "xrp demo", symbol: "XRPUSDT", origin: "DEMO", signalTimestamp: monday + minute })
      ])
      const open = (since?: number) =>
        Effect.map(
          store.openEntries("crypto", "LIVE", { before: Infinity, ...since === undefined ? {} : { since } }),
          (found) => found.map(({ id }) => id)
        )
      expect(yield* open()).toEqual(["btc 2", "xrp 1"])
      expect(yield* open(monday + minute)).toEqual(["btc 2"])
      expect(yield* store.openEntries("stocks", "LIVE", { before: Infinity })).toEqual([])
      // What is stored for later closes, entry or exit, is not there yet for an earlier one.
      const before = yield* store.openEntries("crypto", "LIVE", { before: monday + 1 })
      expect(before.map(({ id }) => id)).toEqual(["btc 1", "eth 1", "xrp 1"])
    }))

  it.live("finds signals of late live runs of which no message tells, oldest first", () =>
    Effect.gen(function*() {
      const store = yield* SignalStore
      const at = (index: number) => monday + index * 30 * minute
      const message = (id: string) => ({
        id,
        channel: "console",
        destination: "terminal",
        kind: "digest",
        signalIds: [id],
        payload: {}
      })
      for (const index of [0, 1, 2, 3, 4]) {
        const signal = aSignal({ id: `signal-${index}`, signalTimestamp: at(index) })
        yield* storeRun({
          run: aRun({ id: `run-${index}`, slotAt: at(index), lateMs: index === 1 ? null : 3_600_000 }),
          signals: [signal],
          outbox: index === 2 ? [message(signal.id)] : []
        })
      }
      yield* storeRun({
        run: aRun({ id: "replay", slotAt: at(5), origin: "REPLAY", lateMs: 1 }),
        signals: [aSignal({ id: "replayed", signalTimestamp: at(5), origin: "REPLAY" })]
      })
      const found = (since: number, before: number) =>
        Effect.map(store.untold("crypto", { since: at(since), before: at(before) }), (all) => all.map(({ id }) => id))
      expect(yield* found(0, 9)).toEqual(["signal-0", "signal-3", "signal-4"])
      expect(yield* found(3, 4)).toEqual(["signal-3"])
      expect(yield* store.untold("other", { since: 0, before: at(9) })).toEqual([])
    }))
})

/** Who may store what came late, and that it is stored once. */
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { DbClock } from "../src/DbClock.ts"
import { type LateFindings, LateStore } from "../src/LateStore.ts"
import { OutboxStore } from "../src/OutboxStore.ts"
import { SignalStore } from "../src/SignalStore.ts"
import { SlotStore } from "../src/SlotStore.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aMessage, anEvent, aRun, aSignal, minute, monday } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

const it = effectTest(Layer.fresh(TestDatabase.layerBy(DbClock.layerVirtual)))
const key = { schedule: "crypto", origin: "LIVE" as const }
const newest = { ...key, slotAt: monday }
const next = { ...key, slotAt: monday + 30 * minute }
const noData = { symbol: "BTCUSDT", gate: "NO_DATA" as const, detail: "no closed bar" }
const range = { since: monday - 9 * minute, until: monday + 60 * minute }

/** A run that found no bar of BTCUSDT, a minute after its slot. */
const withoutBar = Effect.gen(function*() {
  yield* TestClock.setTime(monday + minute)
  yield* storeRun({ run: aRun({ gates: [noData, ...aRun().gates], symbolsProcessed: 7 }) })
  return { late: yield* LateStore, slots: yield* SlotStore }
})

const findings = (claim: LateFindings["claim"], change: Partial<LateFindings> = {}): LateFindings => ({
  claim,
  runId: aRun().id,
  analyses: [{ symbol: "BTCUSDT", lateMs: 5000, gate: null }],
  signals: [aSignal()],
  events: [anEvent()],
  outbox: [aMessage()],
  ...change
})

describe("late analyses", () => {
  it.effect("are owed to symbols that had no bar, until they are stored, once", () =>
    Effect.gen(function*() {
      const { late, slots } = yield* withoutBar
      const owed = [{ runId: aRun().id, slotAt: monday, symbols: ["BTCUSDT"] }]
      expect(yield* late.withoutData(key, range, ["BTCUSDT", "ETHUSDT"])).toEqual(owed)
      expect(yield* late.withoutData(key, range, ["ETHUSDT"])).toEqual([{ ...owed[0]!, symbols: [] }])
      const claim = (yield* slots.revisit(newest, "a", 30_000))!
      yield* late.store(findings(claim))
      yield* late.store(findings(claim, { signals: [aSignal({ id: "other" })], outbox: [aMessage({ id: "other" })] }))
      const signals = yield* (yield* SignalStore).recent({ limit: 9 })
      expect(signals).toMatchObject([{ id: aSignal().id, lateMs: 5000, runId: aRun().id }])
      expect((yield* (yield* OutboxStore).pending("console", 9)).map(({ id }) => id)).toEqual([aMessage().id])
      expect(yield* late.ofRun(aRun().id)).toEqual([{ symbol: "BTCUSDT", lateMs: 5000, gate: null }])
      expect(yield* late.withoutData(key, range, ["BTCUSDT"])).toEqual([{ ...owed[0]!, symbols: [] }])
    }))

  it.effect("leave out what is not fit to be stored, and keep the rest", () =>
    Effect.gen(function*() {
      const { late, slots } = yield* withoutBar
      const claim = (yield* slots.revisit(newest, "a", 30_000))!
      const bad = aSignal({ id: "bad", targetPrice: Infinity })
      expect(yield* late.store(findings(claim, { signals: [bad, aSignal()] }))).toEqual(["bad"])
      expect(yield* (yield* SignalStore).recent({ limit: 9 })).toHaveLength(1)
    }))
})

describe("messages of late analyses", () => {
  it.effect("may be kept without being told", () =>
    Effect.gen(function*() {
      const { late, slots } = yield* withoutBar
      const claim = (yield* slots.revisit(newest, "a", 30_000))!
      const outbox = [aMessage({ id: "muted", suppressed: "muted by ann" }), aMessage({ id: "told" })]
      yield* late.store(findings(claim, { outbox }))
      expect((yield* (yield* OutboxStore).pending("console", 9)).map(({ id }) => id)).toEqual(["told"])
      expect(yield* (yield* SignalStore).untold("crypto", { since: 0, before: monday + minute })).toEqual([])
    }))
})

describe("a revisit", () => {
  it.effect("keeps everybody from the next slot until it ends or runs out", () =>
    Effect.gen(function*() {
      const { slots } = yield* withoutBar
      const claim = (yield* slots.revisit(newest, "a", 30_000))!
      expect(yield* slots.revisit(newest, "b", 30_000)).toBeNull()
      expect(yield* slots.claim(next, "b", 10_000)).toBeNull()
      yield* slots.leave(claim)
      expect(yield* slots.claim(next, "b", 10_000)).not.toBeNull()
      expect(yield* slots.revisit(newest, "a", 30_000)).toBeNull()
    }))

  it.effect("that ran out, or is about to, stores nothing", () =>
    Effect.gen(function*() {
      const { late, slots } = yield* withoutBar
      const claim = (yield* slots.revisit(newest, "a", 30_000))!
      yield* TestClock.adjust(24_001)
      expect(yield* Effect.flip(late.store(findings(claim)))).toMatchObject({ _tag: "LeaseLost" })
      yield* TestClock.adjust(6000)
      expect(yield* slots.claim(next, "b", 10_000)).not.toBeNull()
      expect(yield* Effect.flip(late.store(findings(claim)))).toMatchObject({ _tag: "LeaseLost" })
      expect(yield* (yield* SignalStore).recent({ limit: 9 })).toEqual([])
    }))

  it.effect("is refused for a slot that is at work", () =>
    Effect.gen(function*() {
      const { slots } = yield* withoutBar
      yield* slots.claim(next, "b", 10_000)
      expect(yield* slots.revisit(next, "a", 30_000)).toBeNull()
      expect(yield* slots.revisit(newest, "a", 30_000)).toBeNull()
    }))

  it.effect("of another worker, or a claim that was taken over, stores nothing", () =>
    Effect.gen(function*() {
      const { late, slots } = yield* withoutBar
      const claim = (yield* slots.claim(next, "a", 10_000))!
      yield* TestClock.adjust(10_001)
      yield* slots.claim(next, "b", 10_000)
      expect(yield* Effect.flip(late.store(findings(claim)))).toMatchObject({ _tag: "LeaseLost" })
    }))
})

/** Symbols whose bars come after their slot was run. */
import { BarStore } from "@dgas/db/BarStore"
import { LateStore } from "@dgas/db/LateStore"
import { LevelEventStore } from "@dgas/db/LevelEventStore"
import { RunStore } from "@dgas/db/RunStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { Odds } from "@dgas/domain/Odds"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { recompute, storedRun } from "../../src/Recompute.ts"
import {
  database,
  first,
  fresh,
  isoOf,
  market,
  revisit,
  runSlots,
  signalsOf,
  slotOf,
  slots,
  step,
  storedBar,
  undisturbed
} from "./market.ts"

const it = effectTest(database)
const recomputed = (slot: number) => Effect.flatMap(storedRun(`test/${isoOf(slot)}`), recompute)

describe("a symbol whose bar comes late", () => {
  it.effect("is analysed for its slot when it comes, once, and marked late, to the signals that it would have had", () =>
    Effect.gen(function*() {
      const whole = yield* undisturbed()
      const slot = slotOf(whole.signal)
      const m = market()
      for (const missing of [slot, slot - 1]) m.hide("A", missing)
      yield* Effect.gen(function*() {
        yield* runSlots(0, slot)
        const [run] = yield* (yield* RunStore).recent({ limit: 1 })
        expect(run!.gates).toContainEqual(expect.objectContaining({ symbol: "A", gate: "NO_DATA" }))
        for (const missing of [slot, slot - 1]) m.show("A", missing)
        yield* runSlots(slot + 1, slots)
        expect(yield* signalsOf("A")).toEqual(whole.a)
        expect(yield* signalsOf("C")).toEqual(whole.c)
        const late = (yield* (yield* SignalStore).recent({ limit: 1000 })).filter(({ lateMs }) => lateMs !== null)
        expect(late.map(({ id }) => slotOf(id))).toContain(slot)
        expect(late.every(({ runId, signalTimestamp }) => runId === `test/${new Date(signalTimestamp).toISOString()}`))
          .toBe(true)
        const store = yield* LateStore
        expect(yield* store.ofRun(run!.id)).toMatchObject([{ symbol: "A", gate: null }])
        const range = { since: first, until: first + slots * step }
        const without = yield* store.withoutData({ schedule: "test", origin: "LIVE" }, range, ["A", "B", "C"])
        expect(without.flatMap(({ symbols }) => symbols)).toEqual([])
        // What was found is found again.
        expect(yield* recomputed(slot)).toMatchObject({ differences: [] })
      }).pipe(Effect.provide(m.worker()))
    }))

  it.effect("has the odds of its slot, which are stored and told with its signals", () =>
    Effect.gen(function*() {
      const whole = yield* undisturbed()
      const slot = slotOf(whole.entry)
      const m = market()
      const said = { probability: 0.58, calibration: "c", text: "0.58 of fills ended above 0" }
      const odds = Layer.succeed(Odds, {
        of: (signals) => Effect.succeed(new Map(signals.map(({ id }) => [id, said])))
      })
      m.hide("A", slot)
      yield* Effect.gen(function*() {
        yield* runSlots(0, slot)
        m.show("A", slot)
        yield* revisit(slot, 60_000)
      }).pipe(Effect.provide(m.worker().pipe(Layer.provide(odds))))
      const stored = yield* (yield* SignalStore).get(whole.entry)
      expect(stored).toMatchObject({ probability: 0.58, calibration: "c", odds: said.text })
      expect(stored!.lateMs).not.toBeNull()
      expect(m.news.some((news) => news.odds?.get(whole.entry) === said)).toBe(true)
    }))

  it.effect("is analysed although the worker that had stored the bar did not come to it", () =>
    Effect.gen(function*() {
      const whole = yield* undisturbed()
      const slot = slotOf(whole.signal)
      const m = market()
      m.hide("A", slot)
      yield* Effect.provide(runSlots(0, slot), m.worker())
      m.show("A", slot)
      // A worker read it, stored it, and was killed then.
      const { id } = yield* storedBar("A", slot - 1)
      yield* (yield* BarStore).upsert([{ instrumentId: id, timeframe: "30m", bars: [m.closed("A", slot)] }])
      yield* Effect.provide(runSlots(slot + 1, slots), m.worker())
      expect(yield* signalsOf("A")).toEqual(whole.a)
    }))

  it.effect("is known to a worker that did not analyse it itself", () =>
    Effect.gen(function*() {
      const whole = yield* undisturbed()
      const slot = slotOf(whole.entry)
      const m = market()
      m.hide("A", slot)
      const [one, other] = [m.worker(), m.worker()]
      yield* Effect.provide(
        Effect.gen(function*() {
          yield* runSlots(0, slot)
          m.show("A", slot)
          yield* Effect.provide(runSlots(slot + 1, slot + 1), other)
          yield* runSlots(slot + 2, slots)
          expect(yield* signalsOf("A")).toEqual(whole.a)
        }),
        one
      )
    }))
})

describe("a symbol whose bar came late to a worker that was killed then", () => {
  it.effect("is analysed by one that goes on from states of its own", () =>
    Effect.gen(function*() {
      const whole = yield* undisturbed()
      const slot = slotOf(whole.signal)
      const m = market()
      m.hide("A", slot)
      const [one, other] = [m.worker(), m.worker()]
      yield* Effect.provide(
        Effect.gen(function*() {
          yield* runSlots(0, slot - 1)
          yield* Effect.provide(runSlots(slot, slot), other)
          m.show("A", slot)
          const { id } = yield* storedBar("A", slot - 1)
          yield* (yield* BarStore).upsert([{ instrumentId: id, timeframe: "30m", bars: [m.closed("A", slot)] }])
          yield* runSlots(slot + 1, slots)
          expect(yield* signalsOf("A")).toEqual(whole.a)
          const late = yield* (yield* LateStore).ofRun(`test/${isoOf(slot)}`)
          expect(late.map(({ symbol }) => symbol)).toEqual(["A"])
        }),
        one
      )
    }))
})

describe("a revisit", () => {
  it.effect("analyses the symbols whose bars have come, tells of them by themselves, and leaves the others to come", () =>
    Effect.gen(function*() {
      const whole = yield* undisturbed()
      const slot = slotOf(whole.signal)
      const m = market()
      m.hide("A", slot)
      m.hide("B", slot)
      yield* Effect.gen(function*() {
        yield* runSlots(0, slot)
        expect(yield* revisit(slot, 60_000)).toEqual({ analysed: [], missing: 2 })
        m.show("A", slot)
        m.answerBy(null)
        expect(yield* revisit(slot, 90_000)).toEqual({ analysed: [], missing: 2 })
        m.answerBy("s")
        expect(yield* revisit(slot, 120_000)).toEqual({ analysed: ["A"], missing: 1 })
        const told = m.news.at(-1)!
        expect(told).toMatchObject({ signals: [], late: [], run: { slotAt: first + slot * step, lateMs: 120_000 } })
        expect(told.alone!.map(({ id }) => id)).toEqual(whole.a.filter((id) => slotOf(id) === slot))
        m.show("B", slot)
        expect(yield* revisit(slot, 240_000)).toEqual({ analysed: ["B"], missing: 0 })
        expect(yield* revisit(slot, 241_000)).toEqual({ analysed: [], missing: 0 })
        yield* runSlots(slot + 1, slots)
        expect(yield* signalsOf("A")).toEqual(whole.a)
        expect(yield* recomputed(slot)).toMatchObject({ differences: [] })
        for (const run of yield* (yield* RunStore).recent({ limit: slots - slot })) {
          expect(yield* recompute(run)).toMatchObject({ differences: [], sameBars: true })
        }
        // Another worker, which starts now, has nothing to look for and no slot to look at.
        expect(yield* revisit(slot, 242_000)).toEqual({ analysed: [], missing: 0 })
      }).pipe(Effect.provide(m.worker()))
    }))

  it.effect("tells what price did at levels in such a bar, as long as that is news", () =>
    Effect.gen(function*() {
      const eventsOf = Effect.flatMap(LevelEventStore, (store) => store.recent({ limit: 1000, symbol: "A" }))
      const whole = yield* Effect.andThen(
        Effect.provide(runSlots(0, slots), market().worker()),
        eventsOf
      ).pipe(fresh)
      const found = whole.find(({ eventTimestamp }) => eventTimestamp > first + 5 * step)!
      const slot = (found.eventTimestamp - first) / step
      for (const { afterMs, told } of [{ afterMs: 120_000, told: [found.id] }, { afterMs: 20 * 60_000, told: [] }]) {
        const m = market()
        m.hide("A", slot)
        yield* Effect.gen(function*() {
          yield* runSlots(0, slot)
          m.show("A", slot)
          yield* revisit(slot, afterMs)
          expect(m.news.at(-1)!.aloneEvents!.map(({ id }) => id)).toEqual(told)
          expect((yield* eventsOf).map(({ id }) => id)).toContain(found.id)
        }).pipe(Effect.provide(m.worker()), fresh)
      }
    }))
})

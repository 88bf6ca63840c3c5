/** Bars that are other than they were when somebody decided on them. */
import { BarStore } from "@dgas/db/BarStore"
import { LateStore } from "@dgas/db/LateStore"
import { RunStore } from "@dgas/db/RunStore"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { recompute } from "../../src/Recompute.ts"
import {
  database,
  market,
  notices,
  runSlots,
  slotOf,
  slots,
  storedBar,
  tellOf,
  undisturbed,
  watchOfBasis
} from "./market.ts"

const it = effectTest(database)

/** How many bars of each of the newest runs were revised, the newest first. */
const revised = (limit: number) =>
  Effect.map(
    Effect.flatMap(RunStore, (store) => store.recent({ limit })),
    (runs) => runs.map(({ barsRevised }) => barsRevised)
  )

const higher = Effect.fnUntraced(function*(symbol: string, slot: number) {
  const { bar } = yield* storedBar(symbol, slot)
  return { high: bar.high * 1.2, close: bar.close * 1.1, low: bar.low, open: bar.open }
})

describe("a bar that is revised", () => {
  it.effect("flags the runs that used it, corrects the signal that it changes, and leads on as if it had always been so", () =>
    Effect.gen(function*() {
      const { entry } = yield* undisturbed()
      const slot = slotOf(entry)
      const m = market()
      yield* Effect.gen(function*() {
        yield* runSlots(0, slot)
        yield* tellOf(entry)
        m.change("A", slot, yield* higher("A", slot))
        yield* runSlots(slot + 1, slot + 1)
        const noticed = m.news.flatMap(({ notices = [] }) => notices)
        expect(noticed).toMatchObject([{ signal: { id: entry }, notice: { kind: "CORRECTED", signalId: entry } }])
        expect(yield* revised(3)).toEqual([0, 1, 0])
        // A state that is built now comes to what the one that went on has come to.
        yield* runSlots(slot + 2, slots)
        for (const run of yield* (yield* RunStore).recent({ limit: slots - slot - 1 })) {
          expect(yield* recompute(run)).toMatchObject({ differences: [], sameBars: true })
        }
        expect(m.news.flatMap(({ notices = [] }) => notices)).toHaveLength(1)
      }).pipe(Effect.provide(m.worker()))
    }))

  it.effect("again is told when it says something else, and when it is as it was", () =>
    Effect.gen(function*() {
      const { entry } = yield* undisturbed()
      const slot = slotOf(entry)
      const m = market()
      yield* Effect.gen(function*() {
        yield* runSlots(0, slot)
        const { bar } = yield* storedBar("A", slot)
        const values = yield* higher("A", slot)
        m.change("A", slot, values)
        yield* runSlots(slot + 1, slot + 1)
        m.change("A", slot, { ...values, high: values.high * 1.0000001 })
        yield* runSlots(slot + 2, slot + 2)
        const own = Effect.map(notices, (rows) => rows.filter((row) => row["signal_id"] === entry))
        expect(yield* own).toHaveLength(1)
        m.change("A", slot, { ...bar })
        yield* runSlots(slot + 3, slot + 3)
        const told = yield* own
        expect(told).toHaveLength(2)
        expect(told[1]).toMatchObject({ detail: "with the bars as they are now it is as it was given" })
      }).pipe(Effect.provide(m.worker()))
    }))

  it.effect("by a worker that was killed before it came to tell of it is told by the next", () =>
    Effect.gen(function*() {
      const { entry } = yield* undisturbed()
      const slot = slotOf(entry)
      const m = market()
      yield* Effect.provide(runSlots(0, slot), m.worker())
      const { bar, id } = yield* storedBar("A", slot)
      const values = yield* higher("A", slot)
      m.change("A", slot, values)
      yield* (yield* BarStore).upsert([{ instrumentId: id, timeframe: "30m", bars: [{ ...bar, ...values }] }])
      yield* Effect.provide(runSlots(slot + 1, slot + 1), m.worker())
      expect(yield* notices).toMatchObject([{ signal_id: entry, kind: "CORRECTED" }])
      expect(yield* revised(3)).toEqual([0, 1, 0])
    }))

  it.effect("in its volume alone is stored, and is no news", () =>
    Effect.gen(function*() {
      const m = market()
      yield* Effect.gen(function*() {
        yield* runSlots(0, 10)
        m.change("A", 10, { volume: 7 })
        yield* runSlots(11, 11)
        expect((yield* storedBar("A", 10)).bar.volume).toBe(7)
        expect(yield* revised(3)).toEqual([0, 0, 0])
      }).pipe(Effect.provide(m.worker()))
    }))

  it.effect("is none while another source has to be asked", () =>
    Effect.gen(function*() {
      const m = market()
      yield* Effect.gen(function*() {
        yield* runSlots(0, 10)
        m.answerBy("other")
        m.change("A", 10, { low: 7 })
        yield* runSlots(11, 11)
        m.answerBy("s")
        m.change("A", 11, { low: 7 })
        yield* runSlots(12, 12)
        // Only what the first source changed of its own bars.
        expect(yield* revised(5)).toEqual([0, 1, 1, 0, 0])
      }).pipe(Effect.provide(m.worker()))
    }))

  it.effect("comes where there was a hole, and is analysed no second time", () =>
    Effect.gen(function*() {
      const m = market()
      m.hide("A", 10)
      yield* Effect.gen(function*() {
        yield* runSlots(0, 11)
        m.show("A", 10)
        yield* runSlots(12, 20)
        expect(yield* revised(11)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
        const runs = yield* (yield* RunStore).recent({ limit: 11 })
        expect(yield* (yield* LateStore).ofRun(runs[10]!.id)).toEqual([])
        for (const run of runs.slice(0, 9)) {
          expect(yield* recompute(run)).toMatchObject({ differences: [], sameBars: true })
        }
      }).pipe(Effect.provide(m.worker()))
    }))

  it.effect("flags a run whose trading bar lacked its last part", () =>
    Effect.gen(function*() {
      const of = watchOfBasis("raw", "5m")
      const m = market()
      m.hideEnd("A", 10)
      yield* Effect.gen(function*() {
        yield* runSlots(0, 10, { of })
        m.showEnd("A", 10)
        yield* runSlots(11, 12, { of })
        expect(yield* revised(4)).toEqual([0, 0, 1, 0])
        expect(yield* (yield* LateStore).ofRun(`test/2026-01-05T17:00:00.000Z`)).toEqual([])
      }).pipe(Effect.provide(m.worker()))
    }))
})

/** Splits that states and live signals go through. */
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import { RunStore } from "@dgas/db/RunStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { Sql } from "@dgas/db/Sql"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { recompute } from "../../src/Recompute.ts"
import type { Watch } from "../../src/Watch.ts"
import {
  database,
  market,
  notices,
  runSlots,
  signalsOf,
  slotOf,
  slots,
  tellOf,
  undisturbed,
  watchOfBasis
} from "./market.ts"

const it = effectTest(database)
const adjusted = watchOfBasis("split")
const price = (value: number) => Number((value / 7).toPrecision(8))

const stored = Effect.flatMap(SignalStore, (store) => store.recent({ limit: 1000, symbol: "A", origin: "ALL" }))
/** As the bars would be that were stored at their time. */
const asOfThen = Effect.flatMap(
  Sql,
  ({ run }) => run("as of then", (sql) => sql`update bars set stored_at = close_time`)
)

describe("a split of 7:1", () => {
  it.effect("is no signal, adjusts the live one, and says so", () =>
    Effect.gen(function*() {
      const whole = yield* undisturbed()
      const split = slotOf(whole.entry) + 2
      const m = market()
      m.scale("A", split, 1 / 7)
      yield* Effect.gen(function*() {
        yield* runSlots(0, split - 1)
        yield* tellOf(whole.entry)
        m.split(split)
        yield* runSlots(split, slots)
        expect(yield* signalsOf("A")).toEqual(whole.a)
        const all = yield* stored
        for (const signal of all) {
          const factor = slotOf(signal.id) >= split ? 1 / 7 : 1
          expect(signal.entryPrice).toBeCloseTo(whole.prices.get(signal.id)! * factor, 6)
        }
        const entry = all.find(({ id }) => id === whole.entry)!
        const detail = `7:1 split on 2026-01-05: entry is now ${price(entry.entryPrice)}, stop ${
          price(entry.stopLoss)
        }, target ${price(entry.targetPrice)}`
        expect(yield* notices).toMatchObject([{ signal_id: whole.entry, kind: "ADJUSTED", detail }])
        expect(m.news.flatMap((told) => told.notices ?? [])[0]).toMatchObject({ notice: { detail } })
      }).pipe(Effect.provide(m.worker()))
    }))

  it.effect("that is told too late flags what was run without it, and corrects it", () =>
    Effect.gen(function*() {
      const whole = yield* undisturbed()
      const split = slotOf(whole.entry) - 1
      const m = market()
      m.scale("A", split, 1 / 7)
      yield* Effect.gen(function*() {
        yield* runSlots(0, split + 2)
        const given = (yield* signalsOf("A")).filter((id) => slotOf(id) >= split)
        m.split(split)
        yield* runSlots(split + 3, slots)
        const runs = yield* (yield* RunStore).recent({ limit: slots - split + 2 })
        expect(runs.toReversed().map(({ barsRevised }) => barsRevised).slice(0, 6)).toEqual([0, 1, 1, 1, 0, 0])
        expect((yield* notices).map((row) => row["signal_id"])).toEqual(given)
      }).pipe(Effect.provide(m.worker()))
    }))

  it.effect("that was told to a worker which was killed then flags and corrects the same", () =>
    Effect.gen(function*() {
      const whole = yield* undisturbed()
      const split = slotOf(whole.entry) - 1
      const m = market()
      m.scale("A", split, 1 / 7)
      yield* Effect.provide(runSlots(0, split + 2), m.worker())
      const given = (yield* signalsOf("A")).filter((id) => slotOf(id) >= split)
      m.split(split)
      const instrumentId = (yield* (yield* InstrumentStore).idsOf("s", ["A"])).get("A")!
      yield* (yield* PriceEventStore).record(m.events.map((event) => ({ instrumentId, source: "s", event })))
      yield* Effect.provide(runSlots(split + 3, slots), m.worker())
      const runs = yield* (yield* RunStore).recent({ limit: slots - split + 2 })
      expect(runs.toReversed().map(({ barsRevised }) => barsRevised).slice(0, 6)).toEqual([0, 1, 1, 1, 0, 0])
      expect((yield* notices).map((row) => row["signal_id"])).toEqual(given)
    }))

  it.effect("of long ago, which no decision was made on, flags nothing when it is told", () =>
    Effect.gen(function*() {
      yield* Effect.provide(runSlots(0, 9), market().worker())
      const instrumentId = (yield* (yield* InstrumentStore).idsOf("s", ["A"])).get("A")!
      const event = {
        kind: "split",
        at: Date.UTC(2020, 7, 31),
        factor: 0.25,
        amount: null,
        detail: "4:1 split"
      } as const
      yield* (yield* PriceEventStore).record([{ instrumentId, source: "s", event }])
      yield* Effect.provide(runSlots(10, 12), market().worker())
      const runs = yield* (yield* RunStore).recent({ limit: 99 })
      expect(runs.every(({ barsRevised }) => barsRevised === 0)).toBe(true)
      expect(yield* notices).toEqual([])
    }))

  it.effect("of prices that are adjusted for splits is no revision for the other schedules of its symbol", () =>
    Effect.gen(function*() {
      const whole = yield* undisturbed()
      const split = slotOf(whole.entry) + 2
      const m = market()
      const second: Watch = { ...adjusted, schedule: { ...adjusted.schedule, name: "second" } }
      yield* Effect.gen(function*() {
        const both = Effect.fnUntraced(function*(from: number, to: number) {
          for (let slot = from; slot <= to; slot++) {
            for (const  of of[adjusted, second]) yield* runSlots(slot, slot, { of })
          }
        })
        yield* both(0, split - 1)
        yield* asOfThen
        m.scale("A", -Infinity, 1 / 7)
        m.split(split)
        yield* both(split, slots)
        const runs = yield* (yield* RunStore).recent({ limit: 999 })
        expect(runs.filter(({ barsRevised }) => barsRevised > 0)).toEqual([])
        expect((yield* notices).map(({ kind }) => kind)).toEqual(["ADJUSTED", "ADJUSTED"])
        const given = (yield* signalsOf("A")).filter((id) => id.startsWith("second/"))
        expect(given.map((id) => id.replace(/^second/, "test"))).toEqual(whole.a)
      }).pipe(Effect.provide(m.worker()))
    }))

  it.effect("of prices that are adjusted for splits restates what is stored, and is no signal either", () =>
    Effect.gen(function*() {
      const whole = yield* undisturbed()
      const split = slotOf(whole.entry) + 2
      const m = market()
      yield* Effect.gen(function*() {
        yield* runSlots(0, split - 1, { of: adjusted })
        yield* asOfThen
        m.scale("A", -Infinity, 1 / 7)
        m.split(split)
        yield* runSlots(split, slots, { of: adjusted })
        expect(yield* signalsOf("A")).toEqual(whole.a)
        const runs = yield* (yield* RunStore).recent({ limit: slots - split })
        for (const run of runs) expect(yield* recompute(run)).toMatchObject({ differences: [], sameBars: true })
        // The bars that were read again are as the restatement left them: no revision is told.
        expect(runs.every(({ barsRevised }) => barsRevised === 0)).toBe(true)
        expect(yield* notices).toMatchObject([{ signal_id: whole.entry, kind: "ADJUSTED" }])
      }).pipe(Effect.provide(m.worker()))
    }))

  it.effect("of such prices leaves what was given at the new ones alone, in a replay and in a worker that catches up", () =>
    Effect.gen(function*() {
      const whole = yield* undisturbed()
      const split = slotOf(whole.entry) + 2
      const m = market()
      m.scale("A", -Infinity, 1 / 7)
      m.split(split)
      yield* Effect.gen(function*() {
        yield* runSlots(0, slots, { of: adjusted, origin: "REPLAY", at: slots })
        expect(yield* signalsOf("A", "REPLAY")).toEqual(whole.a)
        yield* runSlots(0, slots, { of: adjusted, at: slots })
        expect(yield* signalsOf("A")).toEqual(whole.a)
        expect(yield* notices).toEqual([])
        for (const { entryPrice, id } of yield* stored) {
          expect(entryPrice).toBeCloseTo(whole.prices.get(id.replace(/^replay\//, ""))! / 7, 6)
        }
      }).pipe(Effect.provide(m.worker()))
    }))

  it.effect("of such prices that was restated while slots before it are caught up with adjusts what was given before", () =>
    Effect.gen(function*() {
      const whole = yield* undisturbed()
      const slot = slotOf(whole.entry)
      const split = slot + 4
      const m = market()
      yield* Effect.gen(function*() {
        yield* runSlots(0, slot, { of: adjusted })
        yield* asOfThen
        m.scale("A", -Infinity, 1 / 7)
        m.split(split)
        yield* runSlots(slot + 1, slots, { of: adjusted, at: split + 1 })
        expect(yield* signalsOf("A")).toEqual(whole.a)
      }).pipe(Effect.provide(m.worker()))
    }))
})

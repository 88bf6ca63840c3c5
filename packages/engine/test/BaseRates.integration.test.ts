/** Base rates over stored bars: the same as counted at once, whatever was asked before. */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import type { Bar } from "@dgas/domain/Bar"
import { decodeConfig } from "@dgas/domain/Config"
import { BaseRates } from "@dgas/engine/BaseRates"
import { LevelHistory } from "@dgas/engine/LevelHistory"
import { gridOf, watchOf } from "@dgas/engine/Watch"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { seededBars } from "./bars.ts"

const config = Effect.runSync(decodeConfig("test", {
  sources: { s: { kind: "csv", folder: "none" } },
  universes: { u: { source: "s", calendar: "24/7", instruments: [{ symbol: "A" }] } },
  schedules: [
    { name: "one", universe: "u", trading: "30m", higher: "4h" },
    { name: "two", universe: "u", trading: "1h", higher: "4h", lower: "30m" }
  ]
}))
const [one, two] = config.schedules.map((schedule) => watchOf(config, schedule))
const it = effectTest(BaseRates.layer.pipe(Layer.provideMerge(TestDatabase.layer)))
const halfHours = seededBars(4, 600, 30)
const fourHours = seededBars(5, 100, 240)

const counted = (bars: ReadonlyArray<Bar>, timeframe: "30m" | "4h") => {
  const history = new LevelHistory(gridOf(one!, timeframe), config.rules)
  history.push(bars)
  return history.rates()
}

const stored = Effect.gen(function*() {
  const ids = yield* (yield* InstrumentStore).ensure("s", one!.instruments)
  yield* (yield* BarStore).upsert([
    { instrumentId: ids.get("A")!, timeframe: "30m", bars: halfHours },
    { instrumentId: ids.get("A")!, timeframe: "4h", bars: fourHours }
  ])
})

const scaled = (bar: Bar, factor: number): Bar => ({
  ...bar,
  open: bar.open * factor,
  high: bar.high * factor,
  low: bar.low * factor,
  close: bar.close * factor,
  volume: bar.volume / factor
})

describe("BaseRates", () => {
  it.live("of an instant are over the bars that had closed by then, in whatever order instants are asked for", () =>
    Effect.gen(function*() {
      yield* stored
      const rates = yield* BaseRates
      for (const count of [300, 301, 600, 200, 450, 600, 1]) {
        const asOf = halfHours[count - 1]!.closeTime
        expect(yield* rates.of({ watch: one!, symbol: "A", timeframe: "30m", asOf })).toEqual(
          counted(halfHours.slice(0, count), "30m")
        )
      }
    }))

  it.live("keep timeframes and schedules apart", () =>
    Effect.gen(function*() {
      yield* stored
      const rates = yield* BaseRates
      const asOf = halfHours.at(-1)!.closeTime
      const ask = (watch: NonNullable<typeof one>, timeframe: "30m" | "4h") =>
        rates.of({ watch, symbol: "A", timeframe, asOf })
      const known = fourHours.filter(({ closeTime }) => closeTime <= asOf)
      for (const watch of [one!, two!]) {
        expect(yield* ask(watch, "30m")).toEqual(counted(halfHours, "30m"))
        expect(yield* ask(watch, "4h")).toEqual(counted(known, "4h"))
      }
    }))

  it.live("take a split for no move of price, also one that becomes known later", () =>
    Effect.gen(function*() {
      yield* stored
      const rates = yield* BaseRates
      const split = halfHours[299]!.closeTime
      const id = (yield* (yield* InstrumentStore).idsOf("s", ["A"])).get("A")!
      const after = halfHours.slice(300).map((bar) => scaled(bar, 1 / 7))
      yield* (yield* BarStore).upsert([{ instrumentId: id, timeframe: "30m", bars: after }])
      const ask = (asOf: number) => rates.of({ watch: one!, symbol: "A", timeframe: "30m", asOf })
      const last = halfHours.at(-1)!.closeTime
      expect(yield* ask(last)).not.toEqual(counted(halfHours, "30m"))
      yield* (yield* PriceEventStore).record([
        {
          instrumentId: id,
          source: "s",
          event: { at: split, kind: "split", factor: 1 / 7, amount: null, detail: "7:1 split" }
        }
      ])
      const before = halfHours.slice(0, 300).map((bar) => scaled(bar, 1 / 7))
      expect(yield* ask(last)).toEqual(counted([...before, ...after], "30m"))
      expect(yield* ask(split)).toEqual(counted(halfHours.slice(0, 300), "30m"))
    }))

  it.live("are none for a symbol or a timeframe without bars", () =>
    Effect.gen(function*() {
      yield* stored
      const rates = yield* BaseRates
      expect(yield* rates.of({ watch: two!, symbol: "A", timeframe: "1h", asOf: Date.now() })).toEqual([])
      expect(yield* rates.of({ watch: one!, symbol: "B", timeframe: "30m", asOf: Date.now() })).toEqual([])
    }))
})

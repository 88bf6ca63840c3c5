/** A stretch of stored bars with the geometry after each. */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import type { Bar } from "@dgas/domain/Bar"
import { defaultRules } from "@dgas/domain/Rules"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { TimeframeGeometry } from "../src/geometry/TimeframeGeometry.ts"
import { geometrySeries } from "../src/GeometrySeries.ts"

const it = effectTest(TestDatabase.layer)
const step = 1_800_000
const first = Date.UTC(2026, 0, 5)

/** Bars of a market that swings. */
const bars: ReadonlyArray<Bar> = Array.from({ length: 400 }, (_, index) => {
  const middle = 100 + 10 * Math.sin(index / 9) + 3 * Math.sin(index)
  const openTime = first + index * step
  const close = middle + Math.cos(index * 2)
  return { openTime, closeTime: openTime + step, open: middle, high: middle + 1.5, low: middle - 1, close, volume: 1 }
})

const stored = Effect.gen(function*() {
  const store = yield* InstrumentStore
  const instrument = { symbol: "A", calendar: "24/7", tick: null, basis: "raw", simulated: false } as const
  const ids = yield* store.ensure("files", [instrument])
  yield* (yield* BarStore).upsert([{ instrumentId: ids.get("A")!, timeframe: "30m", bars }])
  return { id: ids.get("A")!, source: "files", instrument }
})

describe("the geometry of a stretch", () => {
  it.live("is that of all bars, also at its first one", () =>
    Effect.gen(function*() {
      const instrument = yield* stored
      const since = bars[350]!.openTime
      const found = yield* geometrySeries(instrument, { timeframe: "30m", since, limit: 10 }, defaultRules)
      expect(found.map(({ bar }) => bar)).toEqual(bars.slice(350, 360))
      const whole = new TimeframeGeometry(defaultRules)
      for (const bar of bars.slice(0, 351)) whole.push(bar)
      expect(found[0]!.row).toMatchObject({
        dot: whole.plotted1,
        state: whole.machine.state,
        stateConfidence: whole.stateConfidence
      })
      expect(yield* geometrySeries(instrument, { timeframe: "4h", limit: 10 }, defaultRules)).toEqual([])
    }))

  it.live("is at the prices of today, and knows nothing of a split to come", () =>
    Effect.gen(function*() {
      const instrument = yield* stored
      const split = (at: number) => ({
        instrumentId: instrument.id,
        source: "files",
        event: { kind: "split", at, factor: 0.5, amount: null, detail: "2:1" } as const
      })
      yield* (yield* PriceEventStore).record([split(bars[395]!.openTime), split(Date.UTC(2100, 0, 1))])
      const found = yield* geometrySeries(instrument, { timeframe: "30m", limit: 10 }, defaultRules)
      expect(found.map(({ bar }) => bar.close)).toEqual(
        bars.slice(390).map(({ close }, index) => index < 5 ? close / 2 : close)
      )
      expect(found[0]!.row.dot!).toBeLessThan(bars[390]!.close * 0.75)
    }))
})

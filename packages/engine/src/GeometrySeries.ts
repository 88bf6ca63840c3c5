/**
 * A stretch of stored bars with the geometry after each, as a state of the worker would have seen it.
 *
 * The bars before the stretch from which a state is rebuilt are read as well. Raw prices from before a split or roll are
 * brought to those of today, so that it is no move of price in a chart either.
 */
import { type BarPage, BarPages } from "@dgas/db/BarPages"
import { DbClock } from "@dgas/db/DbClock"
import type { StoredInstrument } from "@dgas/db/InstrumentStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import type { Bar } from "@dgas/domain/Bar"
import type { Rules } from "@dgas/domain/Rules"
import * as Effect from "effect/Effect"
import { type SeriesRow, seriesRow } from "./geometry/SeriesRow.ts"
import { TimeframeGeometry } from "./geometry/TimeframeGeometry.ts"
import { atPresentPrices, presentFactor } from "./PriceBasis.ts"
import { warmTradingBars } from "./Watch.ts"

/** Oldest first. `bar` is at the prices of today, which are those of then times `factor`. */
export interface GeometryAt {
  readonly bar: Bar
  readonly factor: number
  readonly row: SeriesRow
}

export const geometrySeries = Effect.fn("geometrySeries")(
  function*({ id, instrument }: StoredInstrument, wanted: Omit<BarPage, "instrumentId">, rules: Rules) {
    const pages = yield* BarPages
    const bars = yield* pages.page({ ...wanted, instrumentId: id })
    const first = bars[0]
    if (first === undefined) return []
    const { timeframe } = wanted
    const before = yield* pages.page({ instrumentId: id, timeframe, until: first.openTime, limit: warmTradingBars })
    const all = yield* (yield* PriceEventStore).of([id], { before: yield* (yield* DbClock).now })
    const events = all.get(id) ?? []
    const geometry = new TimeframeGeometry(rules)
    const rows: Array<GeometryAt> = []
    for (const bar of atPresentPrices(instrument.basis, [...before, ...bars], events)) {
      geometry.push(bar)
      if (bar.openTime < first.openTime) continue
      rows.push({
        bar,
        factor: presentFactor(instrument.basis, bar, events),
        row: seriesRow(geometry, new Date(bar.openTime).toISOString())
      })
    }
    return rows
  }
)

/**
 * A stretch of stored bars with the geometry after each, as a state of the worker would have seen it.
 *
 * The bars before the stretch from which a state is rebuilt are read as well, all at the prices of today.
 */
import { type BarPage, BarPages } from "@dgas/db/BarPages"
import type { StoredInstrument } from "@dgas/db/InstrumentStore"
import type { Bar } from "@dgas/domain/Bar"
import type { Rules } from "@dgas/domain/Rules"
import * as Effect from "effect/Effect"
import { type SeriesRow, seriesRow } from "./geometry/SeriesRow.ts"
import { TimeframeGeometry } from "./geometry/TimeframeGeometry.ts"
import { presentPrices } from "./PresentPrices.ts"
import { warmTradingBars } from "./Watch.ts"

/** Oldest first. `bar` is at the prices of today, which are those of then times `factor`. */
export interface GeometryAt {
  readonly bar: Bar
  readonly factor: number
  readonly row: SeriesRow
}

export const geometrySeries = Effect.fn("geometrySeries")(
  function*(stored: StoredInstrument, wanted: Omit<BarPage, "instrumentId">, rules: Rules) {
    const pages = yield* BarPages
    const bars = yield* pages.page({ ...wanted, instrumentId: stored.id })
    const first = bars[0]
    if (first === undefined) return []
    const { timeframe } = wanted
    const before = yield* pages.page({
      instrumentId: stored.id,
      timeframe,
      until: first.openTime,
      limit: warmTradingBars
    })
    const { atPresent, factorOf } = yield* presentPrices(stored)
    const geometry = new TimeframeGeometry(rules)
    const rows: Array<GeometryAt> = []
    for (const bar of atPresent([...before, ...bars])) {
      geometry.push(bar)
      if (bar.openTime < first.openTime) continue
      rows.push({
        bar,
        factor: factorOf(bar),
        row: seriesRow(geometry, new Date(bar.openTime).toISOString())
      })
    }
    return rows
  }
)

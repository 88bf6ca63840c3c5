/**
 * The geometry of one timeframe over its stored bars, and how often bars did what at its levels.
 *
 * A bar counts for the rates when it follows the one before it on the grid: what comes after a hole says nothing about
 * the next bar.
 */
import type { Bar } from "@dgas/domain/Bar"
import type { Rules } from "@dgas/domain/Rules"
import type { BarGrid } from "@dgas/market/BarGrid"
import { type LevelRate, LevelRates } from "./geometry/LevelRates.ts"
import { TimeframeGeometry } from "./geometry/TimeframeGeometry.ts"

/** Bars of a timeframe that base rates are counted over, the newest: in messages and over the API the same. */
export const countedBars = 5000

export class LevelHistory {
  readonly geometry: TimeframeGeometry
  private readonly grid: BarGrid
  private readonly counts = new LevelRates()

  constructor(grid: BarGrid, rules: Rules) {
    this.grid = grid
    this.geometry = new TimeframeGeometry(rules)
  }

  /** Takes closed bars in ascending order; those that are not later than the last one are passed over. */
  push(bars: ReadonlyArray<Bar>): void {
    const { geometry, grid } = this
    for (const bar of bars) {
      if (bar.openTime <= geometry.openTime) continue
      const before = geometry.closeTime
      geometry.push(bar)
      if (geometry.bars > 1 && (bar.openTime === before || grid.nextClose(before) >= bar.closeTime)) {
        this.counts.observe(geometry)
      }
    }
  }

  rates(): ReadonlyArray<LevelRate> {
    return this.counts.rates()
  }
}

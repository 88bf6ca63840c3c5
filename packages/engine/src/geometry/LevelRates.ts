/**
 * How often the next bar reached each level, and closed beyond it.
 *
 * A level is what was known before the bar opened. A bar touches a level above the close before it when its high
 * reaches it, and closes beyond it when it closes above it; below, mirrored. A level at that very close is not counted.
 */
import { levelCount, type LevelName, levelNames } from "./Levels.ts"
import type { TimeframeGeometry } from "./TimeframeGeometry.ts"
import { type Interval, wilson } from "./Wilson.ts"

/** Shares from 0 to 1 of `n` bars, each with its 95 % interval. */
export interface LevelRate {
  readonly level: LevelName
  readonly n: number
  readonly touched: Interval
  readonly beyond: Interval
}

export class LevelRates {
  private readonly seen = new Float64Array(levelCount)
  private readonly touched = new Float64Array(levelCount)
  private readonly beyond = new Float64Array(levelCount)

  /** Counts the last bar of `geometry`, which must follow the one before it without a hole. */
  observe(geometry: TimeframeGeometry): void {
    const { close, high1, low1, previousClose } = geometry
    for (let index = 0; index < levelCount; index++) {
      const level = geometry.barLevel(index)
      if (level > previousClose) {
        this.seen[index]!++
        if (high1 >= level) this.touched[index]!++
        if (close > level) this.beyond[index]!++
      } else if (level < previousClose) {
        this.seen[index]!++
        if (low1 <= level) this.touched[index]!++
        if (close < level) this.beyond[index]!++
      }
    }
  }

  /** In the order of the levels; those that were never seen are left out. */
  rates(): ReadonlyArray<LevelRate> {
    return levelNames.flatMap((level, index) => {
      const n = this.seen[index]!
      return n === 0
        ? []
        : [{ level, n, touched: wilson(this.touched[index]!, n), beyond: wilson(this.beyond[index]!, n) }]
    })
  }
}

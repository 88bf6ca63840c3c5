/**
 * Confluence zones: where the next-bar levels of several timeframes lie close together.
 *
 * Levels within `zoneReach` envelope widths of the last close are clustered: again and again the two
 * neighbouring clusters with the smallest gap are merged (ties toward the last close), while the gap is at
 * most `tol` and the merged width at most 2 `tol`, `tol` being `zoneTolerance` mean ranges. A cluster with
 * levels of two timeframes, or three levels of one, is a zone. W and range are the trading timeframe's.
 * The arrays are reused from bar to bar; zones ascend in price and do not overlap.
 */
import type { Rules } from "@dgas/domain/Rules"
import { levelCount, levelWeights } from "../geometry/Levels.ts"
import type { TimeframeGeometry } from "../geometry/TimeframeGeometry.ts"

/** `side` is +1 for support (below the last close), -1 for resistance, 0 for a pivot that contains the close. */
export interface Zone {
  readonly low: number
  readonly high: number
  readonly weight: number
  readonly levels: number
  readonly side: -1 | 0 | 1
}

export const HIGHER = 0
export const TRADING = 1
export const LOWER = 2
const timeframeWeights = [1.5, 1, 0.75]
const most = 3 * levelCount

export class ZoneMap {
  /** Zones of the last build: the first `count` entries of the arrays. */
  count = 0
  readonly low = new Float64Array(most)
  readonly high = new Float64Array(most)
  readonly weight = new Float64Array(most)
  readonly levels = new Int32Array(most)
  /** The last close, which says on which side a zone lies. */
  close = NaN
  private readonly frames = new Int32Array(most)

  build(
    rules: Rules,
    higher: TimeframeGeometry,
    trading: TimeframeGeometry,
    lower: TimeframeGeometry | null
  ): void {
    this.count = 0
    this.close = trading.close
    const width = trading.width
    if (Number.isNaN(width)) return
    const reach = rules.zoneReach * width
    this.collect(higher.levels, HIGHER, reach)
    this.collect(trading.levels, TRADING, reach)
    if (lower !== null) this.collect(lower.levels, LOWER, reach)
    this.cluster(rules.zoneTolerance * trading.meanRange)
    this.keepZones()
  }

  /** Insertion into the ascending list of single levels; NaN never lies within reach. */
  private collect(values: Float64Array, frame: number, reach: number): void {
    for (let i = 0; i < levelCount; i++) {
      const price = values[i]!
      if (!(Math.abs(price - this.close) <= reach)) continue
      let at = this.count
      while (at > 0 && this.low[at - 1]! > price) {
        this.copy(at - 1, at)
        at--
      }
      this.low[at] = price
      this.high[at] = price
      this.weight[at] = levelWeights[i]! * timeframeWeights[frame]!
      this.levels[at] = 1
      this.frames[at] = 1 << frame
      this.count++
    }
  }

  private copy(from: number, to: number): void {
    this.low[to] = this.low[from]!
    this.high[to] = this.high[from]!
    this.weight[to] = this.weight[from]!
    this.levels[to] = this.levels[from]!
    this.frames[to] = this.frames[from]!
  }

  private cluster(tol: number): void {
    for (;;) {
      let best = -1
      let bestGap = Infinity
      let bestDistance = Infinity
      for (let i = 0; i + 1 < this.count; i++) {
        const gap = this.low[i + 1]! - this.high[i]!
        if (gap > tol || gap > bestGap || this.high[i + 1]! - this.low[i]! > 2 * tol) continue
        const distance = Math.abs((this.low[i + 1]! + this.high[i]!) / 2 - this.close)
        if (gap < bestGap || distance < bestDistance) {
          best = i
          bestGap = gap
          bestDistance = distance
        }
      }
      if (best < 0) return
      this.high[best] = this.high[best + 1]!
      this.weight[best] = this.weight[best]! + this.weight[best + 1]!
      this.levels[best] = this.levels[best]! + this.levels[best + 1]!
      this.frames[best] = this.frames[best]! | this.frames[best + 1]!
      for (let i = best + 2; i < this.count; i++) this.copy(i, i - 1)
      this.count--
    }
  }

  private keepZones(): void {
    let kept = 0
    for (let i = 0; i < this.count; i++) {
      const frames = this.frames[i]!
      if ((frames & (frames - 1)) === 0 && this.levels[i]! < 3) continue
      if (kept !== i) this.copy(i, kept)
      kept++
    }
    this.count = kept
  }

  side(index: number): -1 | 0 | 1 {
    return this.high[index]! < this.close ? 1 : this.low[index]! > this.close ? -1 : 0
  }

  at(index: number): Zone {
    return {
      low: this.low[index]!,
      high: this.high[index]!,
      weight: this.weight[index]!,
      levels: this.levels[index]!,
      side: this.side(index)
    }
  }

  all(): ReadonlyArray<Zone> {
    return Array.from({ length: this.count }, (_, index) => this.at(index))
  }

  /** Distance from the last close to the near edge of a zone; 0 for a pivot. */
  distance(index: number): number {
    const side = this.side(index)
    return side === 0 ? 0 : side === 1 ? this.close - this.high[index]! : this.low[index]! - this.close
  }

  /** Index of the nearest zone of at least `weight` on that side (+1 support, -1 resistance) or around the close, else -1. */
  nearest(side: -1 | 1, weight: number): number {
    let best = -1
    let bestDistance = Infinity
    for (let i = 0; i < this.count; i++) {
      if (this.weight[i]! < weight || this.side(i) === -side) continue
      const distance = this.distance(i)
      if (distance < bestDistance) {
        best = i
        bestDistance = distance
      }
    }
    return best
  }

  /** Near edge of the next zone beyond the close on the opposing side of a trade in `direction`, NaN when there is none. */
  opposingEdge(direction: -1 | 1): number {
    if (direction === 1) {
      for (let i = 0; i < this.count; i++) if (this.low[i]! > this.close) return this.low[i]!
    } else {
      for (let i = this.count - 1; i >= 0; i--) if (this.high[i]! < this.close) return this.high[i]!
    }
    return NaN
  }

  /**
   * Whether a bar traded down into a zone of at least `weight` and closed back above it (`up`), or up into one
   * and closed back below it (`down`). Called before the next build, so the zones were known before the bar
   * opened. The answer is overwritten by the next call.
   */
  touched(high: number, low: number, close: number, weight: number): { up: boolean; down: boolean } {
    touch.up = false
    touch.down = false
    for (let i = 0; i < this.count; i++) {
      if (this.weight[i]! < weight) continue
      const side = this.side(i)
      if (side === 1 && low <= this.high[i]! && close > this.high[i]!) touch.up = true
      if (side === -1 && high >= this.low[i]! && close < this.low[i]!) touch.down = true
    }
    return touch
  }
}

const touch = { up: false, down: false }

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
import { levelWeights, projectedCount } from "../geometry/Levels.ts"
import type { TimeframeGeometry } from "../geometry/TimeframeGeometry.ts"

/** `side` is +1 for support (below the last close), -1 for resistance, 0 for a pivot that contains the close. */
export interface Zone {
  readonly low: number
  readonly high: number
  readonly weight: number
  readonly levels: number
  readonly side: -1 | 0 | 1
}

const timeframeWeights = { higher: 1.5, trading: 1, lower: 0.75 }
const bits = { higher: 1, trading: 2, lower: 4 }
type Frame = keyof typeof bits

/** Weight of each level of a timeframe in a zone. */
const weightsOf = (frame: Frame) => levelWeights.map((weight) => weight * timeframeWeights[frame])
const weights = { higher: weightsOf("higher"), trading: weightsOf("trading"), lower: weightsOf("lower") }

const most = 3 * projectedCount

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
    this.collect(higher.levels, "higher", reach)
    this.collect(trading.levels, "trading", reach)
    if (lower !== null) this.collect(lower.levels, "lower", reach)
    this.cluster(rules.zoneTolerance * trading.meanRange)
  }

  /** Insertion into the ascending list of single levels; NaN never lies within reach. */
  private collect(values: Float64Array, frame: Frame, reach: number): void {
    const { close, frames, low, weight } = this
    const own = weights[frame]
    const bit = bits[frame]
    let count = this.count
    for (let i = 0; i < projectedCount; i++) {
      const price = values[i]!
      if (!(Math.abs(price - close) <= reach)) continue
      let at = count
      for (; at > 0 && low[at - 1]! > price; at--) {
        low[at] = low[at - 1]!
        weight[at] = weight[at - 1]!
        frames[at] = frames[at - 1]!
      }
      low[at] = price
      weight[at] = own[i]!
      frames[at] = bit
      count++
    }
    this.count = count
  }

  /** Levels with a gap of more than `tol` between them never come together, so each stretch is clustered alone. */
  private cluster(tol: number): void {
    const { count, low } = this
    this.count = 0
    for (let start = 0; start < count;) {
      let end = start + 1
      while (end < count && low[end]! - low[end - 1]! <= tol) end++
      if (end - start > 1) this.merge(start, end, tol)
      start = end
    }
  }

  /** Clusters the levels from `start` up to `end`, and keeps those clusters that are zones. */
  private merge(start: number, end: number, tol: number): void {
    const { close, frames, high, levels, low, weight } = this
    for (let i = start; i < end; i++) {
      high[i] = low[i]!
      levels[i] = 1
    }
    let last = end - 1
    for (;;) {
      let best = -1
      let bestGap = Infinity
      let bestDistance = Infinity
      for (let i = start; i < last; i++) {
        const gap = low[i + 1]! - high[i]!
        if (gap > bestGap || high[i + 1]! - low[i]! > 2 * tol) continue
        const distance = Math.abs((low[i + 1]! + high[i]!) / 2 - close)
        if (gap < bestGap || distance < bestDistance) {
          best = i
          bestGap = gap
          bestDistance = distance
        }
      }
      if (best < 0) break
      high[best] = high[best + 1]!
      weight[best] = weight[best]! + weight[best + 1]!
      levels[best] = levels[best]! + levels[best + 1]!
      frames[best] = frames[best]! | frames[best + 1]!
      for (let i = best + 1; i < last; i++) this.copy(i + 1, i)
      last--
    }
    for (let i = start; i <= last; i++) {
      const seen = frames[i]!
      if ((seen & (seen - 1)) === 0 && levels[i]! < 3) continue
      if (i !== this.count) this.copy(i, this.count)
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

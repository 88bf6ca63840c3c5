/**
 * The whole geometry of one timeframe, bar by bar.
 *
 * `push` takes closed bars in ascending order and costs the same however long the history is. Everything it
 * shows is a function of the bars pushed so far; nothing is ever recomputed over an array, so live, replay and
 * batch are this same code. Numbers that are not defined yet are NaN.
 */
import type { Bar } from "@dgas/domain/Bar"
import { defaultRules, type Rules } from "@dgas/domain/Rules"
import * as Schema from "effect/Schema"
import {
  type BarWindow,
  DOT,
  DOTTED_LINE,
  emptyLevels,
  ENVELOPE_BOTTOM,
  ENVELOPE_TOP,
  FIVE_NINE_DOWN,
  FIVE_NINE_UP,
  FIVE_ONE_DOWN,
  FIVE_ONE_UP,
  FIVE_TWO_DOWN,
  FIVE_TWO_UP,
  halfWidth,
  ONE_ONE_HIGH,
  ONE_ONE_LOW,
  projectedCount,
  Z1_BOTTOM,
  Z2_BOTTOM,
  Z5_TOP,
  Z6_TOP
} from "./Levels.ts"
import { type PatternBar, PatternDetector } from "./Patterns.ts"
import { checkMade, restoreInto, type Snapshot, snapshotOf } from "./Snapshot.ts"
import { directionOf, type Side, StateMachine } from "./StateMachine.ts"

/** A bar that is not later than the last one was pushed. Times in epoch milliseconds. */
export class BarOutOfOrder extends Schema.TaggedError<BarOutOfOrder>()("BarOutOfOrder", {
  openTime: Schema.Int,
  lastOpenTime: Schema.Int
}) {
  override get message() {
    return `the bar that opens at ${new Date(this.openTime).toISOString()} was pushed after the one at ${
      new Date(this.lastOpenTime).toISOString()
    }, expected a later one`
  }
}

export class TimeframeGeometry implements BarWindow, PatternBar {
  readonly machine = new StateMachine()
  readonly patterns: PatternDetector
  /** Levels projected for the next bar, and those that had been projected for the last one. */
  levels = emptyLevels()
  barLevels = emptyLevels()
  /** The levels of a congestion as they were known before the last bar opened; those for the next are the machine's. */
  barDottedLine = NaN
  barBlockLevel = NaN
  bars = 0
  openTime = -Infinity
  closeTime = -Infinity
  open = NaN
  close = NaN
  previousClose = NaN
  /** The dot that the last close was compared with, and the side it fell on. */
  dot = NaN
  side: Side = 0
  slope = NaN
  previousSlope = NaN
  flat = false
  /** Mean range (high - low) of the last three bars. */
  meanRange = NaN
  /** The envelope that was projected for the last bar. */
  top = NaN
  bottom = NaN
  /**
   * The levels nearest to the close before the last bar at which its move might have terminated: of envelope, Z5 and Z2,
   * 5-9, 5-1 and 5-2, as known before it opened; infinite where there is none.
   */
  above = Infinity
  below = -Infinity
  high1 = NaN
  low1 = NaN
  dot1 = NaN
  high2 = NaN
  low2 = NaN
  dot2 = NaN
  high3 = NaN
  low3 = NaN
  dot3 = NaN
  trueRange1 = NaN
  trueRange2 = NaN
  trueRange3 = NaN
  plotted1 = NaN
  plotted2 = NaN
  private nextAbove = Infinity
  private nextBelow = -Infinity
  private side2: Side = 0
  private side3: Side = 0
  readonly rules: Rules
  // Read from here, a rule costs the hot path one load instead of three.
  private readonly coincident: boolean
  private readonly redrawn: boolean
  private readonly onDot: number
  private readonly flatSlope: number

  constructor(rules: Rules = defaultRules) {
    this.rules = rules
    this.patterns = new PatternDetector(rules)
    this.coincident = rules.geometry.dot === "coincident"
    this.redrawn = rules.geometry.envelope !== "drummond"
    this.onDot = rules.onDot
    this.flatSlope = rules.flatSlope
  }

  /**
   * Takes the next closed bar. Throws `BarOutOfOrder` when it does not open after the last one; then nothing has changed.
   * Formulas: geometry of the method, sections 2 to 5.
   */
  push(bar: Bar): void {
    const { close, high, low, openTime } = bar
    if (!(openTime > this.openTime)) throw new BarOutOfOrder({ openTime, lastOpenTime: this.openTime })
    if (this.redrawn) this.range(high, low)
    const high2 = this.high1
    const low2 = this.low1
    const dot2 = this.dot1
    const high3 = this.high2
    const low3 = this.low2
    const dot3 = this.dot2
    const dot1 = (high + low + close) / 3
    const meanRange = (high - low + (high2 - low2) + (high3 - low3)) / 3
    this.high3 = high3
    this.low3 = low3
    this.dot3 = dot3
    this.high2 = high2
    this.low2 = low2
    this.dot2 = dot2
    this.high1 = high
    this.low1 = low
    this.dot1 = dot1
    this.meanRange = meanRange
    this.previousClose = this.close
    this.openTime = openTime
    this.closeTime = bar.closeTime
    this.open = bar.open
    this.close = close
    this.bars++

    const known = this.levels
    const levels = this.barLevels
    this.levels = levels
    this.barLevels = known
    const plotted = known[DOT]!
    this.plotted2 = this.plotted1
    this.plotted1 = plotted
    this.top = known[ENVELOPE_TOP]!
    this.bottom = known[ENVELOPE_BOTTOM]!
    const next = (dot1 + dot2 + dot3) / 3
    let top = (2 * dot1 - low + (2 * dot2 - low2) + (2 * dot3 - low3)) / 3
    let bottom = (2 * dot1 - high + (2 * dot2 - high2) + (2 * dot3 - high3)) / 3
    if (this.redrawn) {
      const half = halfWidth(this.rules.geometry.envelope, this, next)
      top = next + half
      bottom = next - half
    }
    const z5 = 2 * top - next
    const z2 = 2 * bottom - next
    const nineUp = 2 * low - high2
    const nineDown = 2 * high - low2
    // 5-1 or 5-2: equal lows, or equal highs, draw neither.
    const up = low === low2 ? NaN : 2 * low - low2
    const down = high === high2 ? NaN : 2 * high - high2
    levels[DOT] = next
    levels[ENVELOPE_TOP] = top
    levels[ENVELOPE_BOTTOM] = bottom
    levels[Z5_TOP] = z5
    levels[Z2_BOTTOM] = z2
    levels[Z6_TOP] = 2 * top - bottom
    levels[Z1_BOTTOM] = 2 * bottom - top
    levels[ONE_ONE_HIGH] = 2 * dot1 - low
    levels[ONE_ONE_LOW] = 2 * dot1 - high
    levels[FIVE_NINE_UP] = nineUp
    levels[FIVE_NINE_DOWN] = nineDown
    levels[FIVE_ONE_UP] = low > low2 ? up : NaN
    levels[FIVE_ONE_DOWN] = high < high2 ? down : NaN
    levels[FIVE_TWO_UP] = low < low2 ? up : NaN
    levels[FIVE_TWO_DOWN] = high > high2 ? down : NaN

    // Z2 bottom, envelope bottom, envelope top and Z5 top ascend, so the nearest of them is found by two comparisons.
    let above = close < top ? close < bottom ? close < z2 ? z2 : bottom : top : close < z5 ? z5 : Infinity
    if (nineDown > close && nineDown < above) above = nineDown
    if (nineUp > close && nineUp < above) above = nineUp
    if (up > close && up < above) above = up
    if (down > close && down < above) above = down
    let below = close > bottom ? close > top ? close > z5 ? z5 : top : bottom : close > z2 ? z2 : -Infinity
    if (nineUp < close && nineUp > below) below = nineUp
    if (nineDown < close && nineDown > below) below = nineDown
    if (up < close && up > below) below = up
    if (down < close && down > below) below = down
    this.above = this.nextAbove
    this.below = this.nextBelow
    this.nextAbove = above
    this.nextBelow = below

    const dot = this.coincident ? next : plotted
    const distance = close - dot
    const side = Math.abs(distance) <= this.onDot * Math.abs(dot) ? 0 : distance > 0 ? 1 : distance < 0 ? -1 : 0
    const slope = next - plotted
    this.dot = dot
    this.side3 = this.side2
    this.side2 = this.side
    this.side = side
    this.previousSlope = this.slope
    this.slope = slope
    this.flat = Math.abs(slope) < this.flatSlope * meanRange

    const { machine } = this
    this.barDottedLine = machine.dottedLine
    this.barBlockLevel = machine.blockLevel
    machine.push(side, !Number.isNaN(dot), high, low)
    this.patterns.push(this)
  }

  private range(high: number, low: number): void {
    this.trueRange3 = this.trueRange2
    this.trueRange2 = this.trueRange1
    this.trueRange1 = this.bars === 0 ? high - low : Math.max(high, this.close) - Math.min(low, this.close)
  }

  /** Everything seen so far as plain JSON, see `Snapshot`. */
  snapshot(): Snapshot {
    return { ...snapshotOf(this), made: JSON.stringify(this.rules) }
  }

  /** Goes on from a snapshot of a geometry of the same rules. Throws `SnapshotInvalid`. */
  restore(snapshot: Snapshot): void {
    checkMade(snapshot, JSON.stringify(this.rules))
    restoreInto(this, snapshot)
  }

  /** Forgets every bar. */
  reset(): void {
    this.restore(new TimeframeGeometry(this.rules).snapshot())
  }

  /**
   * The geometry as it would be if `forming` closed with the prices that it has now. For people to look at: this one, and
   * with it every signal, knows closed bars alone.
   */
  preview(forming: Bar): TimeframeGeometry {
    const live = new TimeframeGeometry(this.rules)
    live.restore(this.snapshot())
    live.push(forming)
    return live
  }

  /** A level of the next bar by its index, NaN where it is not defined. */
  level(index: number): number {
    return index < projectedCount
      ? this.levels[index]!
      : index === DOTTED_LINE
      ? this.machine.dottedLine
      : this.machine.blockLevel
  }

  /** A level as it was known before the last bar opened. */
  barLevel(index: number): number {
    return index < projectedCount
      ? this.barLevels[index]!
      : index === DOTTED_LINE
      ? this.barDottedLine
      : this.barBlockLevel
  }

  get high(): number {
    return this.high1
  }

  get low(): number {
    return this.low1
  }

  /** Place of the last bar in its series, from 0. */
  get index(): number {
    return this.bars - 1
  }

  /** Place of the last close in the envelope projected for its bar: 0 bottom, 1 top, not clipped. */
  get position(): number {
    const { bottom, top } = this
    return top === bottom ? 0.5 : (this.close - bottom) / (top - bottom)
  }

  /** True when the timeframe trends and the dot slopes the trend's way. */
  get trendsWithSlope(): boolean {
    const machine = this.machine
    return machine.state === "TREND" && !this.flat && Math.sign(this.slope) === machine.direction
  }

  /** 0.5 to 1: how settled the state is, from its age, the slope and the last three sides. */
  get stateConfidence(): number {
    const machine = this.machine
    const congested = machine.state === "CONGESTION_ENTRANCE" || machine.state === "CONGESTION_ACTION"
    const slope = this.trendsWithSlope ? 0.2 : congested && this.flat ? 0.15 : 0
    const sides = this.side !== 0 && this.side === this.side2 && this.side2 === this.side3 ? 0.1 : 0
    return Math.min(0.5 + Math.min(0.05 * machine.barsInState, 0.3) + slope + sides, 1)
  }

  /** 0 to 1: strength of this timeframe's trend, as the higher timeframe of a decision. */
  get trendStrength(): number {
    const age = Math.min(0.1 * this.machine.barsInState, 0.4)
    return Math.min(age + 0.4 * this.stateConfidence + (this.trendsWithSlope ? 0.2 : 0), 1)
  }

  /** Width of the envelope projected for the next bar. */
  get width(): number {
    return this.levels[ENVELOPE_TOP]! - this.levels[ENVELOPE_BOTTOM]!
  }

  get direction() {
    return directionOf(this.machine.direction)
  }
}

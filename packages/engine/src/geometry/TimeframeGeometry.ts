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
import { DOT, emptyLevels, ENVELOPE_BOTTOM, ENVELOPE_TOP, projectLevels } from "./Levels.ts"
import { PatternDetector } from "./Patterns.ts"
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

export class TimeframeGeometry {
  readonly machine = new StateMachine()
  readonly patterns: PatternDetector
  /** Levels projected for the next bar, and those that had been projected for the last one. */
  levels = emptyLevels()
  barLevels = emptyLevels()
  bars = 0
  openTime = -Infinity
  closeTime = -Infinity
  open = NaN
  close = NaN
  previousClose = NaN
  /** The dot that the last close was compared with, and the side it fell on. */
  comparedDot = NaN
  side: Side = 0
  slope = NaN
  previousSlope = NaN
  flat = false
  /** Mean range (high - low) of the last three bars. */
  meanRange = NaN
  /** Place of the last close in the envelope projected for its bar: 0 bottom, 1 top, not clipped. */
  position = NaN
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
  private side2: Side = 0
  private side3: Side = 0
  private readonly rules: Rules

  constructor(rules: Rules = defaultRules) {
    this.rules = rules
    this.patterns = new PatternDetector(rules)
  }

  push(bar: Bar): void {
    if (!(bar.openTime > this.openTime)) {
      throw new BarOutOfOrder({ openTime: bar.openTime, lastOpenTime: this.openTime })
    }
    this.shift(bar)
    const projected = this.levels
    this.levels = this.barLevels
    this.barLevels = projected
    this.levels.fill(NaN)
    this.plotted2 = this.plotted1
    this.plotted1 = projected[DOT]!
    projectLevels(this, this.rules.geometry.envelope, this.levels)
    this.compare(bar.close)
    this.machine.push(this.side, !Number.isNaN(this.comparedDot), bar.high, bar.low)
    this.patterns.push(this.patternBar(bar))
  }

  private shift(bar: Bar): void {
    this.trueRange3 = this.trueRange2
    this.trueRange2 = this.trueRange1
    this.trueRange1 = this.bars === 0
      ? bar.high - bar.low
      : Math.max(bar.high, this.close) - Math.min(bar.low, this.close)
    this.high3 = this.high2
    this.low3 = this.low2
    this.dot3 = this.dot2
    this.high2 = this.high1
    this.low2 = this.low1
    this.dot2 = this.dot1
    this.high1 = bar.high
    this.low1 = bar.low
    this.dot1 = (bar.high + bar.low + bar.close) / 3
    this.meanRange = (this.high1 - this.low1 + (this.high2 - this.low2) + (this.high3 - this.low3)) / 3
    this.previousClose = this.close
    this.open = bar.open
    this.close = bar.close
    this.openTime = bar.openTime
    this.closeTime = bar.closeTime
    this.bars++
  }

  private compare(close: number): void {
    const dot = this.rules.geometry.dot === "projected" ? this.plotted1 : this.levels[DOT]!
    this.comparedDot = dot
    this.side3 = this.side2
    this.side2 = this.side
    const distance = close - dot
    this.side = Number.isNaN(dot) || Math.abs(distance) <= this.rules.onDot * Math.abs(dot) ? 0 : distance > 0 ? 1 : -1
    this.previousSlope = this.slope
    this.slope = this.levels[DOT]! - this.plotted1
    this.flat = Math.abs(this.slope) < this.rules.flatSlope * this.meanRange
    const top = this.barLevels[ENVELOPE_TOP]!
    const bottom = this.barLevels[ENVELOPE_BOTTOM]!
    this.position = top === bottom ? 0.5 : (close - bottom) / (top - bottom)
  }

  private readonly scratch = {
    index: 0,
    high: 0,
    low: 0,
    close: 0,
    previousClose: 0,
    dot: 0,
    side: 0 as Side,
    levels: this.barLevels,
    slope: 0,
    previousSlope: 0,
    flat: false
  }

  private patternBar(bar: Bar) {
    const scratch = this.scratch
    scratch.index = this.bars - 1
    scratch.high = bar.high
    scratch.low = bar.low
    scratch.close = bar.close
    scratch.previousClose = this.previousClose
    scratch.dot = this.comparedDot
    scratch.side = this.side
    scratch.levels = this.barLevels
    scratch.slope = this.slope
    scratch.previousSlope = this.previousSlope
    scratch.flat = this.flat
    return scratch
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

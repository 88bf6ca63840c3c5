/**
 * The seven patterns of one timeframe.
 *
 * A pattern is emitted once, on the bar that completes it, from the dot, envelope and levels that were
 * projected before that bar opened and the slope known at its close. Distances are in units of the envelope
 * width W that was projected for the bar; a bar whose W is not positive completes nothing and breaks every run.
 *
 * Which patterns a bar completed is one integer, a bit a pattern and direction, and the last 32 bars' are kept.
 * Comparisons become numbers by a unary plus where branches on them could not be foreseen by a processor.
 */
import type { Rules } from "@dgas/domain/Rules"
import type { Side } from "./StateMachine.ts"

export const patternNames = [
  "PLDOT_PUSH",
  "PLDOT_REFRESH",
  "EXHAUST",
  "C_WAVE",
  "CONGESTION_OSCILLATION",
  "TERMINATION_APPROACH",
  "TERMINATION_TOUCH"
] as const
export type PatternName = typeof patternNames[number]

export const PUSH = 0
export const REFRESH = 1
export const EXHAUST = 2
export const C_WAVE = 3
export const OSCILLATION = 4
export const APPROACH = 5
export const TOUCH = 6

/** Bars that a detector remembers. */
export const remembered = 32

/** The bit of a pattern in a direction. */
export const patternBit = (pattern: number, direction: Side): number => 1 << (3 * pattern + direction + 1)

const allBits = (direction: Side): number =>
  patternNames.reduce((bits, _, pattern) => bits | patternBit(pattern, direction), 0)

/** The bits of all patterns upward, and downward. */
export const UP_BITS = allBits(1)
export const DOWN_BITS = allBits(-1)

/** Bars count from 0 at the start of the series; strength is the pattern's length in bars, 1 for a termination. */
export interface PatternEvent {
  readonly pattern: PatternName
  readonly direction: Side
  readonly firstBar: number
  readonly lastBar: number
  readonly strength: number
}

/** What a bar looks like to the detectors: all but the slope was known before it opened, or is the bar itself. */
export interface PatternBar {
  readonly index: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly dot: number
  readonly side: Side
  readonly top: number
  readonly bottom: number
  /** The nearest levels above and below the close before, see `nearestAbove`. */
  readonly above: number
  readonly below: number
  readonly slope: number
  readonly previousSlope: number
  readonly flat: boolean
}

const PUSH_UP = patternBit(PUSH, 1)
const PUSH_DOWN = patternBit(PUSH, -1)
const waveUpShift = 3 * C_WAVE + 2
const waveDownShift = 3 * C_WAVE
const approachUpShift = 3 * APPROACH + 2
const approachDownShift = 3 * APPROACH
const touchUpShift = 3 * TOUCH + 2
const touchDownShift = 3 * TOUCH

export class PatternDetector {
  /** The patterns that the last bar completed, as bits. */
  completed = 0
  private readonly history = new Int32Array(remembered)
  private index = -1
  private pushRun = 0
  private pushSide: Side = 0
  private away = 0
  private awaySide: Side = 0
  private refreshed = 0
  private outside = 0
  private outsideSide: Side = 0
  private armedSide: Side = 0
  private armedFirst = 0
  private armedLast = 0
  private exhaustFirst = 0
  private exhausted = 0
  private waveUp = 0
  private waveDown = 0
  private lastTop = NaN
  private lastBottom = NaN
  private swings = 0
  private swingSide: Side = 0
  private readonly rules: Rules

  constructor(rules: Rules) {
    this.rules = rules
  }

  /** The patterns that the last `bars` bars completed, as bits; at most `remembered` of them. */
  completedWithin(bars: number): number {
    let bits = 0
    for (let back = 0; back < bars; back++) bits |= this.history[(this.index - back) & (remembered - 1)]!
    return bits
  }

  /** Whether the pattern completed in that direction on one of the last `bars` bars. */
  has(pattern: number, direction: Side, bars: number): boolean {
    return (this.completedWithin(bars) & patternBit(pattern, direction)) !== 0
  }

  /** The patterns that the last bar completed. */
  events(): ReadonlyArray<PatternEvent> {
    const events: Array<PatternEvent> = []
    for (const [pattern, name] of patternNames.entries()) {
      for (const direction of [1, 0, -1] as const) {
        if ((this.completed & patternBit(pattern, direction)) === 0) continue
        const strength = this.strengthOf(pattern)
        const firstBar = pattern === EXHAUST
          ? this.exhaustFirst
          : pattern === REFRESH
          ? this.index - strength
          : this.index - strength + 1
        events.push({ pattern: name, direction, firstBar, lastBar: this.index, strength })
      }
    }
    return events
  }

  private strengthOf(pattern: number): number {
    switch (pattern) {
      case PUSH:
        return this.rules.pushBars
      case REFRESH:
        return this.refreshed
      case EXHAUST:
        return this.exhausted
      case C_WAVE:
        return this.rules.waveBars
      case OSCILLATION:
        return this.rules.oscillationBars
      default:
        return 1
    }
  }

  push(bar: PatternBar): void {
    const { bottom, close, flat, high, low, side, slope, top } = bar
    this.index = bar.index
    const width = top - bottom
    let bits = 0
    if (width > 0) {
      bits = this.pushes(side, slope, flat) | this.refreshes(close - bar.dot, width)
      const up = close - top
      const down = bottom - close
      if (up > 0 || down > 0 || this.outside !== 0 || this.armedSide !== 0) {
        bits |= this.exhausts(up > 0 ? up : down > 0 ? -down : 0, width, slope, bar.previousSlope)
      }
      const waveUp = (+(up >= 0) & +(top > this.lastTop)) * (this.waveUp + 1)
      const waveDown = (+(down >= 0) & +(bottom < this.lastBottom)) * (this.waveDown + 1)
      this.waveUp = waveUp
      this.waveDown = waveDown
      bits |= (+(waveUp === this.rules.waveBars) << waveUpShift) |
        (+(waveDown === this.rules.waveBars) << waveDownShift)
      if (flat) bits |= this.oscillates(side, -down / width)
      else this.swings = 0
      const near = this.rules.terminationNear * width
      const { above, below } = bar
      const reachedUp = +(high >= above)
      const reachedDown = +(low <= below)
      bits |= ((reachedUp & +(close < above)) << touchDownShift) |
        ((reachedDown & +(close > below)) << touchUpShift) |
        (((reachedUp ^ 1) & +(above - high <= near)) << approachUpShift) |
        (((reachedDown ^ 1) & +(low - below <= near)) << approachDownShift)
    } else {
      this.pushRun =
        this.away =
        this.outside =
        this.waveUp =
        this.waveDown =
        this.swings =
          0
      this.armedSide = 0
    }
    this.lastTop = top
    this.lastBottom = bottom
    this.history[this.index & (remembered - 1)] = bits
    this.completed = bits
  }

  private pushes(side: Side, slope: number, flat: boolean): number {
    const agrees = +(slope * side > 0) & +!flat
    const run = agrees * (this.pushRun * +(side === this.pushSide) + 1)
    this.pushRun = run
    this.pushSide = side
    return run === this.rules.pushBars ? side === 1 ? PUSH_UP : PUSH_DOWN : 0
  }

  private refreshes(distance: number, width: number): number {
    const away = Math.abs(distance) / width
    if (away >= this.rules.refreshAway) {
      const side: Side = distance > 0 ? 1 : -1
      this.away = side === this.awaySide ? this.away + 1 : 1
      this.awaySide = side
      return 0
    }
    if (this.away === 0) return 0
    const { away: bars, rules } = this
    const back = -this.awaySide as Side
    this.away = 0
    this.awaySide = 0
    if (bars < rules.refreshMinBars || bars > rules.refreshMaxBars || !(away <= rules.refreshNear)) return 0
    this.refreshed = bars
    return patternBit(REFRESH, back)
  }

  /** `beyond` is how far the close lies outside the envelope, below 0 under its bottom. */
  private exhausts(beyond: number, width: number, slope: number, previousSlope: number): number {
    if (Math.abs(beyond) / width >= this.rules.exhaustOutside) {
      const side: Side = beyond > 0 ? 1 : -1
      this.outside = side === this.outsideSide ? this.outside + 1 : 1
      this.outsideSide = side
      if (this.outside >= this.rules.exhaustMinBars) {
        this.armedSide = side
        this.armedFirst = this.index - this.outside + 1
        this.armedLast = this.index
      }
      return 0
    }
    this.outside = 0
    this.outsideSide = 0
    if (this.armedSide === 0) return 0
    const fading = Math.abs(slope) < Math.abs(previousSlope) || slope * previousSlope < 0
    const since = this.index - this.armedLast
    if (beyond === 0 && fading && since <= this.rules.exhaustWindow) {
      const against = -this.armedSide as Side
      this.exhaustFirst = this.armedFirst
      this.exhausted = this.armedLast - this.armedFirst + 1
      this.armedSide = 0
      return patternBit(EXHAUST, against)
    }
    if (since >= this.rules.exhaustWindow) this.armedSide = 0
    return 0
  }

  private oscillates(side: Side, position: number): number {
    const inside = position >= this.rules.oscillationLow && position <= this.rules.oscillationHigh
    if (!inside || side === 0) this.swings = 0
    else this.swings = this.swings > 0 && side === -this.swingSide ? this.swings + 1 : 1
    this.swingSide = side
    return this.swings === this.rules.oscillationBars ? patternBit(OSCILLATION, 0) : 0
  }
}

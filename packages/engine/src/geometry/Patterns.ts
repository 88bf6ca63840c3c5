/**
 * The seven patterns of one timeframe.
 *
 * A pattern is emitted once, on the bar that completes it, from the dot, envelope and levels that were
 * projected before that bar opened and the slope known at its close. Distances are in units of the envelope
 * width W that was projected for the bar; a bar whose W is not positive completes nothing and breaks every run.
 */
import type { Rules } from "@dgas/domain/Rules"
import {
  ENVELOPE_BOTTOM,
  ENVELOPE_TOP,
  FIVE_NINE_DOWN,
  FIVE_NINE_UP,
  FIVE_ONE_DOWN,
  FIVE_ONE_UP,
  FIVE_TWO_DOWN,
  FIVE_TWO_UP,
  Z2_BOTTOM,
  Z5_TOP
} from "./Levels.ts"
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

/** Bars count from 0 at the start of the series; strength is the pattern's length in bars, 1 for a termination. */
export interface PatternEvent {
  readonly pattern: PatternName
  readonly direction: Side
  readonly firstBar: number
  readonly lastBar: number
  readonly strength: number
}

const terminationLevels = [
  ENVELOPE_TOP,
  ENVELOPE_BOTTOM,
  Z5_TOP,
  Z2_BOTTOM,
  FIVE_NINE_UP,
  FIVE_NINE_DOWN,
  FIVE_ONE_UP,
  FIVE_ONE_DOWN,
  FIVE_TWO_UP,
  FIVE_TWO_DOWN
]

/** What a bar looks like to the detectors: all but the slope was known before it opened, or is the bar itself. */
export interface PatternBar {
  readonly index: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly previousClose: number
  readonly dot: number
  readonly side: Side
  readonly levels: Float64Array
  readonly slope: number
  readonly previousSlope: number
  readonly flat: boolean
}

export class PatternDetector {
  /** Events of the last bar: only the first `count` entries of the arrays belong to it. */
  count = 0
  private readonly kind = new Int8Array(8)
  private readonly dir = new Int8Array(8)
  private readonly first = new Int32Array(8)
  private readonly length = new Int32Array(8)
  private readonly lastSeen = new Int32Array(patternNames.length * 3).fill(-1_000_000)
  private index = -1
  private pushRun = 0
  private pushSide: Side = 0
  private away = 0
  private awaySide: Side = 0
  private outside = 0
  private outsideSide: Side = 0
  private armedSide: Side = 0
  private armedFirst = 0
  private armedLast = 0
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

  /** Bars since the pattern last completed in that direction: 0 on the bar that completes it. */
  barsSince(pattern: number, direction: Side): number {
    return this.index - this.lastSeen[pattern * 3 + direction + 1]!
  }

  /** The patterns that the last bar completed. */
  events(): ReadonlyArray<PatternEvent> {
    const events: Array<PatternEvent> = []
    for (let i = 0; i < this.count; i++) {
      events.push({
        pattern: patternNames[this.kind[i]!]!,
        direction: this.dir[i]! as Side,
        firstBar: this.first[i]!,
        lastBar: this.index,
        strength: this.length[i]!
      })
    }
    return events
  }

  push(bar: PatternBar): void {
    this.index = bar.index
    this.count = 0
    const top = bar.levels[ENVELOPE_TOP]!
    const bottom = bar.levels[ENVELOPE_BOTTOM]!
    const width = top - bottom
    if (width > 0) {
      this.pushes(bar)
      this.refreshes(bar, width)
      this.exhausts(bar, top, bottom, width)
      this.waves(bar, top, bottom)
      this.oscillates(bar, bottom, width)
      this.terminates(bar, width)
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
  }

  private emit(pattern: number, direction: Side, length: number, first: number): void {
    this.kind[this.count] = pattern
    this.dir[this.count] = direction
    this.length[this.count] = length
    this.first[this.count] = first
    this.count++
    this.lastSeen[pattern * 3 + direction + 1] = this.index
  }

  private pushes(bar: PatternBar): void {
    const agrees = bar.side !== 0 && !bar.flat && Math.sign(bar.slope) === bar.side
    this.pushRun = !agrees ? 0 : bar.side === this.pushSide ? this.pushRun + 1 : 1
    this.pushSide = bar.side
    if (this.pushRun === this.rules.pushBars) this.emit(PUSH, bar.side, this.pushRun, this.index - this.pushRun + 1)
  }

  private refreshes(bar: PatternBar, width: number): void {
    const distance = (bar.close - bar.dot) / width
    if (Math.abs(distance) >= this.rules.refreshAway) {
      const side: Side = distance > 0 ? 1 : -1
      this.away = side === this.awaySide ? this.away + 1 : 1
      this.awaySide = side
      return
    }
    const within = this.away >= this.rules.refreshMinBars && this.away <= this.rules.refreshMaxBars
    if (within && Math.abs(distance) <= this.rules.refreshNear) {
      this.emit(REFRESH, -this.awaySide as Side, this.away, this.index - this.away)
    }
    this.away = 0
    this.awaySide = 0
  }

  private exhausts(bar: PatternBar, top: number, bottom: number, width: number): void {
    const beyond = bar.close > top ? (bar.close - top) / width : bar.close < bottom ? (bar.close - bottom) / width : 0
    if (Math.abs(beyond) >= this.rules.exhaustOutside) {
      const side: Side = beyond > 0 ? 1 : -1
      this.outside = side === this.outsideSide ? this.outside + 1 : 1
      this.outsideSide = side
      if (this.outside >= this.rules.exhaustMinBars) {
        this.armedSide = side
        this.armedFirst = this.index - this.outside + 1
        this.armedLast = this.index
      }
      return
    }
    this.outside = 0
    this.outsideSide = 0
    if (this.armedSide === 0) return
    const fading = Math.abs(bar.slope) < Math.abs(bar.previousSlope) || bar.slope * bar.previousSlope < 0
    if (beyond === 0 && fading && this.index - this.armedLast <= this.rules.exhaustWindow) {
      this.emit(EXHAUST, -this.armedSide as Side, this.armedLast - this.armedFirst + 1, this.armedFirst)
      this.armedSide = 0
    } else if (this.index - this.armedLast >= this.rules.exhaustWindow) {
      this.armedSide = 0
    }
  }

  private waves(bar: PatternBar, top: number, bottom: number): void {
    this.waveUp = bar.close >= top && top > this.lastTop ? this.waveUp + 1 : 0
    this.waveDown = bar.close <= bottom && bottom < this.lastBottom ? this.waveDown + 1 : 0
    if (this.waveUp === this.rules.waveBars) this.emit(C_WAVE, 1, this.waveUp, this.index - this.waveUp + 1)
    if (this.waveDown === this.rules.waveBars) this.emit(C_WAVE, -1, this.waveDown, this.index - this.waveDown + 1)
  }

  private oscillates(bar: PatternBar, bottom: number, width: number): void {
    const position = (bar.close - bottom) / width
    const inside = position >= this.rules.oscillationLow && position <= this.rules.oscillationHigh
    if (!inside || !bar.flat || bar.side === 0) this.swings = 0
    else this.swings = this.swings > 0 && bar.side === -this.swingSide ? this.swings + 1 : 1
    this.swingSide = bar.side
    if (this.swings === this.rules.oscillationBars) {
      this.emit(OSCILLATION, 0, this.swings, this.index - this.swings + 1)
    }
  }

  private terminates(bar: PatternBar, width: number): void {
    let above = Infinity
    let below = -Infinity
    for (let i = 0; i < terminationLevels.length; i++) {
      const level = bar.levels[terminationLevels[i]!]!
      if (level > bar.previousClose && level < above) above = level
      if (level < bar.previousClose && level > below) below = level
    }
    const near = this.rules.terminationNear * width
    if (bar.high >= above) {
      if (bar.close < above) this.emit(TOUCH, -1, 1, this.index)
    } else if (above - bar.high <= near) {
      this.emit(APPROACH, 1, 1, this.index)
    }
    if (bar.low <= below) {
      if (bar.close > below) this.emit(TOUCH, 1, 1, this.index)
    } else if (bar.low - below <= near) {
      this.emit(APPROACH, -1, 1, this.index)
    }
  }
}

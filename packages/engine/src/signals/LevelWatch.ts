/**
 * What price does at the levels and zones that a schedule subscribes to.
 *
 * A level is the one that was known before the bar opened, and price is seen from the close before. Levels of the
 * higher and the trading timeframe are met by trading bars, those of the lower one by its own bars. Near means within
 * `terminationNear` envelope widths of the level's timeframe. Of bars in a row that do the same at the same level the
 * first is told.
 */
import type { Bar } from "@dgas/domain/Bar"
import type { LevelEventKind, LevelTarget } from "@dgas/domain/Level"
import type { Rules } from "@dgas/domain/Rules"
import { ENVELOPE_BOTTOM, ENVELOPE_TOP, levelNames } from "../geometry/Levels.ts"
import type { Side } from "../geometry/StateMachine.ts"
import type { TimeframeGeometry } from "../geometry/TimeframeGeometry.ts"
import type { ZoneMap } from "./Zones.ts"

export interface LevelSubscription {
  readonly level: LevelTarget
  readonly frame: "higher" | "trading" | "lower"
  readonly kind: LevelEventKind
}

/** `at` is the bar's close in epoch ms; `low` and `high` bound the zone and are equal for a level; see `LevelEvent`. */
export interface LevelMeeting extends LevelSubscription {
  readonly at: number
  readonly side: Side
  readonly low: number
  readonly high: number
  readonly close: number
  readonly weight: number | null
}

export interface Meeting {
  readonly kind: LevelEventKind
  /** Where price came from: 1 above, -1 below, 0 inside. */
  readonly side: Side
}

type Prices = Pick<Bar, "high" | "low" | "close">

/**
 * What a bar did at the prices from `low` to `high`, or null: it came within `near` of them, reached them and closed
 * back, closed inside them, closed beyond them, or closed outside of them coming from inside. Undefined levels (NaN)
 * are never met.
 */
export const meeting = (low: number, high: number, near: number, before: number, bar: Prices): Meeting | null => {
  const { close } = bar
  if (before > high) {
    if (bar.low > high) return bar.low - high <= near ? { kind: "approach", side: 1 } : null
    return {
      kind: close > high || (low === high && close === low) ? "touch" : close < low ? "exceed" : "enter",
      side: 1
    }
  }
  if (before < low) {
    if (bar.high < low) return low - bar.high <= near ? { kind: "approach", side: -1 } : null
    return {
      kind: close < low || (low === high && close === low) ? "touch" : close > high ? "exceed" : "enter",
      side: -1
    }
  }
  // Price stood inside, or there is no such level.
  return before >= low && before <= high && (close > high || close < low) && low < high
    ? { kind: "exit", side: 0 }
    : null
}

const indexOf = (level: LevelTarget): number => levelNames.findIndex((name) => name === level)

/** Bars that a timeframe needs before its levels are watched; as for signals. */
const warm = (geometry: TimeframeGeometry, rules: Rules) => geometry.bars >= rules.warmUpBars

export class LevelWatch {
  private readonly rules: Rules
  readonly subscriptions: ReadonlyArray<LevelSubscription>
  /** Per subscription what was told, or would have been, of the bar before: the prices met, else NaN. */
  private readonly lastLow: Float64Array
  private readonly lastHigh: Float64Array
  private met: Array<LevelMeeting> = []

  constructor(rules: Rules, subscriptions: ReadonlyArray<LevelSubscription>) {
    this.rules = rules
    this.subscriptions = subscriptions
    this.lastLow = new Float64Array(subscriptions.length).fill(NaN)
    this.lastHigh = new Float64Array(subscriptions.length).fill(NaN)
  }

  /** What happened in the last trading bar, oldest first. */
  meetings(): ReadonlyArray<LevelMeeting> {
    return this.met
  }

  /** A lower bar was pushed into `lower`. */
  observeLower(lower: TimeframeGeometry): void {
    for (const [index, one] of this.subscriptions.entries()) {
      if (one.frame === "lower" && warm(lower, this.rules)) this.meetLevel(index, one, lower, true, lower)
    }
  }

  /** A trading bar was pushed into `trading`, and `zones` are still those that were known before it. */
  observeTrading(higher: TimeframeGeometry, trading: TimeframeGeometry, zones: ZoneMap): void {
    if (this.subscriptions.length === 0) return
    const { openTime } = trading
    if (this.met.length > 0) this.met = this.met.filter(({ at }) => at > openTime)
    for (const [index, one] of this.subscriptions.entries()) {
      if (one.level === "zone") {
        if (warm(trading, this.rules)) this.meetZones(index, one, zones, trading)
      } else if (one.frame === "trading") {
        if (warm(trading, this.rules)) this.meetLevel(index, one, trading, true, trading)
      } else if (one.frame === "higher" && warm(higher, this.rules)) {
        // A higher bar that closed with this bar projects for what comes after it.
        this.meetLevel(index, one, higher, higher.closeTime > openTime, trading)
      }
    }
  }

  /** `before` says that the levels wanted are those from before the last bar of `frame`. */
  private meetLevel(
    index: number,
    one: LevelSubscription,
    frame: TimeframeGeometry,
    before: boolean,
    bars: TimeframeGeometry
  ): void {
    const level = (at: number) => before ? frame.barLevel(at) : frame.level(at)
    const top = level(ENVELOPE_TOP)
    const bottom = level(ENVELOPE_BOTTOM)
    const near = this.rules.terminationNear * (top - bottom)
    const area = one.level === "envelope"
    const low = area ? bottom : level(indexOf(one.level))
    const high = area ? top : low
    // A line has no inside: being near it takes its place.
    const margin = !area && (one.kind === "enter" || one.kind === "exit") ? near : 0
    const found = meeting(low - margin, high + margin, near, bars.previousClose, bars)
    if (found?.kind !== one.kind) {
      this.lastLow[index] = NaN
      this.lastHigh[index] = NaN
      return
    }
    const again = !Number.isNaN(this.lastLow[index]!)
    this.lastLow[index] = low
    this.lastHigh[index] = high
    if (!again) this.tell(one, found, low, high, null, bars)
  }

  private meetZones(index: number, one: LevelSubscription, zones: ZoneMap, trading: TimeframeGeometry): void {
    const near = this.rules.terminationNear * (trading.top - trading.bottom)
    const wasLow = this.lastLow[index]!
    const wasHigh = this.lastHigh[index]!
    this.lastLow[index] = NaN
    this.lastHigh[index] = NaN
    for (let at = 0; at < zones.count; at++) {
      const weight = zones.weight[at]!
      if (weight < this.rules.zoneWeight) continue
      const low = zones.low[at]!
      const high = zones.high[at]!
      const found = meeting(low, high, near, trading.previousClose, trading)
      if (found?.kind !== one.kind) continue
      this.lastLow[index] = low
      this.lastHigh[index] = high
      // Zones are built anew each bar: one that overlaps is the same place.
      if (!(low <= wasHigh && high >= wasLow)) this.tell(one, found, low, high, weight, trading)
    }
  }

  private tell(
    one: LevelSubscription,
    { side }: Meeting,
    low: number,
    high: number,
    weight: number | null,
    { close, closeTime }: TimeframeGeometry
  ): void {
    this.met.push({ ...one, at: closeTime, side, low, high, close, weight })
  }
}

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

// One object each, so that looking at a level leaves no garbage.
const from = (side: Side) => ({
  approach: { kind: "approach", side },
  touch: { kind: "touch", side },
  exceed: { kind: "exceed", side },
  enter: { kind: "enter", side }
} as const)
const above = from(1)
const below = from(-1)
const leaving: Meeting = { kind: "exit", side: 0 }

/**
 * What a bar did at the prices from `low` to `high`, or null: it came within `near` of them, reached them and closed
 * back, closed inside them, closed beyond them, or closed outside of them coming from inside. Undefined levels (NaN)
 * are never met.
 */
export const meeting = (low: number, high: number, near: number, before: number, bar: Prices): Meeting | null => {
  const { close } = bar
  const onLine = low === high && close === low
  if (before > high) {
    if (bar.low > high) return bar.low - high <= near ? above.approach : null
    return close > high || onLine ? above.touch : close < low ? above.exceed : above.enter
  }
  if (before < low) {
    if (bar.high < low) return low - bar.high <= near ? below.approach : null
    return close < low || onLine ? below.touch : close > high ? below.exceed : below.enter
  }
  // Price stood inside, or there is no such level.
  return before >= low && before <= high && (close > high || close < low) && low < high ? leaving : null
}

/** Bars that a timeframe needs before its levels are watched; as for signals. */
const warm = (geometry: TimeframeGeometry, rules: Rules) => geometry.bars >= rules.warmUpBars

/** A subscription with the index of its level, -1 for an area. */
interface Target extends LevelSubscription {
  readonly index: number
}

/** A zone that a subscription met on the last trading bar. */
interface ZoneMet {
  readonly place: number
  readonly low: number
  readonly high: number
}

const noZones: ReadonlyArray<ZoneMet> = []

export class LevelWatch {
  private readonly rules: Rules
  readonly subscriptions: ReadonlyArray<LevelSubscription>
  private readonly targets: ReadonlyArray<Target>
  /** Per subscription of a level 1 when its last bar did what is to be told, else 0. */
  private readonly again: Int32Array
  private zonesMet: Array<ZoneMet> = []
  private met: Array<LevelMeeting> = []

  constructor(rules: Rules, subscriptions: ReadonlyArray<LevelSubscription>) {
    this.rules = rules
    this.subscriptions = subscriptions
    this.targets = subscriptions.map((one) => ({ ...one, index: levelNames.findIndex((name) => name === one.level) }))
    this.again = new Int32Array(subscriptions.length)
  }

  /** What happened in the last trading bar, oldest first. */
  meetings(): ReadonlyArray<LevelMeeting> {
    return this.met
  }

  /** A lower bar was pushed into `lower`. */
  observeLower(lower: TimeframeGeometry): void {
    if (!warm(lower, this.rules)) return
    for (let place = 0; place < this.targets.length; place++) {
      if (this.targets[place]!.frame === "lower") this.meetLevel(place, lower, true, lower)
    }
  }

  /** A trading bar was pushed into `trading`, and `zones` are still those that were known before it. */
  observeTrading(higher: TimeframeGeometry, trading: TimeframeGeometry, zones: ZoneMap): void {
    const { rules, targets } = this
    if (targets.length === 0) return
    const { openTime } = trading
    if (this.met.length > 0) this.met = this.met.filter(({ at }) => at > openTime)
    const before = this.zonesMet.length > 0 ? this.zonesMet : noZones
    if (before !== noZones) this.zonesMet = []
    const watched = warm(trading, rules)
    const above = warm(higher, rules)
    for (let place = 0; place < targets.length; place++) {
      const { frame, level } = targets[place]!
      if (level === "zone") {
        if (watched) this.meetZones(place, zones, trading, before)
      } else if (frame === "trading") {
        if (watched) this.meetLevel(place, trading, true, trading)
      } else if (frame === "higher" && above) {
        // A higher bar that closed with this bar projects for what comes after it.
        this.meetLevel(place, higher, higher.closeTime > openTime, trading)
      }
    }
  }

  /** `before` says that the levels wanted are those from before the last bar of `frame`. */
  private meetLevel(place: number, frame: TimeframeGeometry, before: boolean, bars: TimeframeGeometry): void {
    const { index, kind, level } = this.targets[place]!
    const top = before ? frame.barLevel(ENVELOPE_TOP) : frame.level(ENVELOPE_TOP)
    const bottom = before ? frame.barLevel(ENVELOPE_BOTTOM) : frame.level(ENVELOPE_BOTTOM)
    const near = this.rules.terminationNear * (top - bottom)
    const area = level === "envelope"
    const low = area ? bottom : before ? frame.barLevel(index) : frame.level(index)
    const high = area ? top : low
    // A line has no inside: being near it takes its place.
    const margin = !area && (kind === "enter" || kind === "exit") ? near : 0
    const found = meeting(low - margin, high + margin, near, bars.previousClose, bars)
    const told = this.again[place] === 1
    this.again[place] = found?.kind === kind ? 1 : 0
    if (found?.kind === kind && !told) this.tell(place, found, low, high, null, bars)
  }

  private meetZones(place: number, zones: ZoneMap, trading: TimeframeGeometry, before: ReadonlyArray<ZoneMet>): void {
    const near = this.rules.terminationNear * (trading.top - trading.bottom)
    for (let at = 0; at < zones.count; at++) {
      const weight = zones.weight[at]!
      if (weight < this.rules.zoneWeight) continue
      const low = zones.low[at]!
      const high = zones.high[at]!
      const found = meeting(low, high, near, trading.previousClose, trading)
      if (found?.kind !== this.targets[place]!.kind) continue
      this.zonesMet.push({ place, low, high })
      // Zones are built anew each bar: one that overlaps is the same place.
      const told = before.some((zone) => zone.place === place && low <= zone.high && high >= zone.low)
      if (!told) this.tell(place, found, low, high, weight, trading)
    }
  }

  private tell(
    place: number,
    { side }: Meeting,
    low: number,
    high: number,
    weight: number | null,
    { close, closeTime }: TimeframeGeometry
  ): void {
    this.met.push({ ...this.subscriptions[place]!, at: closeTime, side, low, high, close, weight })
  }
}

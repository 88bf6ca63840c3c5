/**
 * Entry, stop and target of a trade at a zone, rounded to the instrument's tick.
 *
 * Entry is the zone's near edge, or the last close when price is inside the zone, always a limit order; the
 * stop lies beyond the far edge; the target is the next opposing zone when that pays enough, else a multiple
 * of the risk. Rounding is against the trade for the entry and away from it for stop and target.
 */
import type { Rules } from "@dgas/domain/Rules"
import type { ZoneMap } from "./Zones.ts"

export interface TradePrices {
  readonly entry: number
  readonly stop: number
  readonly target: number
  readonly reward: number
}

/**
 * `price` on the tick at or above it (`up`) or at or below it. A price within a millionth of a tick of the grid is
 * on it (or within what float8 can tell apart), so that a price that was on the tick before arithmetic stays there. A null tick leaves the price alone.
 */
export const roundToTick = (price: number, tick: number | null, up: boolean): number => {
  if (tick === null) return price
  const steps = price / tick
  const nearest = Math.round(steps)
  const whole = Math.abs(steps - nearest) < Math.max(1e-6, 1e-15 * Math.abs(steps))
    ? nearest
    : up
    ? Math.ceil(steps)
    : Math.floor(steps)
  return Number((whole * tick).toPrecision(15))
}

/** Prices of a trade in `direction` at zone `index`, or a sentence that says why there are none. */
export const tradePrices = (
  rules: Rules,
  zones: ZoneMap,
  index: number,
  direction: -1 | 1,
  meanRange: number,
  tick: number | null
): TradePrices | string => {
  const long = direction === 1
  const side = zones.side(index)
  const rawEntry = side === 0 ? zones.close : long ? zones.high[index]! : zones.low[index]!
  const rawStop = (long ? zones.low[index]! : zones.high[index]!) - direction * rules.stopDistance * meanRange
  const risk = (rawEntry - rawStop) * direction
  const opposing = zones.opposingEdge(direction)
  const pays = (opposing - rawEntry) * direction >= rules.zoneTargetReward * risk
  const rawTarget = pays ? opposing : rawEntry + direction * rules.fallbackReward * risk
  const entry = roundToTick(rawEntry, tick, long)
  const stop = roundToTick(rawStop, tick, !long)
  const target = roundToTick(rawTarget, tick, long)
  return checked(rules, direction, entry, stop, target)
}

/** Prices above zero, stop and target on their sides, reward over risk of at least `minReward`. */
const checked = (
  rules: Rules,
  direction: -1 | 1,
  entry: number,
  stop: number,
  target: number
): TradePrices | string => {
  if (!(entry > 0 && stop > 0 && target > 0)) {
    return `a price is not above 0: entry ${entry}, stop ${stop}, target ${target}`
  }
  const risk = (entry - stop) * direction
  const gain = (target - entry) * direction
  if (!(risk > 0)) return `stop ${stop} is not on the losing side of entry ${entry}`
  if (!(gain > 0)) return `target ${target} is not on the winning side of entry ${entry}`
  const reward = gain / risk
  if (reward < rules.minReward) return `reward / risk ${reward.toFixed(2)} is below ${rules.minReward}`
  return { entry, stop, target, reward }
}

/** The bar lengths that the system knows, from one minute to one ISO week. */
import * as Schema from "effect/Schema"

export const timeframes = ["1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w"] as const

export const Timeframe = Schema.Literals(timeframes)
export type Timeframe = typeof Timeframe.Type

const minute = 60_000
const lengths: Record<Timeframe, number> = {
  "1m": minute,
  "5m": 5 * minute,
  "15m": 15 * minute,
  "30m": 30 * minute,
  "1h": 60 * minute,
  "4h": 240 * minute,
  "1d": 1440 * minute,
  "1w": 10_080 * minute
}

/** Nominal length in milliseconds. A bar of a session may be shorter: the last one of a day, or an early close. */
export const timeframeMs = (timeframe: Timeframe): number => lengths[timeframe]

/** True for the timeframes that are cut inside a session rather than made of whole sessions. */
export const isIntraday = (timeframe: Timeframe): boolean => lengths[timeframe] < lengths["1d"]

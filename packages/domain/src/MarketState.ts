/** Direction and state of one timeframe, as the method names them. */
import * as Schema from "effect/Schema"

export const Direction = Schema.Literals(["UP", "DOWN", "NEUTRAL"])
export type Direction = typeof Direction.Type

export const MarketState = Schema.Literals([
  "TREND",
  "CONGESTION_ENTRANCE",
  "CONGESTION_ACTION",
  "CONGESTION_EXIT",
  "REVERSAL"
])
export type MarketState = typeof MarketState.Type

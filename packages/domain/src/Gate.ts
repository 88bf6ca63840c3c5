/** The gates between a bar and a signal, in the order in which they are tried. */
import * as Schema from "effect/Schema"

export const Gate = Schema.Literals([
  "NO_DATA",
  "WARMING_UP",
  "LIVE_SIGNAL",
  "HIGHER_NEUTRAL",
  "NOT_PERMITTED",
  "HIGHER_IN_CONGESTION",
  "NO_PATTERN",
  "NO_ZONE_NEAR",
  "WEAK",
  "BAD_PRICES",
  "FILTERED"
])
export type Gate = typeof Gate.Type

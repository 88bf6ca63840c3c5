/** How long the bars of each timeframe are, nominally; milliseconds. */
import type { Timeframe } from "@dgas/domain/Timeframe"

const minute = 60_000

export const timeframeMs: Readonly<Record<Timeframe, number>> = {
  "1m": minute,
  "5m": 5 * minute,
  "15m": 15 * minute,
  "30m": 30 * minute,
  "1h": 60 * minute,
  "4h": 240 * minute,
  "1d": 1440 * minute,
  "1w": 10_080 * minute
}

export const isTimeframe = (text: string | undefined): text is Timeframe => text !== undefined && text in timeframeMs

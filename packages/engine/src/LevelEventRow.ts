/** From what price did at a level to the event that is stored. Writing one twice is writing it once. */
import type { Instrument } from "@dgas/domain/Instrument"
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import { rowId, type RunKey } from "./SignalRow.ts"
import type { LevelMeeting } from "./signals/LevelWatch.ts"
import { timeframeOf, type Watch } from "./Watch.ts"

export const levelEventOf = (
  watch: Watch,
  key: RunKey,
  { symbol, tick }: Instrument,
  { at, close, frame, high, kind, level, low, side, weight }: LevelMeeting
): LevelEvent => {
  const timeframe = timeframeOf(watch.schedule, frame)
  // A bar may meet several zones; the price at which one begins tells them apart.
  const place = level === "zone" ? `${level}:${low}` : level
  return {
    id: rowId(key, symbol, at, `${timeframe}/${place}/${kind}`),
    schedule: key.schedule,
    symbol,
    timeframe,
    level,
    kind,
    side,
    low,
    high,
    close,
    weight,
    eventTimestamp: at,
    tick,
    rules: key.rules,
    origin: key.origin
  }
}

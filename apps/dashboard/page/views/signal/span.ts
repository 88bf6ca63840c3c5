/** Which bars are drawn of a signal: some before its close, and those up to where it was decided. */
import type { Timeframe } from "@dgas/domain/Timeframe"
import { isTimeframe, timeframeMs } from "../../timeframes.ts"

const before = 60
const after = 20
const most = 200

export interface Span {
  readonly timeframe: Timeframe
  readonly limit: string
  /** Without it the bars are the newest, and new ones are drawn as they come. */
  readonly until?: string
}

export const spanOf = (
  { decidedAt, signalTimestamp, timeframe }: {
    readonly decidedAt: string | null
    readonly signalTimestamp: string
    readonly timeframe: string | null
  },
  now: number
): Span => {
  const name = isTimeframe(timeframe ?? undefined) ? timeframe as Timeframe : "1d"
  const bar = timeframeMs[name]
  const start = Date.parse(signalTimestamp)
  const end = decidedAt === null ? start + (most - before - after) * bar : Date.parse(decidedAt)
  const limit = String(Math.min(most, before + after + Math.ceil((end - start) / bar)))
  // Sessions leave nights and weekends out, so a stretch of time has fewer bars than it is long.
  const until = end + after * bar * 1.5
  return until >= now
    ? { timeframe: name, limit }
    : { timeframe: name, limit, until: new Date(Math.floor(until / 60_000) * 60_000).toISOString() }
}

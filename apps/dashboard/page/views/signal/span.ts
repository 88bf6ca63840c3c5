/** Which bars are drawn of a signal: some before its close, and those up to where it was decided, or up to now while it is held. */
import type { Timeframe } from "@dgas/domain/Timeframe"
import { isTimeframe, timeframeMs } from "../../timeframes.ts"

const before = 60
const after = 20
/** Of a signal that waits, or that nothing comes of. */
const ahead = 120
/** The API gives no more at once. */
export const mostBars = 1000
/** While it is held the number of bars grows: what is asked for is another only now and then. */
const step = 100

export interface Span {
  readonly timeframe: Timeframe
  readonly limit: string
  /** Without it the bars are the newest, and new ones are drawn as they come. */
  readonly until?: string
}

export const spanOf = (
  { decidedAt, filled, signalTimestamp, timeframe }: {
    readonly decidedAt: string | null
    readonly filled: boolean | null
    readonly signalTimestamp: string
    readonly timeframe: string | null
  },
  now: number
): Span => {
  const name = isTimeframe(timeframe ?? undefined) ? timeframe as Timeframe : "1d"
  const bar = timeframeMs[name]
  const start = Date.parse(signalTimestamp)
  const least = start + ahead * bar
  const isHeld = decidedAt === null && filled === true && now > least
  const end = decidedAt === null ? isHeld ? now : least : Date.parse(decidedAt)
  const wanted = before + after + Math.ceil((end - start) / bar)
  const limit = String(Math.min(mostBars, isHeld ? Math.ceil(wanted / step) * step : wanted))
  // Sessions leave nights and weekends out, so a stretch of time has fewer bars than it is long.
  const until = end + after * bar * 1.5
  return until >= now
    ? { timeframe: name, limit }
    : { timeframe: name, limit, until: new Date(Math.floor(until / 60_000) * 60_000).toISOString() }
}

/**
 * From which instant on bars have the prices of after a split, dividend or roll.
 *
 * It is an open of a session, the same for bars of every timeframe, so that one event has one instant. Null where the
 * calendar knows no sessions.
 */
import { isDate } from "@dgas/domain/CalendarOverrides"
import type { TradingCalendar } from "./TradingCalendar.ts"

const day = 86_400_000
/** Longer than any market was closed on end: Tokyo for ten days in 2019. */
const looksAhead = 14 * day

/** Open of the session that `instant` lies in, or of the next one. Providers stamp events so, to the second or the day. */
export const sessionOpen = (calendar: TradingCalendar, instant: number): number | null => {
  if (!calendar.covers(instant)) return null
  const session = calendar.sessionAt(instant)
  if (session !== undefined) return session.open
  return calendar.covers(instant + looksAhead) ? calendar.nextSession(instant).open : null
}

/** Open of the session of a date `YYYY-MM-DD`, or of the next one; null also for what is no date. */
export const openOn = (calendar: TradingCalendar, date: string): number | null => {
  const midnight = isDate(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN
  if (!calendar.covers(midnight)) return null
  const session = calendar.sessionOn(date)
  if (session !== undefined) return session.open
  const end = midnight + looksAhead
  // A session may open the day before its date, and one of an earlier date may not have closed.
  return calendar.covers(end) ? calendar.sessions(midnight, end).find((one) => one.date > date)?.open ?? null : null
}

/** What people write: a date is its session's open; an instant is taken as it is, or as the next open between sessions. */
export const eventTime = (calendar: TradingCalendar, text: string): number | null => {
  if (!text.includes("T")) return openOn(calendar, text)
  const instant = Date.parse(text)
  return Number.isNaN(instant)
    ? null
    : calendar.covers(instant) && calendar.sessionAt(instant) !== undefined
    ? instant
    : sessionOpen(calendar, instant)
}

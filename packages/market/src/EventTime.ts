/**
 * From which instant on bars have the prices of after a split, dividend or roll.
 *
 * It is the open of a session, or where the clock cuts bars that of the longest one that begins it, so that it is one
 * instant for bars of every timeframe. Null where the calendar knows no sessions.
 */
import { isDate } from "@dgas/domain/InstantText"
import { type BarGrid, barGrid } from "./BarGrid.ts"

const day = 86_400_000
/** Longer than any market was closed on end: Tokyo for ten days in 2019. */
const looksAhead = 14 * day

/** The first bar of a session that is cut by the clock is labelled with a time before its open, at most this long. */
const firstBar = ({ calendar, cut }: BarGrid, open: number): number =>
  cut === "clock" ? barGrid(calendar, "4h", cut).slotAt(open)?.openTime ?? open : open

/** Of the session that `instant` lies in, or of the next one. Providers stamp events so, to the second or the day. */
export const stampedTime = (grid: BarGrid, instant: number): number | null => {
  const { calendar } = grid
  if (!calendar.covers(instant)) return null
  const session = calendar.sessionAt(instant) ??
    (calendar.covers(instant + looksAhead) ? calendar.nextSession(instant) : undefined)
  return session === undefined ? null : firstBar(grid, session.open)
}

/** Of the session of a date `YYYY-MM-DD`, or of the next one; null also for what is no date. */
export const datedTime = (grid: BarGrid, date: string): number | null => {
  const { calendar } = grid
  const midnight = isDate(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN
  if (!calendar.covers(midnight)) return null
  const end = midnight + looksAhead
  const session = calendar.sessionOn(date) ??
    // One of an earlier date may not have closed.
    (calendar.covers(end) ? calendar.sessions(midnight, end).find((one) => one.date > date) : undefined)
  return session === undefined ? null : firstBar(grid, session.open)
}

/** What people write: a date, or an instant, which is taken as it is inside a session. */
export const writtenTime = (grid: BarGrid, text: string): number | null => {
  if (!text.includes("T")) return datedTime(grid, text)
  const instant = Date.parse(text)
  const { calendar } = grid
  const session = calendar.covers(instant) ? calendar.sessionAt(instant) : undefined
  return session !== undefined && session.open < instant ? instant : stampedTime(grid, instant)
}

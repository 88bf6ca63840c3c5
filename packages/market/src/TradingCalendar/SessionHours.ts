/**
 * The hours of single sessions on the exchange's own clock, before zones come into it.
 *
 * Minutes count from midnight of the session's date and are negative on the evening before.
 */
import type { CalendarRules } from "./CalendarRules.ts"

export interface SessionHours {
  readonly open: number
  readonly close: number
  readonly break: readonly [from: number, to: number] | null
}

const day = 1440

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

export const clockText = (minutes: number): string => {
  const time = (minutes + day) % day
  const text = `${String(Math.floor(time / 60)).padStart(2, "0")}:${String(time % 60).padStart(2, "0")}`
  return minutes < 0 ? `${text} of the evening before` : text
}

export const regularHours = ({ hours }: CalendarRules, date: string): SessionHours => {
  const { break: pause, close, open } = hours.findLast(({ from }) => from <= date) ?? hours[0]
  const [opens, closes] = [minutesOf(open), minutesOf(close)]
  return {
    open: opens < closes ? opens : opens - day,
    close: closes,
    break: pause === undefined ? null : [minutesOf(pause[0]), minutesOf(pause[1])]
  }
}

/** The minute inside `hours` that a time of the clock means, after the open and up to the close; undefined outside. */
export const minuteIn = ({ close, open }: SessionHours, time: string): number | undefined => {
  const minute = minutesOf(time)
  return [minute - day, minute].find((at) => at > open && at <= close)
}

/** `hours` with another open or close; times that do not lie in them change nothing. */
export const changed = (hours: SessionHours, opens: string | undefined, closes: string | undefined): SessionHours => {
  const open = (opens === undefined ? undefined : minuteIn(hours, opens)) ?? hours.open
  const close = (closes === undefined ? undefined : minuteIn(hours, closes)) ?? hours.close
  const { break: pause } = hours
  return { open, close, break: pause !== null && open < pause[0] && close > pause[1] ? pause : null }
}

/** The sessions of a year by their dates, ascending. */
export const hoursOfYear = (rules: CalendarRules, year: number): ReadonlyMap<string, SessionHours> => {
  const { exceptions } = rules
  const closed = new Set([...rules.closed(year).map(String), ...exceptions.closed])
  const early = new Map(rules.early(year).map(([date, close]) => [String(date), close]))
  const sessions = new Map<string, SessionHours>()
  const end = Date.UTC(year + 1, 0, 1)
  for (let at = Date.UTC(year, 0, 1); at < end; at += day * 60_000) {
    const weekday = new Date(at).getUTCDay()
    const date = new Date(at).toISOString().slice(0, 10)
    if (weekday === 0 || weekday === 6 || closed.has(date)) continue
    const closes = exceptions.early[date] ?? early.get(date)
    sessions.set(date, changed(regularHours(rules, date), exceptions.open[date], closes))
  }
  return sessions
}

/**
 * A calendar from the rules of an exchange.
 *
 * A year's sessions are worked out when the year is first asked for, and then kept. The span is made of whole
 * weeks, so the ISO weeks at its ends are known from their first session to their last.
 */
import type { Session, TradingCalendar } from "../TradingCalendar.ts"
import { CalendarOutOfSpan } from "./CalendarOutOfSpan.ts"
import type { CalendarRules } from "./CalendarRules.ts"
import { monday as mondays, nth } from "./Holidays.ts"
import { hoursOfYear, regularHours } from "./SessionHours.ts"

const minute = 60_000
const dayMinutes = 1440

const midnightOf = (date: string) => Date.parse(`${date}T00:00:00Z`)

export const makeRuleCalendar = (rules: CalendarRules): TradingCalendar => {
  const { first, last, name, zone } = rules
  const years: Array<ReadonlyArray<Session> | undefined> = []

  const instantOf = (date: string, minutes: number): number =>
    Temporal.PlainDate.from(date).toPlainDateTime().add({ minutes }).toZonedDateTime(zone).epochMilliseconds

  const buildYear = (year: number): ReadonlyArray<Session> =>
    [...hoursOfYear(rules, year)].map(([date, { break: pause, close, open }]) => {
      const session = { date, open: instantOf(date, open), close: instantOf(date, close) }
      return pause === null
        ? session
        : { ...session, break: { from: instantOf(date, pause[0]), to: instantOf(date, pause[1]) } }
    })

  const outside = (year: number): never => {
    throw new CalendarOutOfSpan({ calendar: name, year: Number.isInteger(year) ? year : 0, first, last })
  }
  const sessionsOf = (year: number): ReadonlyArray<Session> =>
    year >= first && year <= last ? years[year - first] ??= buildYear(year) : outside(year)

  const firstMonday = String(nth(1, mondays, first, 1))
  const usual = regularHours(rules, firstMonday)
  /** How long before midnight UTC of its date a session of January may open, in ms; 0 for most. */
  const ahead = Math.max(0, midnightOf(firstMonday) - instantOf(firstMonday, usual.open))
  const start = midnightOf(firstMonday) - ahead
  const next = nth(1, mondays, last + 1, 1)
  // From the 4th on, the week before such a Monday has weekdays of the year that is not known.
  const end = midnightOf(String(next.day <= 3 ? next : next.subtract({ days: 7 }))) - ahead

  const covers = (instant: number) => instant >= start && instant < end
  /** The year whose session `instant` may lie in. */
  const yearAt = (instant: number): number => {
    const year = new Date(instant + ahead).getUTCFullYear()
    return covers(instant) ? Math.min(year, last) : outside(year)
  }

  return {
    name,
    zone,
    clockStart: usual.close - usual.open === dayMinutes ? (usual.close % dayMinutes) * minute : 0,
    covers,
    sessionAt: (instant) => {
      const sessions = sessionsOf(yearAt(instant))
      const session = sessions[countOpened(sessions, instant) - 1]
      return session !== undefined && instant < session.close ? session : undefined
    },
    sessionOn: (date) => {
      const midnight = /^\d{4}-\d\d-\d\d$/.test(date) ? midnightOf(date) : Number.NaN
      if (Number.isNaN(midnight)) return undefined
      const year = Number(date.slice(0, 4))
      if (year > last && midnight < end) return undefined
      const sessions = sessionsOf(year)
      const session = sessions[countBefore(sessions, date)]
      return session?.date === date ? session : undefined
    },
    nextSession: (instant) => {
      const year = yearAt(instant)
      const sessions = sessionsOf(year)
      return sessions[countOpened(sessions, instant)] ?? sessionsOf(year + 1)[0]!
    },
    previousSession: (instant) => {
      const year = yearAt(instant)
      const sessions = sessionsOf(year)
      let index = countOpened(sessions, instant) - 1
      if (index >= 0 && sessions[index]!.close > instant) index--
      return index >= 0 ? sessions[index]! : sessionsOf(year - 1).at(-1)!
    },
    sessions: (from, to) => {
      if (to <= from) return []
      const found: Array<Session> = []
      const until = yearAt(to - 1)
      for (let year = yearAt(from); year <= until; year++) {
        const sessions = sessionsOf(year)
        for (let index = Math.max(0, countOpened(sessions, from) - 1); index < sessions.length; index++) {
          const session = sessions[index]!
          if (session.open >= to) break
          if (session.close > from) found.push(session)
        }
      }
      return found
    }
  }
}

/** How many of the first `sessions` are so. */
const countWhile = (sessions: ReadonlyArray<Session>, isSo: (session: Session) => boolean): number => {
  let low = 0
  let high = sessions.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isSo(sessions[middle]!)) low = middle + 1
    else high = middle
  }
  return low
}

const countOpened = (sessions: ReadonlyArray<Session>, instant: number): number =>
  countWhile(sessions, ({ open }) => open <= instant)

const countBefore = (sessions: ReadonlyArray<Session>, date: string): number =>
  countWhile(sessions, (session) => session.date < date)

/**
 * Sessions of the New York Stock Exchange: 09:30 to 16:00 New York time on weekdays that are no holiday.
 *
 * A year is worked out when it is first asked for. Moments of silence and late opens before 2007 are not modelled:
 * dates hold from 1990 on, times from 2007 on.
 */
import type { Session, TradingCalendar } from "../TradingCalendar.ts"
import { CalendarOutOfSpan } from "./CalendarOutOfSpan.ts"
import { earlyClosesOf, holidaysOf } from "./NewYorkDays.ts"

const day = 86_400_000
const zone = "America/New_York"
const firstYear = 1990
const lastYear = 2027
const start = Date.UTC(firstYear, 0, 1)
// 2028 begins on a Saturday, so the ISO week that ends the span is known to its end.
const end = Date.UTC(lastYear + 1, 0, 3)

const at = (date: Temporal.PlainDate, hour: number, minute: number) =>
  date.toZonedDateTime({ timeZone: zone, plainTime: { hour, minute } }).epochMilliseconds

const buildYear = (year: number): ReadonlyArray<Session> => {
  const holidays = holidaysOf(year)
  const early = earlyClosesOf(year)
  const sessions: Array<Session> = []
  let date = Temporal.PlainDate.from({ year, month: 1, day: 1 })
  while (date.year === year) {
    const text = String(date)
    if (date.dayOfWeek <= 5 && !holidays.has(text)) {
      sessions.push({ date: text, open: at(date, 9, 30), close: at(date, early.get(text) ?? 16, 0) })
    }
    date = date.add({ days: 1 })
  }
  return sessions
}

export const makeNewYork = (): TradingCalendar => {
  const years: Array<ReadonlyArray<Session> | undefined> = []
  const covers = (instant: number) => instant >= start && instant < end
  const outside = (year: number): never => {
    throw new CalendarOutOfSpan({
      calendar: "XNYS",
      year: Number.isInteger(year) ? year : 0,
      first: firstYear,
      last: lastYear
    })
  }
  const sessionsOf = (year: number): ReadonlyArray<Session> =>
    year >= firstYear && year <= lastYear ? years[year - firstYear] ??= buildYear(year) : outside(year)
  // Sessions lie well inside a day of UTC, so the year of UTC is the year of the session.
  const yearAt = (instant: number): number => {
    const year = new Date(instant).getUTCFullYear()
    return covers(instant) ? Math.min(year, lastYear) : outside(year)
  }

  return {
    name: "XNYS",
    zone,
    covers,
    sessionAt: (instant) => {
      const sessions = sessionsOf(yearAt(instant))
      const session = sessions[countOpened(sessions, instant) - 1]
      return session !== undefined && instant < session.close ? session : undefined
    },
    sessionOn: (date) => {
      const midnight = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN
      if (Number.isNaN(midnight)) return undefined
      const sessions = sessionsOf(yearAt(midnight))
      // A session opens on its own date, in New York as in UTC.
      const session = sessions[countOpened(sessions, midnight + day - 1) - 1]
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

/** How many of the ascending `sessions` open at or before `instant`. */
const countOpened = (sessions: ReadonlyArray<Session>, instant: number): number => {
  let low = 0
  let high = sessions.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sessions[middle]!.open <= instant) low = middle + 1
    else high = middle
  }
  return low
}

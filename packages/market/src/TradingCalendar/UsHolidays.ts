/** The holidays that exchanges of the United States keep, from 1990 on. Source: NYSE Rule 7.2. */
import type { Day } from "./CalendarRules.ts"
import { day, easter, lastMonday, monday, nth, observed } from "./Holidays.ts"

const thursday = 4
const saturday = 6

/** Undefined for a Saturday's, which is not kept on the Friday: that ends the accounting year. */
export const newYear = (year: number): Day | undefined => {
  const date = day(year, 1, 1)
  return date.dayOfWeek === saturday ? undefined : observed(date)
}

export const goodFriday = (year: number): Day => easter(year, -2)

export const thanksgiving = (year: number): Day => nth(4, thursday, year, 11)

export const christmas = (year: number): Day => observed(day(year, 12, 25))

/** The others: Martin Luther King, Washington, Memorial Day, Juneteenth, Independence, Labor Day and Thanksgiving. */
export const bankHolidays = (year: number): ReadonlyArray<Day> => [
  ...(year >= 1998 ? [nth(3, monday, year, 1)] : []),
  nth(3, monday, year, 2),
  lastMonday(year, 5),
  ...(year >= 2022 ? [observed(day(year, 6, 19))] : []),
  observed(day(year, 7, 4)),
  nth(1, monday, year, 9),
  thanksgiving(year)
]

/**
 * The weekday that a holiday of Independence Day shortens: the one before, when both are weekdays. Until 2012 a
 * Thursday's holiday shortened the Friday after it.
 */
export const besideIndependence = (year: number): Day | undefined => {
  const holiday = day(year, 7, 4)
  const on = holiday.dayOfWeek
  if (on === monday || on >= saturday) return undefined
  return on === thursday && year < 2013 ? holiday.add({ days: 1 }) : holiday.subtract({ days: 1 })
}

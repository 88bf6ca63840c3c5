/**
 * The New York Stock Exchange: 09:30 to 16:00, early closes at 13:00 (14:00 until 1992).
 *
 * Source of the rules: NYSE Rule 7.2 and the exchange's yearly announcements. Checked against exchange_calendars for
 * 1990 to 2027, whose last year follows rules alone. Moments of silence and the few late opens and early ends
 * before 2007 are not modelled.
 */
import type { CalendarRules, Day } from "./CalendarRules.ts"
import { day } from "./Holidays.ts"
import { bankHolidays, besideIndependence, christmas, goodFriday, newYear, thanksgiving } from "./UsHolidays.ts"

const friday = 5

export const newYork: CalendarRules = {
  name: "XNYS",
  zone: "America/New_York",
  first: 1990,
  last: 2027,
  hours: [{ from: "1990-01-01", open: "09:30", close: "16:00" }],
  closed: (year) => [
    ...[newYear(year)].filter((date) => date !== undefined),
    goodFriday(year),
    ...bankHolidays(year),
    christmas(year)
  ],
  early: (year) => {
    const beside = year >= 1995 ? besideIndependence(year) : undefined
    const eve = day(year, 12, 24)
    const days: ReadonlyArray<Day> = [
      ...(beside === undefined ? [] : [beside]),
      ...(year >= 1992 ? [thanksgiving(year).add({ days: 1 })] : []),
      ...(eve.dayOfWeek < friday ? [eve] : [])
    ]
    return days.map((date) => [date, year <= 1992 ? "14:00" : "13:00"])
  },
  exceptions: {
    closed: [
      "1994-04-27", // funeral of President Nixon
      "2001-09-11", // attacks on New York
      "2001-09-12",
      "2001-09-13",
      "2001-09-14",
      "2004-06-11", // funeral of President Reagan
      "2007-01-02", // funeral of President Ford
      "2012-10-29", // hurricane Sandy
      "2012-10-30",
      "2018-12-05", // funeral of President Bush
      "2025-01-09" // funeral of President Carter
    ],
    early: { "1997-12-26": "13:00", "1999-12-31": "13:00", "2003-12-26": "13:00" },
    open: {}
  }
}

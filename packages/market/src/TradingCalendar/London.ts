/**
 * The London Stock Exchange: 08:00 to 16:30, and to 12:30 on the last trading days before Christmas and the new year.
 *
 * Source of the rules: the bank holidays of England. Checked against exchange_calendars for 2000 to 2027, whose last
 * year follows rules alone.
 */
import type { CalendarRules, Day } from "./CalendarRules.ts"
import { day, easter, lastMonday, monday, nth, weekdayFrom, weekdayUntil } from "./Holidays.ts"

/** Moved in 2020 to the 75th anniversary of the end of the war in Europe. */
const earlyMay = (year: number): Day => year === 2020 ? day(2020, 5, 8) : nth(1, monday, year, 5)

/** Moved beside the bank holiday of each jubilee of Elizabeth II. */
const spring = (year: number): ReadonlyArray<Day> =>
  year === 2002
    ? [day(2002, 6, 3), day(2002, 6, 4)]
    : year === 2012
    ? [day(2012, 6, 4), day(2012, 6, 5)]
    : year === 2022
    ? [day(2022, 6, 2), day(2022, 6, 3)]
    : [lastMonday(year, 5)]

export const london: CalendarRules = {
  name: "XLON",
  zone: "Europe/London",
  first: 2000,
  last: 2027,
  hours: [{ from: "2000-01-01", open: "08:00", close: "16:30" }],
  closed: (year) => {
    // Christmas and Boxing Day, with days in lieu, are the first two weekdays from Christmas on.
    const christmas = weekdayFrom(day(year, 12, 25))
    return [
      weekdayFrom(day(year, 1, 1)),
      easter(year, -2),
      easter(year, 1),
      earlyMay(year),
      ...spring(year),
      lastMonday(year, 8),
      christmas,
      weekdayFrom(christmas.add({ days: 1 }))
    ]
  },
  early: (year) => [24, 31].map((eve) => [weekdayUntil(day(year, 12, eve)), "12:30"]),
  exceptions: {
    closed: [
      "2011-04-29", // wedding of Prince William
      "2022-09-19", // funeral of Elizabeth II
      "2023-05-08" // coronation of Charles III
    ],
    early: {},
    open: {}
  }
}

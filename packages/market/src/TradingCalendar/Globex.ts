/**
 * Index futures of the Chicago Mercantile Exchange on Globex: from 17:00 of the evening before to 16:00.
 *
 * On most holidays trading ends at 12:00 (10:30 until early 2014), beside some at 12:15. Dates were checked against
 * exchange_calendars for 2000 to 2027, times against pandas_market_calendars from 2015 and Lean from 2009 on; what was
 * chosen where they differ stands in docs/guarantees.md; 2027 follows rules alone. Not modelled: the 15-minute halt at
 * 15:15 of earlier years, which the hourly bars of providers reach over, and the other trading day of the years before
 * 19 November 2012, which began at 15:30.
 */
import type { CalendarRules, Day } from "./CalendarRules.ts"
import { day } from "./Holidays.ts"
import { bankHolidays, besideIndependence, christmas, goodFriday, newYear, thanksgiving } from "./UsHolidays.ts"

/** Good Fridays with an employment report, on which the futures trade until 08:15. */
const reportOnGoodFriday = new Set([2010, 2012, 2015, 2021, 2023, 2026])

const firstNoon = day(2014, 5, 1)

export const globex: CalendarRules = {
  name: "CMES",
  zone: "America/Chicago",
  first: 2000,
  last: 2027,
  hours: [
    { from: "2000-01-01", open: "17:00", close: "16:15" },
    { from: "2015-09-21", open: "17:00", close: "16:00" }
  ],
  closed: (year) => [
    ...[newYear(year)].filter((date) => date !== undefined),
    ...(reportOnGoodFriday.has(year) ? [] : [goodFriday(year)]),
    christmas(year)
  ],
  early: (year) => {
    const beside = year >= 2009 ? besideIndependence(year) : undefined
    const halts = (date: Day) => Temporal.PlainDate.compare(date, firstNoon) < 0 ? "10:30" : "12:00"
    return [
      [goodFriday(year), "08:15"],
      ...bankHolidays(year).map((date) => [date, halts(date)] as const),
      ...(beside === undefined ? [] : [[beside, "12:15"] as const]),
      [thanksgiving(year).add({ days: 1 }), "12:15"],
      [day(year, 12, 24), "12:15"]
    ]
  },
  exceptions: {
    closed: [
      "2004-06-11", // funeral of President Reagan
      "2007-01-02" // funeral of President Ford
    ],
    early: {
      "2012-10-29": "08:15", // hurricane Sandy
      "2012-10-30": "08:15",
      "2018-12-05": "08:30", // funeral of President Bush
      "2025-01-09": "08:30" // funeral of President Carter
    },
    open: {}
  }
}

/**
 * Xetra, the electronic market of Frankfurt: 09:00 to 17:30, from 2010 on to 14:00 on the last trading day of a year.
 *
 * Source of the rules: the trading calendars of Deutsche Börse. Checked against exchange_calendars for 2000 to 2027,
 * whose last year follows rules alone; that has 17:30 for the years of evening trading too, which ran from 2 June 2000
 * (Computerwoche, 2000-05-30) to 31 October 2003 (Deutsche Welle, 2003-11-03).
 */
import type { CalendarRules } from "./CalendarRules.ts"
import { day, easter, weekdayUntil } from "./Holidays.ts"

const hasWhitMonday = (year: number) => year === 2007 || year >= 2015 && year <= 2021
const hasUnityDay = (year: number) => year >= 2014 && year <= 2021

export const frankfurt: CalendarRules = {
  name: "XETR",
  zone: "Europe/Berlin",
  first: 2000,
  last: 2027,
  hours: [
    { from: "2000-01-01", open: "09:00", close: "17:30" },
    { from: "2000-06-02", open: "09:00", close: "20:00" },
    { from: "2003-11-03", open: "09:00", close: "17:30" }
  ],
  closed: (year) => [
    day(year, 1, 1),
    easter(year, -2),
    easter(year, 1),
    day(year, 5, 1),
    ...(hasWhitMonday(year) ? [easter(year, 50)] : []),
    ...(hasUnityDay(year) ? [day(year, 10, 3)] : []),
    ...[24, 25, 26, 31].map((date) => day(year, 12, date))
  ],
  early: (year) => year >= 2010 ? [[weekdayUntil(day(year, 12, 30)), "14:00"]] : [],
  exceptions: {
    closed: ["2017-10-31"], // 500 years of the Reformation
    early: {},
    open: {}
  }
}

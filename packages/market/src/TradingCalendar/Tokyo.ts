/**
 * The Tokyo Stock Exchange: 09:00 to 15:30 with a lunch break from 11:30 to 12:30.
 *
 * Until 1 November 2024 the close was 15:00; until 18 November 2011 the break began at 11:00 (Mainichi, 2011-11-21).
 * Checked against exchange_calendars for 2000 to 2027, which has the later break for all years; 2027 follows rules
 * alone. Half days, the last of which was in 2009, are not modelled.
 */
import type { CalendarRules } from "./CalendarRules.ts"
import { day } from "./Holidays.ts"
import { japaneseHolidays } from "./JapaneseHolidays.ts"

export const tokyo: CalendarRules = {
  name: "XTKS",
  zone: "Asia/Tokyo",
  first: 2000,
  last: 2027,
  hours: [
    { from: "2000-01-01", open: "09:00", close: "15:00", break: ["11:00", "12:30"] },
    { from: "2011-11-21", open: "09:00", close: "15:00", break: ["11:30", "12:30"] },
    { from: "2024-11-05", open: "09:00", close: "15:30", break: ["11:30", "12:30"] }
  ],
  closed: (year) => [...japaneseHolidays(year), day(year, 1, 2), day(year, 1, 3), day(year, 12, 31)],
  early: () => [],
  exceptions: {
    closed: ["2020-10-01"], // a failure of the trading system
    early: {},
    open: {}
  }
}

/** Markets that trade from Monday to Friday without a pause. They follow rules alone, to the end of 2049. */
import type { CalendarRules } from "./CalendarRules.ts"
import { day } from "./Holidays.ts"

const none = { closed: [], early: {}, open: {} }

/** The days of UTC. */
export const weekdays: CalendarRules = {
  name: "24-5",
  zone: "UTC",
  first: 2000,
  last: 2049,
  hours: [{ from: "2000-01-01", open: "00:00", close: "24:00" }],
  closed: () => [],
  early: () => [],
  exceptions: none
}

/**
 * Currencies: from Sunday 17:00 to Friday 17:00 New York time, a day ending at 17:00.
 *
 * Quotes stop for Christmas and New Year's Day; at what hour, and whether the Monday after a Sunday's is kept, differs
 * from bank to bank. Checked against the hours of EUR/USD from three of them, 2012 to 2023.
 */
export const currencies: CalendarRules = {
  name: "FX",
  zone: "America/New_York",
  first: 2000,
  last: 2049,
  hours: [{ from: "2000-01-01", open: "17:00", close: "17:00" }],
  closed: (year) => [day(year, 1, 1), day(year, 12, 25)],
  early: () => [],
  exceptions: none
}

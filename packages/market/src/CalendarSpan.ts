/**
 * How long a calendar still knows its sessions.
 *
 * Its rules end with a year, after which no slot can be known to be due. Whoever runs a worker is told in time to
 * update.
 */
import type { TradingCalendar } from "./TradingCalendar.ts"

/** With fewer days left than these it is time to update. */
export const alarmDays = 60

const day = 86_400_000
/** Longer than any rules of an exchange reach. */
const most = 36_525

/** Whole days from `now`, epoch milliseconds, of which the calendar knows the sessions; null when there is no end to them. */
export const daysLeft = (calendar: TradingCalendar, now: number): number | null => {
  if (calendar.covers(now + most * day)) return null
  let known = 0
  let unknown = most
  while (unknown - known > 1) {
    const middle = (known + unknown) >> 1
    if (calendar.covers(now + middle * day)) known = middle
    else unknown = middle
  }
  return known
}

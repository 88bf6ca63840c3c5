/**
 * What stands under a chart at a bar, as the library asks for it: it looks for new days in UTC.
 *
 * Of shorter bars a new day begins there somewhere in the viewer's day, so its time is told with it. Longer bars have the day
 * of their market, which the viewer's zone would move to the day before or after.
 */

/** Numbers of `TickMarkType`. */
const year = 0
const month = 1
const time = 3
const timeWithSeconds = 4

const dayMs = 86_400_000
/** Sessions that begin on the evening before, in UTC, are of the day after. */
const eveningMs = 3 * 3_600_000

/** Bars of a day or longer. */
export const areDays = (openTimes: ReadonlyArray<number>): boolean =>
  openTimes.length > 1 &&
  openTimes.every((at, index) => index === 0 || at - (openTimes[index - 1] ?? at) >= dayMs - 3 * 3_600_000)

/** `at` is when a bar opened, in milliseconds; `zone` the viewer's. */
export const tickTextOf = (zone: string, isDay: boolean) => {
  const clock = new Intl.DateTimeFormat("sv-SE", { timeStyle: "short", timeZone: zone })
  const day = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: zone })
  return (at: number, kind: number): string => {
    if (isDay) {
      const text = new Date(at + eveningMs).toISOString()
      return kind === year ? text.slice(0, 4) : kind === month ? text.slice(0, 7) : text.slice(5, 10)
    }
    if (kind === time || kind === timeWithSeconds) return clock.format(at)
    const [date, hour] = [day.format(at).slice(5), clock.format(at)]
    return hour === "00:00" ? date : `${date} ${hour}`
  }
}

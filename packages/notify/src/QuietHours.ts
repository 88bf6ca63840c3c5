/**
 * Until when a message waits for the end of quiet hours.
 *
 * They begin and end once a day by the clock of their zone. A time that a clock change skips is the moment of the change;
 * of an hour that comes twice both are quiet: they begin at the first and end at the second.
 */
import type { QuietHours } from "@dgas/domain/DestinationConfig"
import { isEntry, type Signal } from "@dgas/domain/Signal"

/** Epoch milliseconds, `until` not included. */
interface Stretch {
  readonly from: number
  readonly until: number
}

const epochMs = (day: Temporal.PlainDate, time: string, zone: string, which: "earlier" | "later"): number => {
  const wall = day.toPlainDateTime(time)
  const earlier = wall.toZonedDateTime(zone, { disambiguation: "earlier" })
  if (!earlier.toPlainDateTime().equals(wall)) {
    return (earlier.getTimeZoneTransition("next") ?? earlier).epochMilliseconds
  }
  return which === "earlier"
    ? earlier.epochMilliseconds
    : wall.toZonedDateTime(zone, { disambiguation: "later" }).epochMilliseconds
}

/** The quiet hours that begin on `day`. */
const stretchOf = (day: Temporal.PlainDate, { from, until }: QuietHours, zone: string): Stretch => ({
  from: epochMs(day, from, zone, "earlier"),
  until: epochMs(from < until ? day : day.add({ days: 1 }), until, zone, "later")
})

/**
 * When the quiet hours end in which `at` lies, both in epoch milliseconds; null when it lies in none. `zone` is the
 * reader's, for quiet hours that name none.
 */
export const quietUntil = (at: number, quiet: QuietHours, zone: string): number | null => {
  const own = quiet.timeZone ?? zone
  let end = at
  while (true) {
    const day = Temporal.Instant.fromEpochMilliseconds(end).toZonedDateTimeISO(own).toPlainDate()
    const around = [-1, 0, 1].map((days) => stretchOf(day.add({ days }), quiet, own))
    const holding = around.find(({ from, until }) => from <= end && end < until)
    if (holding === undefined) return end === at ? null : end
    end = holding.until
  }
}

/** Whether a signal is told all the same. */
export const isUrgent = (signal: Signal, { urgentConfidence, urgentExits }: QuietHours): boolean =>
  isEntry(signal.type) ? urgentConfidence !== null && signal.confidence >= urgentConfidence : urgentExits

/** Instants as people read them, in the zone that the configuration names. */

/** `2026-11-24 15:30`, in `zone`. */
export const timeText = (instant: number, zone: string): string => {
  const { day, hour, minute, month, year } = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone)
  const two = (value: number) => String(value).padStart(2, "0")
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`
}

/** `2026-11-24T15:30:00.000Z`, for programs. */
export const isoText = (instant: number): string => new Date(instant).toISOString()

/** `<1 ms`, `850 ms`, `12.3 s`, `4 min 5 s`, `5 h 12 min`, `3 d 5 h`. */
export const durationText = (ms: number): string => {
  if (ms < 1) return "<1 ms"
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.floor(ms % 60_000 / 1000)} s`
  if (ms >= 172_800_000) return `${Math.floor(ms / 86_400_000)} d ${Math.floor(ms % 86_400_000 / 3_600_000)} h`
  return `${Math.floor(ms / 3_600_000)} h ${Math.floor(ms % 3_600_000 / 60_000)} min`
}

/**
 * Instants as people and programs write them: ISO 8601 with its zone, or a date, which is its midnight in UTC.
 *
 * A day that the calendar does not have is none: a parser takes February 31 for March 3.
 */

const iso = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/

/** Whether a text is a date `YYYY-MM-DD`. */
export const isDate = (text: string): boolean => {
  const midnight = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(text)
}

/** Epoch milliseconds, finer parts cut off; null of what is no instant. */
export const parseInstant = (text: string): number | null => {
  const date = iso.exec(text)?.[1]
  const instant = date !== undefined && isDate(date) ? Date.parse(text) : NaN
  return Number.isNaN(instant) ? null : instant
}

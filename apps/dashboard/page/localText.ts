/** An instant as fields for a day and a time want it, in the viewer's zone: `2026-01-05T14:30`. */
import { timeText } from "./texts.ts"

export const localText = (instant: number): string => timeText(instant).replace(" ", "T")

/** Null where the field is empty or half filled in. */
export const instantOfLocal = (text: string): string | null => {
  const found = text === "" ? Number.NaN : Date.parse(text)
  return Number.isNaN(found) ? null : new Date(found).toISOString()
}

/** The begin of a day of a date field in the viewer's zone, `daysOn` later; null where the field is empty. */
export const instantOfDay = (day: string | undefined, daysOn = 0): string | null => {
  if (day === undefined || day === "") return null
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number)
  const found = new Date(year, month - 1, date + daysOn)
  return Number.isNaN(found.getTime()) ? null : found.toISOString()
}

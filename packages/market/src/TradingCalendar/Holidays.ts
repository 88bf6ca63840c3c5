/** Days that holidays fall on: weekdays of months, Easter, and the days that stand for those on a weekend. */
import type { Day } from "./CalendarRules.ts"

export const day = (year: number, month: number, at: number): Day => Temporal.PlainDate.from({ year, month, day: at })

/** 1 Monday to 7 Sunday, as ISO counts. */
export const monday = 1
const saturday = 6
const sunday = 7

/** The `nth` such weekday of a month. */
export const nth = (n: number, weekday: number, year: number, month: number): Day => {
  const first = day(year, month, 1)
  return first.add({ days: (weekday - first.dayOfWeek + 7) % 7 + 7 * (n - 1) })
}

export const lastMonday = (year: number, month: number): Day => {
  const last = day(year, month, 1).add({ months: 1 }).subtract({ days: 1 })
  return last.subtract({ days: last.dayOfWeek - monday })
}

/** A Saturday's holiday is kept on the Friday before, a Sunday's on the Monday after. */
export const observed = (date: Day): Day =>
  date.dayOfWeek === saturday
    ? date.subtract({ days: 1 })
    : date.dayOfWeek === sunday
    ? date.add({ days: 1 })
    : date

/** The date, or the Monday after it when it lies on a weekend. */
export const weekdayFrom = (date: Day): Day =>
  date.dayOfWeek >= saturday ? date.add({ days: 8 - date.dayOfWeek }) : date

/** The date, or the Friday before it when it lies on a weekend. */
export const weekdayUntil = (date: Day): Day =>
  date.dayOfWeek >= saturday ? date.subtract({ days: date.dayOfWeek - 5 }) : date

/**
 * The day that is `days` after Easter Sunday of the Gregorian calendar: -2 is Good Friday, 1 Easter Monday, 50 Whit
 * Monday. Source: Meeus, Astronomical Algorithms (1991), chapter 8.
 */
export const easter = (year: number, days: number): Day => {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const f = Math.floor((b + 8) / 25)
  const g = Math.floor((b - f + 1) / 3)
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - c % 4) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const n = h + l - 7 * m + 114
  return day(year, Math.floor(n / 31), n % 31 + 1).add({ days })
}

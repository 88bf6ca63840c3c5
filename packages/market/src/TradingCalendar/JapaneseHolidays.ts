/**
 * The national holidays of Japan, 2000 to 2099, on the dates of the law on holidays (1948) and its amendments.
 *
 * Days of mourning and the like aside, each change of the law has been a year or more ahead. The equinoxes are those of
 * the approximation that Japanese almanacs use, exact for 1980 to 2099; the cabinet announces each a year ahead.
 */
import type { Day } from "./CalendarRules.ts"
import { day, monday, nth } from "./Holidays.ts"

const sunday = 7

/** `base` is the equinox of 1980 in days of its month. */
const equinox = (year: number, month: number, base: number): Day =>
  day(year, month, Math.floor(base + 0.242194 * (year - 1980) - Math.floor((year - 1980) / 4)))

/** Holidays that were moved to the days around the ceremonies of the Olympic games. */
const olympic: Readonly<Record<number, readonly [marine: Day, sports: Day, mountain: Day]>> = {
  2020: [day(2020, 7, 23), day(2020, 7, 24), day(2020, 8, 10)],
  2021: [day(2021, 7, 22), day(2021, 7, 23), day(2021, 8, 8)]
}

const named = (year: number): ReadonlyArray<Day> => [
  day(year, 1, 1),
  nth(2, monday, year, 1),
  day(year, 2, 11),
  equinox(year, 3, 20.8431),
  day(year, 4, 29),
  day(year, 5, 3),
  ...(year >= 2007 ? [day(year, 5, 4)] : []),
  day(year, 5, 5),
  ...(olympic[year] ?? [
    year >= 2003 ? nth(3, monday, year, 7) : day(year, 7, 20),
    nth(2, monday, year, 10),
    ...(year >= 2016 ? [day(year, 8, 11)] : [])
  ]),
  year >= 2003 ? nth(3, monday, year, 9) : day(year, 9, 15),
  equinox(year, 9, 23.2488),
  day(year, 11, 3),
  day(year, 11, 23),
  // The birthday of the emperor; in 2019 his accession and its ceremony.
  ...(year >= 2020
    ? [day(year, 2, 23)]
    : year === 2019
    ? [day(2019, 5, 1), day(2019, 10, 22)]
    : [day(year, 12, 23)])
]

/** All of a year, with the days in lieu of Sundays and the days between two holidays. In no order. */
export const japaneseHolidays = (year: number): ReadonlyArray<Day> => {
  const days = named(year)
  const known = new Set(days.map(String))
  const between = days.map((date) => date.add({ days: 1 })).filter((date) =>
    !known.has(String(date)) && known.has(String(date.add({ days: 1 })))
  )
  const inLieu = days.filter((date) => date.dayOfWeek === sunday).map((date) => {
    let next = date.add({ days: 1 })
    while (known.has(String(next))) next = next.add({ days: 1 })
    return next
  })
  return [...days, ...between, ...inLieu]
}

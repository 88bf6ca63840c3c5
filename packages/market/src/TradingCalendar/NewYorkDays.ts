/**
 * Holidays and early closes of the New York Stock Exchange, by rule, 1990 to 2027.
 *
 * Source of the rules: NYSE Rule 7.2 (holidays, and which weekday stands for one that falls on a weekend) and the
 * exchange's yearly announcements; the days that follow no rule are listed with their reason.
 */

/** Days of mourning, disasters: announced when they came. */
const closures = new Map([
  ["1994-04-27", "funeral of President Nixon"],
  ["2001-09-11", "attacks on New York"],
  ["2001-09-12", "attacks on New York"],
  ["2001-09-13", "attacks on New York"],
  ["2001-09-14", "attacks on New York"],
  ["2004-06-11", "funeral of President Reagan"],
  ["2007-01-02", "funeral of President Ford"],
  ["2012-10-29", "hurricane Sandy"],
  ["2012-10-30", "hurricane Sandy"],
  ["2018-12-05", "funeral of President Bush"],
  ["2025-01-09", "funeral of President Carter"]
])

const specialEarlyCloses = new Set(["1997-12-26", "1999-12-31", "2003-12-26"])

const saturday = 6
const sunday = 0

type Day = Temporal.PlainDate

const day = (year: number, month: number, at: number): Day => Temporal.PlainDate.from({ year, month, day: at })

/** 1 Monday to 6 Saturday, 0 Sunday. */
const weekday = (date: Day) => date.dayOfWeek % 7

/** The `nth` such weekday of a month. */
const nth = (year: number, month: number, wanted: number, n: number): Day => {
  const first = day(year, month, 1)
  return first.add({ days: (wanted - weekday(first) + 7) % 7 + 7 * (n - 1) })
}

const lastMonday = (year: number, month: number): Day => {
  const last = day(year, month, 1).add({ months: 1 }).subtract({ days: 1 })
  return last.subtract({ days: (weekday(last) + 6) % 7 })
}

/** A Saturday's holiday is kept on the Friday before, a Sunday's on the Monday after. */
const observed = (date: Day): Day =>
  weekday(date) === saturday ? date.subtract({ days: 1 }) : weekday(date) === sunday ? date.add({ days: 1 }) : date

/** Easter Sunday of the Gregorian calendar. Source: Meeus, Astronomical Algorithms (1991), chapter 8. */
const easter = (year: number): Day => {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const f = Math.floor((b + 8) / 25)
  const g = Math.floor((b - f + 1) / 3)
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - c % 4) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const n = h + l - 7 * m + 114
  return day(year, Math.floor(n / 31), n % 31 + 1)
}

/** Dates `YYYY-MM-DD` of a year on which the exchange is closed all day. Some may lie on a weekend. */
export const holidaysOf = (year: number): ReadonlySet<string> => {
  const newYear = day(year, 1, 1)
  const days = [
    // A New Year's Day on a Saturday is not kept on the Friday, which ends the accounting year.
    weekday(newYear) === saturday ? newYear : observed(newYear),
    ...(year >= 1998 ? [nth(year, 1, 1, 3)] : []),
    nth(year, 2, 1, 3),
    easter(year).subtract({ days: 2 }),
    lastMonday(year, 5),
    ...(year >= 2022 ? [observed(day(year, 6, 19))] : []),
    observed(day(year, 7, 4)),
    nth(year, 9, 1, 1),
    nth(year, 11, 4, 4),
    observed(day(year, 12, 25))
  ]
  return new Set([...days.map(String), ...closures.keys()])
}

/** Early closes of a year, as hours of the local clock by date. */
export const earlyClosesOf = (year: number): ReadonlyMap<string, number> => {
  const hour = year <= 1992 ? 14 : 13
  const closes = new Map<string, number>()
  const independence = day(year, 7, 4)
  const on = weekday(independence)
  if (year >= 1995 && on >= 2 && on <= 5) {
    // Until 2012 a Thursday's holiday shortened the Friday after it.
    const early = on === 4 && year < 2013 ? independence.add({ days: 1 }) : independence.subtract({ days: 1 })
    closes.set(String(early), hour)
  }
  if (year >= 1992) closes.set(String(nth(year, 11, 4, 4).add({ days: 1 })), hour)
  const eve = day(year, 12, 24)
  if (weekday(eve) >= 1 && weekday(eve) <= 4) closes.set(String(eve), hour)
  for (const date of specialEarlyCloses) closes.set(date, 13)
  return closes
}

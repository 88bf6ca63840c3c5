import type { CalendarName } from "@dgas/domain/Instrument"
import { describe, expect, test } from "bun:test"
import { calendarOf, type Session } from "../../src/TradingCalendar.ts"
import { readDates, readEarlyCloses, readSessions, sessionText, weekdaysWithout } from "../support/Sessions.ts"
import { absent, named } from "../support/SharedData.ts"

const at = (text: string) => Date.parse(text)
const hour = 3_600_000

interface Compared {
  readonly name: CalendarName
  readonly file: string
  readonly count: number
  /** A session closes early when it is shorter than this. */
  readonly whole: number
  /** What we know better than the file. */
  readonly known: (session: Session) => Session
}

const as = (session: Session) => session

const exchanges: ReadonlyArray<Compared> = [
  { name: "XNYS", file: "xnys", count: 9569, whole: 6.5 * hour, known: as },
  { name: "XLON", file: "xlon", count: 7075, whole: 8.5 * hour, known: as },
  {
    name: "XETR",
    file: "xetr",
    count: 7115,
    whole: 8.5 * hour,
    // Evening trading.
    known: (session) =>
      session.date >= "2000-06-02" && session.date < "2003-11-03"
        ? { ...session, close: session.close + 2.5 * hour }
        : session
  },
  {
    name: "XTKS",
    file: "xtks",
    count: 6857,
    whole: 6 * hour,
    // The break began at 11:00.
    known: (session) =>
      session.date < "2011-11-21"
        ? { ...session, break: { from: session.break!.from - hour / 2, to: session.break!.to } }
        : session
  },
  { name: "24-5", file: "24-5", count: 3392, whole: 24 * hour, known: as }
]

for (const { count, file, known, name, whole } of exchanges) {
  describe(`the calendar ${name}, compared with exchange_calendars`, () => {
    const ours = (expected: ReadonlyArray<Session>) =>
      calendarOf(name).sessions(at(`${expected[0]!.date}T00:00Z`), expected.at(-1)!.close)

    test.skipIf(absent)(named(`has the same ${count} sessions`), () => {
      const expected = readSessions(`${file}_sessions.csv.gz`)
      expect(expected.length).toBe(count)
      expect(ours(expected).map(({ date }) => date)).toEqual(expected.map(({ date }) => date))
    })

    test.skipIf(absent)(named("opens, pauses and closes at the same instants"), () => {
      const expected = readSessions(`${file}_sessions.csv.gz`)
      expect(ours(expected)).toEqual(expected.map(known))
    })

    test.skipIf(absent)(named("closes early on the same days"), () => {
      const sessions = ours(readSessions(`${file}_sessions.csv.gz`))
      const early = sessions.filter(({ close, open }) => close - open < whole)
      expect(early.map(({ close, date }) => ({ date, close }))).toEqual([
        ...readEarlyCloses(`${file}_early_closes.csv`)
      ])
    })

    test.skipIf(absent)(named("is closed on the same weekdays"), () => {
      const sessions = ours(readSessions(`${file}_sessions.csv.gz`))
      expect(weekdaysWithout(sessions)).toEqual([...readDates(`${file}_weekday_closures.csv`)])
    })
  })
}

describe("sessions by hand", () => {
  const samples: ReadonlyArray<readonly [CalendarName, string, string, string]> = [
    ["XNYS", "2026-11-27", "09:30-13:00", "the day after Thanksgiving"],
    ["XNYS", "2018-12-05", "none", "a day of mourning"],
    ["XLON", "2026-03-27", "08:00-16:30", "a plain day"],
    ["XLON", "2026-12-24", "08:00-12:30", "Christmas Eve"],
    ["XLON", "2022-12-30", "08:00-12:30", "a year that ends on a Saturday"],
    ["XLON", "2022-09-19", "none", "a royal funeral"],
    ["XLON", "2021-12-28", "none", "the day in lieu of a Sunday's Boxing Day"],
    ["XLON", "2020-05-04", "08:00-16:30", "a bank holiday moved to the Friday"],
    ["XETR", "2026-03-30", "09:00-17:30", "after the clocks went forward"],
    ["XETR", "2002-07-01", "09:00-20:00", "evening trading"],
    ["XETR", "2003-11-03", "09:00-17:30", "the end of evening trading"],
    ["XETR", "2027-12-30", "09:00-14:00", "the last trading day of a year"],
    ["XETR", "2021-05-24", "none", "Whit Monday, until 2021"],
    ["XETR", "2022-06-06", "09:00-17:30", "Whit Monday, from 2022 on"],
    ["XTKS", "2011-11-18", "09:00-11:00 12:30-15:00", "the last short morning"],
    ["XTKS", "2011-11-21", "09:00-11:30 12:30-15:00", "the first long morning"],
    ["XTKS", "2024-11-01", "09:00-11:30 12:30-15:00", "the last close at 15:00"],
    ["XTKS", "2024-11-05", "09:00-11:30 12:30-15:30", "the first close at 15:30"],
    ["XTKS", "2020-10-01", "none", "a failure of the system"],
    ["XTKS", "2026-09-22", "none", "a day between two holidays"],
    ["XTKS", "2026-05-06", "none", "the day in lieu of a Sunday's holiday"],
    ["XTKS", "2019-05-02", "none", "a new emperor"]
  ]
  for (const [name, date, expected, what] of samples) {
    test(`${name} has ${expected} on ${date}: ${what}`, () => {
      const calendar = calendarOf(name)
      const text = sessionText(calendar.sessionOn(date), calendar.zone)
      expect(text).toBe(expected === "none" ? "none" : `${date} ${expected}`)
    })
  }

  test("every session of every calendar opens before it closes, and after the one before has closed", () => {
    for (const name of ["XNYS", "24-5", "FX", "CMES", "XLON", "XETR", "XTKS"] as const) {
      const sessions = calendarOf(name).sessions(at("2000-01-04T00:00Z"), at("2027-12-31T22:00Z"))
      for (const [index, { break: pause, close, open }] of sessions.entries()) {
        const times = [sessions[index - 1]?.close ?? open, open, pause?.from ?? open, pause?.to ?? close, close]
        expect(times).toEqual(times.toSorted((a, b) => a - b))
        expect(open).toBeLessThan(close)
      }
    }
  })
})

describe("a session with a break", () => {
  const tokyo = calendarOf("XTKS")
  const session = tokyo.sessionOn("2026-03-09")!

  test("holds the instants of its break", () => {
    expect(sessionText(session, "Asia/Tokyo")).toBe("2026-03-09 09:00-11:30 12:30-15:30")
    expect(tokyo.sessionAt(session.break!.from)).toEqual(session)
    expect(tokyo.sessionAt(session.break!.to - 1)).toEqual(session)
    expect(tokyo.nextSession(session.break!.from).date).toBe("2026-03-10")
    expect(tokyo.previousSession(session.break!.from).date).toBe("2026-03-06")
  })
})

describe("the span of a calendar", () => {
  const spans: ReadonlyArray<readonly [CalendarName, first: string, last: string]> = [
    ["XNYS", "1990-01-02", "2027-12-31"],
    ["XLON", "2000-01-04", "2027-12-31"],
    ["XETR", "2000-01-03", "2027-12-30"],
    ["XTKS", "2000-01-04", "2027-12-30"],
    ["CMES", "2000-01-03", "2027-12-31"],
    ["FX", "2000-01-03", "2049-12-31"],
    ["24-5", "2000-01-03", "2049-12-31"]
  ]
  for (const [name, first, last] of spans) {
    test(`of ${name} reaches from ${first} to ${last}, and it says so when it is asked about another time`, () => {
      const calendar = calendarOf(name)
      const opens = calendar.sessionOn(first)!.open
      const closes = calendar.sessionOn(last)!.close
      expect(calendar.sessionAt(opens)?.date).toBe(first)
      expect(calendar.sessionAt(closes - 1)?.date).toBe(last)
      expect(calendar.previousSession(closes).date).toBe(last)
      const outside = `calendar ${name} knows the years ${first.slice(0, 4)} to ${last.slice(0, 4)}`
      for (
        const ask of [
          () => calendar.nextSession(closes),
          () => calendar.previousSession(opens),
          () => calendar.sessionOn("1980-06-02"),
          () => calendar.sessionOn("2050-06-01"),
          () => calendar.sessionAt(at("2050-06-01T12:00Z"))
        ]
      ) expect(ask).toThrow(outside)
    })
  }
})

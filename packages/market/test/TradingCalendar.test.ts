import { describe, expect, test } from "bun:test"
import { calendarOf, CalendarOutOfSpan } from "../src/TradingCalendar.ts"

const nyse = calendarOf("XNYS")
const always = calendarOf("24/7")
const at = (text: string) => Date.parse(text)

describe("the calendar of the New York Stock Exchange", () => {
  test("opens an hour earlier in UTC after the clocks go forward, and later after they go back", () => {
    const opens = ["2026-03-06", "2026-03-09", "2026-10-30", "2026-11-02"].map((date) => nyse.sessionOn(date)?.open)
    expect(opens).toEqual(
      ["2026-03-06T14:30Z", "2026-03-09T13:30Z", "2026-10-30T13:30Z", "2026-11-02T14:30Z"].map(at)
    )
  })

  test("knows closures and short days that no rule foretells, and the whole day before a Friday holiday", () => {
    for (const date of ["2001-09-11", "2012-10-30", "2018-12-05", "2025-01-09", "2026-07-03"]) {
      expect(nyse.sessionOn(date)).toBeUndefined()
    }
    expect(nyse.sessionOn("1999-12-31")?.close).toBe(at("1999-12-31T18:00Z"))
    expect(nyse.sessionOn("2026-11-27")?.close).toBe(at("2026-11-27T18:00Z"))
    expect(nyse.sessionOn("2026-07-02")?.close).toBe(at("2026-07-02T20:00Z"))
  })

  test("holds its open and not its close", () => {
    const session = nyse.sessionOn("2026-03-09")!
    expect(nyse.sessionAt(session.open - 1)).toBeUndefined()
    expect(nyse.sessionAt(session.open)).toEqual(session)
    expect(nyse.sessionAt(session.close - 1)).toEqual(session)
    expect(nyse.sessionAt(session.close)).toBeUndefined()
  })

  test("finds the next and the previous session over a week-end and a turn of the year", () => {
    expect(nyse.nextSession(at("2026-03-06T14:30Z")).date).toBe("2026-03-09")
    expect(nyse.nextSession(at("2026-03-06T14:29Z")).date).toBe("2026-03-06")
    expect(nyse.previousSession(at("2026-03-09T19:59Z")).date).toBe("2026-03-06")
    expect(nyse.previousSession(at("2026-03-09T20:00Z")).date).toBe("2026-03-09")
    expect(nyse.nextSession(at("2026-12-31T22:00Z")).date).toBe("2027-01-04")
    expect(nyse.previousSession(at("2027-01-01T12:00Z")).date).toBe("2026-12-31")
  })

  test("gives the sessions with some trading between two instants", () => {
    const dates = (from: string, to: string) => nyse.sessions(at(from), at(to)).map((session) => session.date)
    expect(dates("2026-03-06T20:59Z", "2026-03-10T13:30Z")).toEqual(["2026-03-06", "2026-03-09"])
    expect(dates("2026-03-06T21:00Z", "2026-03-10T13:31Z")).toEqual(["2026-03-09", "2026-03-10"])
    expect(dates("2026-03-09T15:00Z", "2026-03-09T15:00Z")).toEqual([])
  })

  test("says which years it knows when it is asked about another", () => {
    for (
      const ask of [
        () => nyse.sessionAt(at("1989-12-31T12:00Z")),
        () => nyse.sessionOn("2028-02-01"),
        () => nyse.nextSession(at("2027-12-31T21:00Z")),
        () => nyse.previousSession(at("1990-01-02T15:00Z")),
        () => nyse.sessions(at("2027-12-01T00:00Z"), at("2029-01-01T00:00Z"))
      ]
    ) expect(ask).toThrow(CalendarOutOfSpan)
    expect(() => nyse.sessionOn("2028-02-01")).toThrow("calendar XNYS knows the years 1990 to 2027, found 2028")
    expect(nyse.covers(at("1989-12-31T23:59Z"))).toBe(false)
    expect(nyse.covers(at("2027-12-31T23:59Z"))).toBe(true)
  })

  test("has no session on text that is no date", () => {
    for (const text of ["", "yesterday", "2026-3-9", "2026-02-30", "2026-13-01"]) {
      expect(nyse.sessionOn(text)).toBeUndefined()
      expect(always.sessionOn(text)).toBeUndefined()
    }
  })
})

describe("the calendar of markets that never close", () => {
  test("has one session a UTC day", () => {
    const noon = at("2024-02-29T12:00Z")
    const session = { date: "2024-02-29", open: at("2024-02-29T00:00Z"), close: at("2024-03-01T00:00Z") }
    expect(always.sessionAt(noon)).toEqual(session)
    expect(always.sessionOn("2024-02-29")).toEqual(session)
    expect(always.nextSession(session.open).date).toBe("2024-03-01")
    expect(always.previousSession(session.close).date).toBe("2024-02-29")
    expect(always.previousSession(session.close - 1).date).toBe("2024-02-28")
    expect(always.sessions(noon, session.close + 1).map(({ date }) => date)).toEqual(["2024-02-29", "2024-03-01"])
  })
})

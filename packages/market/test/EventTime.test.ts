import type { CalendarName } from "@dgas/domain/Instrument"
import { describe, expect, test } from "bun:test"
import { eventTime, openOn, sessionOpen } from "../src/EventTime.ts"
import { calendarOf } from "../src/TradingCalendar.ts"

const at = (text: string) => Date.parse(text)
const iso = (instant: number | null) => instant === null ? null : new Date(instant).toISOString().slice(0, 16)

describe("the instant of an event", () => {
  const dates: ReadonlyArray<readonly [CalendarName, string, string | null]> = [
    ["XNYS", "2014-06-09", "2014-06-09T13:30"],
    ["XNYS", "2026-02-05", "2026-02-05T14:30"],
    // A Saturday, a holiday, and the days of September 2001.
    ["XNYS", "2026-02-07", "2026-02-09T14:30"],
    ["XNYS", "2026-12-25", "2026-12-28T14:30"],
    ["XNYS", "2001-09-11", "2001-09-17T13:30"],
    ["XTKS", "2019-04-27", "2019-05-07T00:00"],
    ["24/7", "2026-02-07", "2026-02-07T00:00"],
    // Its session opens the evening before.
    ["CMES", "2024-03-14", "2024-03-13T22:00"],
    ["CMES", "2024-03-16", "2024-03-17T22:00"],
    ["XNYS", "soon", null],
    ["XNYS", "2026-02-30", null],
    ["XNYS", "1492-10-12", null]
  ]
  for (const [calendar, date, expected] of dates) {
    test(`of ${date} of ${calendar} is ${expected === null ? "not known" : `the open at ${expected}`}`, () => {
      expect(iso(openOn(calendarOf(calendar), date))).toBe(expected)
      expect(iso(eventTime(calendarOf(calendar), date))).toBe(expected)
    })
  }

  test("of a provider's stamp is the open of the session that it lies in, or of the next", () => {
    const nyse = calendarOf("XNYS")
    const open = at("2026-02-05T14:30Z")
    for (const stamp of ["2026-02-05T00:00Z", "2026-02-05T14:30Z", "2026-02-05T14:30:07Z", "2026-02-05T20:59:59Z"]) {
      expect(sessionOpen(nyse, at(stamp))).toBe(open)
    }
    expect(iso(sessionOpen(nyse, at("2026-02-06T21:00Z")))).toBe("2026-02-09T14:30")
    expect(sessionOpen(nyse, at("1492-10-12T00:00Z"))).toBeNull()
    expect(sessionOpen(nyse, 1e300)).toBeNull()
  })

  test("that somebody wrote stays inside a session, and is the next open between sessions", () => {
    const globex = calendarOf("CMES")
    expect(eventTime(globex, "2024-03-14T17:30Z")).toBe(at("2024-03-14T17:30Z"))
    expect(iso(eventTime(calendarOf("XNYS"), "2026-02-06T23:30+01:00"))).toBe("2026-02-09T14:30")
    expect(eventTime(globex, "2024-03-14Tnoon")).toBeNull()
  })
})

import type { CalendarName } from "@dgas/domain/Instrument"
import { isIntraday, timeframes } from "@dgas/domain/Timeframe"
import { describe, expect, test } from "bun:test"
import { barGrid } from "../src/BarGrid.ts"
import { datedTime, stampedTime, writtenTime } from "../src/EventTime.ts"
import { calendarOf } from "../src/TradingCalendar.ts"

const gridOf = (calendar: CalendarName) => barGrid(calendarOf(calendar), "1h", "session")
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
      expect(iso(datedTime(gridOf(calendar), date))).toBe(expected)
      expect(iso(writtenTime(gridOf(calendar), date))).toBe(expected)
    })
  }

  test("of a provider's stamp is the open of the session that it lies in, or of the next", () => {
    const nyse = gridOf("XNYS")
    const open = at("2026-02-05T14:30Z")
    for (const stamp of ["2026-02-05T00:00Z", "2026-02-05T14:30Z", "2026-02-05T14:30:07Z", "2026-02-05T20:59:59Z"]) {
      expect(stampedTime(nyse, at(stamp))).toBe(open)
    }
    expect(iso(stampedTime(nyse, at("2026-02-06T21:00Z")))).toBe("2026-02-09T14:30")
    expect(stampedTime(nyse, at("1492-10-12T00:00Z"))).toBeNull()
    expect(stampedTime(nyse, 1e300)).toBeNull()
  })

  test("that somebody wrote stays inside a session, and is the next open between sessions", () => {
    const globex = gridOf("CMES")
    expect(writtenTime(globex, "2024-03-14T17:30Z")).toBe(at("2024-03-14T17:30Z"))
    expect(iso(writtenTime(gridOf("XNYS"), "2026-02-06T23:30+01:00"))).toBe("2026-02-09T14:30")
    expect(writtenTime(globex, "2024-03-14Tnoon")).toBeNull()
  })

  test("is one for every timeframe, and before no bar that the clock cuts from the session", () => {
    for (const name of ["XNYS", "XTKS", "CMES", "24/7"] as const) {
      const calendar = calendarOf(name)
      const instants = (["session", "clock"] as const).map((cut) => {
        const each = timeframes.map((timeframe) => datedTime(barGrid(calendar, timeframe, cut), "2026-02-05"))
        expect(new Set(each).size).toBe(1)
        const { open } = calendar.sessionOn("2026-02-05")!
        for (const timeframe of timeframes.filter(isIntraday)) {
          const grid = barGrid(calendar, timeframe, cut)
          expect(grid.slotAt(open)!.openTime).toBeGreaterThanOrEqual(each[0]!)
          expect(calendar.previousSession(open).close).toBeLessThanOrEqual(each[0]!)
        }
        return iso(each[0]!)
      })
      if (name === "XNYS") expect(instants).toEqual(["2026-02-05T14:30", "2026-02-05T13:00"])
    }
  })
})

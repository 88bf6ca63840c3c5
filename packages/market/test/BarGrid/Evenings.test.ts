import { describe, expect, test } from "bun:test"
import { barGrid } from "../../src/BarGrid.ts"
import { calendarOf } from "../../src/TradingCalendar.ts"

const futures = calendarOf("CMES")
const currencies = calendarOf("FX")
const at = (text: string) => Date.parse(text)
const slot = (open: string, close: string) => ({ openTime: at(open), closeTime: at(close) })
const hour = 3_600_000

describe("bars of sessions that begin on the evening before", () => {
  test("are cut from that evening", () => {
    const grid = barGrid(futures, "4h", "session")
    expect(grid.slotAt(at("2026-03-09T01:00Z"))).toEqual(slot("2026-03-08T22:00Z", "2026-03-09T02:00Z"))
    // The last of a day is three hours long, and the next day's first comes after the pause.
    expect(grid.slotAt(at("2026-03-09T20:59Z"))).toEqual(slot("2026-03-09T18:00Z", "2026-03-09T21:00Z"))
    expect(grid.outside(at("2026-03-09T21:30Z"))).toBe(true)
    expect(grid.nextClose(at("2026-03-09T21:00Z"))).toBe(at("2026-03-10T02:00Z"))
  })

  test("are cut by the clock of Chicago from its midnight", () => {
    const grid = barGrid(futures, "4h", "clock")
    expect(grid.slotAt(at("2026-03-08T22:30Z"))).toEqual(slot("2026-03-08T21:00Z", "2026-03-09T01:00Z"))
    expect(grid.slotAt(at("2026-03-09T20:59Z"))).toEqual(slot("2026-03-09T17:00Z", "2026-03-09T21:00Z"))
    expect(grid.slotOf(at("2026-03-09T21:00Z"))).toEqual(slot("2026-03-09T21:00Z", "2026-03-10T01:00Z"))
  })

  test("open with trading where the clock's time lies before the last close", () => {
    const grid = barGrid(futures, "4h", "clock")
    const last = slot("2005-06-27T21:00Z", "2005-06-27T21:15Z")
    const first = slot("2005-06-27T22:00Z", "2005-06-28T01:00Z")
    expect(grid.slotOf(last.openTime)).toEqual(last)
    expect(grid.slotAt(at("2005-06-27T21:30Z"))).toBeUndefined()
    for (const instant of [first.openTime, first.closeTime - 1]) expect(grid.slotAt(instant)).toEqual(first)
    expect(grid.nextClose(last.closeTime)).toBe(first.closeTime)
    expect(grid.closes(last.openTime, first.closeTime)).toEqual([last.closeTime, first.closeTime])
  })

  test("are days labelled by the date of trading or by their open", () => {
    const grid = barGrid(futures, "1d", "session")
    const monday = slot("2026-03-08T22:00Z", "2026-03-09T21:00Z")
    expect(grid.slotOf(at("2026-03-09T00:00Z"))).toEqual(monday)
    expect(grid.slotOf(at("2026-03-08T22:00Z"))).toEqual(monday)
    expect(grid.slotOf(at("2026-03-08T00:00Z"))).toBeUndefined()
    expect(grid.closes(at("2026-03-06T22:00Z"), monday.closeTime)).toEqual([monday.closeTime])
  })

  test("are weeks that begin with Sunday's session and end on Friday", () => {
    const grid = barGrid(currencies, "1w", "session")
    const week = slot("2026-03-08T21:00Z", "2026-03-13T21:00Z")
    for (const label of ["2026-03-08T21:00Z", "2026-03-09T00:00Z"]) expect(grid.slotOf(at(label))).toEqual(week)
    expect(grid.slotAt(at("2026-03-08T21:30Z"))).toEqual(week)
    expect(grid.slotAt(at("2026-03-08T20:59Z"))).toBeUndefined()
    expect(grid.slotAt(at("2026-03-06T21:59Z"))?.closeTime).toBe(at("2026-03-06T22:00Z"))
    expect(grid.nextClose(at("2026-03-08T21:30Z"))).toBe(week.closeTime)
    expect(grid.nextClose(at("2026-03-08T12:00Z"))).toBe(week.closeTime)
    expect(grid.closes(at("2026-03-08T21:30Z"), week.closeTime)).toEqual([week.closeTime])
    expect(grid.slotOf(at("2026-03-08T00:00Z"))).toBeUndefined()
  })

  test("are weeks without Monday's session where that is a holiday", () => {
    const grid = barGrid(currencies, "1w", "session")
    const week = slot("2023-12-25T22:00Z", "2023-12-29T22:00Z")
    for (const label of ["2023-12-25T00:00Z", "2023-12-26T00:00Z", "2023-12-25T22:00Z"]) {
      expect(grid.slotOf(at(label))).toEqual(week)
    }
  })

  test("follow on one another without a gap or an overlap where days adjoin, however they are cut", () => {
    for (const cut of ["session", "clock"] as const) {
      const grid = barGrid(currencies, "4h", cut)
      const closes = grid.closes(at("2026-07-06T21:00Z"), at("2026-07-08T21:00Z"))
      expect(closes).toEqual([...Array(12).keys()].map((index) => at("2026-07-07T01:00Z") + index * 4 * hour))
      expect(closes.map((close) => grid.slotAt(close - 1)!.openTime)).toEqual(closes.map((close) => close - 4 * hour))
    }
  })

  test("close with a session that ends early", () => {
    const grid = barGrid(futures, "1h", "session")
    expect(grid.slotAt(at("2026-11-27T18:05Z"))).toEqual(slot("2026-11-27T18:00Z", "2026-11-27T18:15Z"))
    expect(barGrid(futures, "1d", "session").slotOf(at("2026-11-27T00:00Z"))?.closeTime).toBe(at("2026-11-27T18:15Z"))
  })

  test("neither throw nor guess at the ends of what the calendar knows", () => {
    for (const calendar of [futures, currencies, calendarOf("XTKS"), calendarOf("24-5")]) {
      const end = calendar.name === "CMES" || calendar.name === "XTKS"
        ? at("2028-01-03T00:00Z")
        : at("2050-01-03T00:00Z")
      for (const timeframe of ["1m", "1h", "4h", "1d", "1w"] as const) {
        for (const cut of ["session", "clock"] as const) {
          const grid = barGrid(calendar, timeframe, cut)
          for (const edge of [at("2000-01-03T00:00Z"), end]) {
            for (let label = edge - 4 * 24 * hour; label < edge + 4 * 24 * hour; label += hour / 2) {
              if (!calendar.covers(label)) continue
              const found = grid.slotOf(label)
              expect(found === undefined ? [] : [grid.slotAt(found.closeTime - 1)]).toEqual(
                found === undefined ? [] : [found]
              )
              expect(found !== undefined && grid.outside(label)).toBe(false)
            }
          }
        }
      }
    }
  })
})

import { describe, expect, test } from "bun:test"
import { areDays, tickTextOf } from "../page/charts/ticks.ts"

const newYear = Date.UTC(2026, 0, 1)
const [year, month, day, time] = [0, 1, 2, 3]

describe("what stands under a chart", () => {
  test("of short bars is the viewer's day with its time, where that day began elsewhere", () => {
    const tick = tickTextOf("America/New_York", false)
    expect([year, day, time].map((kind) => tick(newYear, kind))).toEqual(["12-31 19:00", "12-31 19:00", "19:00"])
    expect(tickTextOf("UTC", false)(newYear, day)).toBe("01-01")
  })

  test("of days and weeks is the market's day, wherever the viewer is", () => {
    for (const zone of ["America/New_York", "Australia/Sydney", "UTC"]) {
      const tick = tickTextOf(zone, true)
      expect([year, month, day].map((kind) => tick(newYear, kind))).toEqual(["2026", "2026-01", "01-01"])
      // New York opens at 14:30 and Sydney at 23:00 of the day before, in UTC.
      expect(tick(Date.UTC(2026, 0, 5, 14, 30), day)).toBe("01-05")
      expect(tick(Date.UTC(2026, 0, 4, 23), day)).toBe("01-05")
    }
  })

  test("knows days, also those that summer time makes shorter, from hours", () => {
    const hourMs = 3_600_000
    expect(areDays([0, 24 * hourMs, 47 * hourMs, 120 * hourMs])).toBe(true)
    expect(areDays([0, 4 * hourMs, 120 * hourMs])).toBe(false)
  })
})

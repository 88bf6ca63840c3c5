/** Levels and base rates over a stored history with holes. */
import type { Bar } from "@dgas/domain/Bar"
import { defaultRules } from "@dgas/domain/Rules"
import { LevelRates } from "@dgas/engine/geometry/LevelRates"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { LevelHistory } from "@dgas/engine/LevelHistory"
import { barGrid } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"
import { describe, expect, test } from "bun:test"
import { seededBars } from "./bars.ts"

const historyOf = (
  bars: ReadonlyArray<Bar>,
  grid: Parameters<typeof barGrid> = [calendarOf("24/7"), "30m", "session"]
) => {
  const history = new LevelHistory(barGrid(...grid), defaultRules)
  history.push(bars)
  return history
}

describe("LevelHistory", () => {
  const bars = seededBars(8, 500, 30)

  test("is the geometry and the counts of every bar that follows one", () => {
    const geometry = new TimeframeGeometry()
    const rates = new LevelRates()
    for (const bar of bars) {
      geometry.push(bar)
      rates.observe(geometry)
    }
    const history = historyOf(bars)
    expect(history.geometry.snapshot()).toEqual(geometry.snapshot())
    expect(history.rates()).toEqual(rates.rates())
    const dot = history.rates().find(({ level }) => level === "projectedDot")!
    expect(dot.n).toBe(497)
    expect(dot.touched.low).toBeLessThan(dot.touched.share)
    expect(dot.beyond.share).toBeLessThan(dot.touched.share)
  })

  test("does not count the bar after a hole, and takes no bar twice", () => {
    const holed = [...bars.slice(0, 200), ...bars.slice(203)]
    const count = (history: LevelHistory) => history.rates().find(({ level }) => level === "projectedDot")!.n
    expect(count(historyOf(holed))).toBe(497 - 3 - 1)
    const twice = historyOf(bars)
    twice.push(bars)
    expect(count(twice)).toBe(497)
  })

  test("counts the first bar of a session after the last one of the session before", () => {
    const calendar = calendarOf("XNYS")
    const grid = barGrid(calendar, "1d", "session")
    const sessions = calendar.sessions(Date.UTC(2019, 10, 1), Date.UTC(2020, 1, 1))
    const days = seededBars(4, sessions.length).map((bar, index) => ({
      ...bar,
      openTime: sessions[index]!.open,
      closeTime: sessions[index]!.close
    }))
    expect(grid.slotOf(days[0]!.openTime)?.closeTime).toBe(days[0]!.closeTime)
    const history = historyOf(days, [calendar, "1d", "session"])
    expect(history.rates().find(({ level }) => level === "projectedDot")!.n).toBe(days.length - 3)
  })
})

import type { Grid } from "@dgas/domain/Instrument"
import { barGrid } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"
import { describe, expect, test } from "bun:test"
import { gridOf } from "../src/StoredSymbol.ts"

const nyse = calendarOf("XNYS")

/** The bars of two sessions in New York, as a source with that grid cuts them. */
const cut = (grid: Grid) => {
  const hours = barGrid(nyse, "1h", grid)
  return hours.closes(Date.parse("2026-03-09T00:00Z"), Date.parse("2026-03-11T00:00Z")).map((close) => ({
    ...hours.slotAt(close - 1)!,
    open: 10,
    high: 12,
    low: 9,
    close: 11,
    volume: 1
  }))
}

describe("the grid of stored bars", () => {
  test.each(["session", "clock"] as const)("is that of the source which cut them by %s", (grid) => {
    const [bar] = cut(grid)
    const found = gridOf("XNYS", "1h", cut(grid), { calendars: {} })
    expect(found.slotAt(bar!.closeTime - 1)).toEqual({ openTime: bar!.openTime, closeTime: bar!.closeTime })
    expect(new Date(bar!.openTime).getUTCMinutes()).toBe(grid === "session" ? 30 : 0)
  })
})

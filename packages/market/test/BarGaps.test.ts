import type { Bar } from "@dgas/domain/Bar"
import { describe, expect, test } from "bun:test"
import { barGaps } from "../src/BarGaps.ts"
import { barGrid } from "../src/BarGrid.ts"
import { calendarOf } from "../src/TradingCalendar.ts"
import { absent, named, readBars } from "./support/SharedData.ts"

const hours = barGrid(calendarOf("XNYS"), "1h", "session")

const barsAt = (...opens: ReadonlyArray<string>): ReadonlyArray<Bar> =>
  opens.map((open) => ({ ...hours.slotOf(Date.parse(open))!, open: 1, high: 1, low: 1, close: 1, volume: 0 }))

describe("gaps", () => {
  test("are runs of missing slots; a night is none", () => {
    expect(barGaps(hours, barsAt("2026-03-06T20:30Z", "2026-03-09T13:30Z"))).toEqual([])
    expect(barGaps(hours, barsAt("2026-03-06T18:30Z", "2026-03-09T14:30Z", "2026-03-09T16:30Z"))).toEqual([
      { from: "2026-03-06T19:30:00Z", to: "2026-03-09T13:30:00Z", missing: 3 },
      { from: "2026-03-09T15:30:00Z", to: "2026-03-09T15:30:00Z", missing: 1 }
    ])
    expect(barGaps(hours, [])).toEqual([])
  })

  test.skipIf(absent)(named("name the years in which QQQ traded under another symbol"), async () => {
    const days = barGrid(calendarOf("XNYS"), "1d", "session")
    const bars = await readBars("ohlcv/permissive/QQQ_1d.csv.gz", days)
    expect(bars.length).toBe(3964)
    expect(barGaps(days, bars)).toEqual([{ from: "2004-12-01", to: "2011-03-22", missing: 1588 }])
  })

  test.skipIf(absent)(named("name the outages of an exchange"), async () => {
    const grid = barGrid(calendarOf("24/7"), "4h", "session")
    const gaps = barGaps(grid, await readBars("ohlcv/permissive/BTC-USD_coinbase_4h.csv.gz", grid))
    expect(gaps.length).toBe(3)
  })
})

import type { Bar } from "@dgas/domain/Bar"
import { barGrid } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"
import { describe, expect, test } from "bun:test"
import { TradingBars } from "../src/TradingBars.ts"

const from = Date.UTC(2026, 0, 5)
const minutes = 60_000
const grid = barGrid(calendarOf("24/7"), "30m", "session")

const part = (index: number, high = 101): Bar => ({
  openTime: from + index * 5 * minutes,
  closeTime: from + (index + 1) * 5 * minutes,
  open: 100,
  high,
  low: 99,
  close: 100 + index,
  volume: 1
})

const opens = (parts: ReadonlyArray<Bar>) => parts.map(({ openTime }) => (openTime - from) / 5 / minutes)

describe("trading bars", () => {
  test("are whole with their last part, and have all of them inside", () => {
    const bars = new TradingBars(grid)
    const given = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((index) => bars.push(part(index, 101 + index)))
    expect(given).toHaveLength(1)
    expect(given[0]!.bar).toMatchObject({ openTime: from, closeTime: from + 30 * minutes, high: 106, close: 105 })
    expect(opens(given[0]!.finer)).toEqual([0, 1, 2, 3, 4, 5])
    const [next] = bars.flush(from + 60 * minutes)
    expect(opens(next!.finer)).toEqual([6, 7])
    expect(bars.flush(from + 90 * minutes)).toEqual([])
  })

  test("come of what is there, also without their first part, and not before their time is over", () => {
    const bars = new TradingBars(grid)
    expect([2, 3].flatMap((index) => bars.push(part(index)))).toEqual([])
    expect(bars.flush(from + 30 * minutes - 1)).toEqual([])
    const [whole] = bars.push(part(13))
    expect(whole!.bar).toMatchObject({ openTime: from, close: 103 })
    expect(opens(whole!.finer)).toEqual([2, 3])
  })

  test("are the base bars themselves where there are no shorter ones", () => {
    expect(new TradingBars(null).push(part(0))).toEqual([{ bar: part(0), finer: [] }])
    expect(new TradingBars(null).flush(Infinity)).toEqual([])
  })
})

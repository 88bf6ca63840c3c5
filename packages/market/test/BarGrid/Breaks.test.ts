import type { Grid } from "@dgas/domain/Instrument"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { describe, expect, test } from "bun:test"
import { barGaps } from "../../src/BarGaps.ts"
import { type BarGrid, barGrid, tradingStart } from "../../src/BarGrid.ts"
import { validateBars } from "../../src/BarValidation.ts"
import { Resampler } from "../../src/Resampler.ts"
import { calendarOf } from "../../src/TradingCalendar.ts"
import { globex } from "../../src/TradingCalendar/Globex.ts"
import { makeRuleCalendar } from "../../src/TradingCalendar/RuleCalendar.ts"
import { tokyo as tokyoRules } from "../../src/TradingCalendar/Tokyo.ts"
import { absent, named, readRows } from "../support/SharedData.ts"

const tokyo = calendarOf("XTKS")
/** Of 9 March 2026 in Tokyo, which is nine hours ahead of UTC. */
const at = (time: string) => Date.parse(`2026-03-09T${time}+09:00`)
const grid = (timeframe: Timeframe, cut: Grid) => barGrid(tokyo, timeframe, cut)

const clock = (instant: number) => new Date(instant + 9 * 3_600_000).toISOString().slice(11, 16)
/** The slots of the day as `09:00-10:00`. */
const slotsOf = (made: BarGrid) =>
  made.closes(at("00:00"), at("23:59")).map((close) => {
    const slot = made.slotAt(close - 1)!
    return `${clock(slot.openTime)}-${clock(slot.closeTime)}`
  })

describe("slots of a session with a break", () => {
  test("are counted anew after it", () => {
    expect(slotsOf(grid("1h", "session"))).toEqual([
      "09:00-10:00",
      "10:00-11:00",
      "11:00-11:30",
      "12:30-13:30",
      "13:30-14:30",
      "14:30-15:30"
    ])
    expect(slotsOf(grid("4h", "session"))).toEqual(["09:00-11:30", "12:30-15:30"])
    expect(slotsOf(grid("30m", "session")).slice(4, 6)).toEqual(["11:00-11:30", "12:30-13:00"])
  })

  test("are cut at it by the clock", () => {
    expect(slotsOf(grid("1h", "clock"))).toEqual([
      "09:00-10:00",
      "10:00-11:00",
      "11:00-11:30",
      "12:00-13:00",
      "13:00-14:00",
      "14:00-15:00",
      "15:00-15:30"
    ])
    expect(slotsOf(grid("4h", "clock"))).toEqual(["08:00-11:30", "12:00-15:30"])
    const noon = grid("1h", "clock").slotOf(at("12:00"))!
    expect(tradingStart(grid("1h", "clock"), noon)).toBe(at("12:30"))
  })

  test("do not hold a bar in it, which is outside, while one before it that runs into it is cut", () => {
    for (const cut of ["session", "clock"] as const) {
      const minutes = grid("1m", cut)
      expect(minutes.slotAt(at("11:29"))).toEqual({ openTime: at("11:29"), closeTime: at("11:30") })
      for (const time of ["11:30", "12:00", "12:29"]) {
        expect(minutes.slotOf(at(time))).toBeUndefined()
        expect(minutes.outside(at(time))).toBe(true)
      }
      expect(minutes.nextClose(at("11:30"))).toBe(at("12:31"))
      expect(minutes.nextClose(at("12:15"))).toBe(at("12:31"))
    }
    expect(grid("1h", "session").outside(at("12:00"))).toBe(true)
    expect(grid("1h", "clock").outside(at("12:00"))).toBe(false)
    expect(grid("1h", "clock").outside(at("11:45"))).toBe(true)
  })

  test("of days and weeks reach over it", () => {
    const day = { openTime: at("09:00"), closeTime: at("15:30") }
    expect(grid("1d", "session").slotAt(at("12:00"))).toEqual(day)
    expect(grid("1d", "session").nextClose(at("12:00"))).toBe(day.closeTime)
    expect(grid("1w", "session").slotAt(at("12:00"))?.openTime).toBe(day.openTime)
  })

  test("make longer bars of shorter ones, and leave no gap between morning and afternoon", () => {
    const minutes = grid("1m", "session")
    const opens = [...Array(150).keys()].map((minute) => at("09:00") + minute * 60_000)
      .concat([...Array(180).keys()].map((minute) => at("12:30") + minute * 60_000))
    const rows = opens.map((openTime, index) => {
      const price = 100 + index
      return { openTime, open: price, high: price + 0.5, low: price - 0.5, close: price, volume: 1 }
    })
    const paused = { openTime: at("12:00"), open: 1, high: 1, low: 1, close: 1, volume: 1 }
    const { bars, outsideSessions, quarantined } = validateBars([...rows.slice(0, 150), paused, ...rows.slice(150)], {
      grid: minutes,
      asOf: at("16:00")
    })
    expect([bars.length, outsideSessions, quarantined.length]).toEqual([330, 1, 0])
    expect(barGaps(minutes, bars)).toEqual([])

    const built = (timeframe: Timeframe, cut: Grid) => {
      const resampler = new Resampler(grid(timeframe, cut), { dropPartialFirst: true })
      for (const bar of bars) resampler.push(bar)
      return resampler.flush(at("16:00"))
        .map(({ closeTime, openTime, volume }) => `${clock(openTime)}-${clock(closeTime)} ${volume}`)
    }
    expect(built("4h", "session")).toEqual(["09:00-11:30 150", "12:30-15:30 180"])
    expect(built("4h", "clock")).toEqual(["08:00-11:30 150", "12:00-15:30 180"])
    expect(built("1h", "clock").slice(2, 4)).toEqual(["11:00-11:30 30", "12:00-13:00 30"])
    expect(built("1d", "session")).toEqual(["09:00-15:30 330"])
  })

  test("have no break, nor any slot, where a calendar ends before it", () => {
    const half = calendarOf("XTKS", { closed: [], early: { "2026-03-09": "11:30" }, open: {} })
    expect(slotsOf(barGrid(half, "1h", "session"))).toEqual(["09:00-10:00", "10:00-11:00", "11:00-11:30"])
  })

  test("open with trading after a pause inside one hour of the clock", () => {
    const halting = makeRuleCalendar({
      ...globex,
      hours: [{ from: "2000-01-01", open: "17:00", close: "16:00", break: ["15:15", "15:30"] }]
    })
    const hours = barGrid(halting, "1h", "clock")
    const from = Date.parse("2026-03-09T15:00-05:00")
    expect(hours.slotOf(from)).toEqual({ openTime: from, closeTime: from + 15 * 60_000 })
    expect(hours.outside(from + 20 * 60_000)).toBe(true)
    expect(hours.slotOf(from + 30 * 60_000)).toEqual({ openTime: from + 30 * 60_000, closeTime: from + 60 * 60_000 })
  })

  test.skipIf(absent)(named("are those of the 16,080 minutes of a market with a lunch break"), async () => {
    const shanghai = makeRuleCalendar({
      ...tokyoRules,
      zone: "Asia/Shanghai",
      hours: [{ from: "2000-01-01", open: "09:30", close: "15:00", break: ["11:30", "13:00"] }],
      closed: () => [],
      exceptions: { closed: ["2024-09-16", "2024-09-17"], early: {}, open: {} }
    })
    const rows = (await readRows("ohlcv/permissive/600000.SH_1m.csv.gz")).map(({ bar }) => bar.openTime)
    const minutes = barGrid(shanghai, "1m", "clock")
    const opens = minutes.closes(rows[0]!, rows.at(-1)! + 60_000).map((close) => close - 60_000)
    expect(rows.length).toBe(16_080)
    expect(rows).toEqual(opens)
  })
})

import type { Bar } from "@dgas/domain/Bar"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { barGrid } from "../src/BarGrid.ts"
import { Resampler } from "../src/Resampler.ts"
import { calendarOf } from "../src/TradingCalendar.ts"
import { absent, named, readBars, readRows } from "./support/SharedData.ts"

const nyse = calendarOf("XNYS")
const always = calendarOf("24/7")
const at = (text: string) => Date.parse(text)

const bar = (open: string, close: string, price = 100, volume = 1): Bar => ({
  openTime: at(open),
  closeTime: at(close),
  open: price,
  high: price + 1,
  low: price - 1,
  close: price + 0.5,
  volume
})

/** Everything that `bars` build, in one go. */
const build = (higher: ReturnType<typeof barGrid>, bars: ReadonlyArray<Bar>, asOf = bars.at(-1)!.closeTime) => {
  const resampler = new Resampler(higher, { dropPartialFirst: true })
  for (const each of bars) resampler.push(each)
  return resampler.flush(asOf)
}

describe("the resampler", () => {
  const hour = barGrid(always, "1h", "session")
  const halves = [
    bar("2024-02-01T00:00Z", "2024-02-01T00:30Z", 100, 2),
    bar("2024-02-01T00:30Z", "2024-02-01T01:00Z", 104, 3),
    bar("2024-02-01T01:00Z", "2024-02-01T01:30Z", 90, 4)
  ]

  test("gives the open of the first, the extremes, the close of the last and the sum of the volumes", () => {
    expect(build(hour, halves)).toEqual([{
      openTime: at("2024-02-01T00:00Z"),
      closeTime: at("2024-02-01T01:00Z"),
      open: 100,
      high: 105,
      low: 99,
      close: 104.5,
      volume: 5
    }])
  })

  test("keeps a bar back until its slot is over, then gives it once", () => {
    const resampler = new Resampler(hour, { dropPartialFirst: true })
    for (const each of halves.slice(0, 2)) resampler.push(each)
    expect(resampler.flush(at("2024-02-01T00:59Z"))).toEqual([])
    expect(resampler.flush(at("2024-02-01T01:00Z")).length).toBe(1)
    expect(resampler.flush(at("2024-02-01T02:00Z"))).toEqual([])
  })

  test("closes a slot on time without its last base bar, and leaves it as it was when that comes late", () => {
    const resampler = new Resampler(hour, { dropPartialFirst: true })
    resampler.push(halves[0]!)
    const [closed] = resampler.flush(at("2024-02-01T01:00Z"))
    expect(closed).toMatchObject({ openTime: at("2024-02-01T00:00Z"), close: 100.5, volume: 2 })
    resampler.push(halves[1]!)
    resampler.push(halves[2]!)
    const later = resampler.flush(at("2024-02-01T02:00Z"))
    expect(later.map(({ volume }) => volume)).toEqual([4])
  })

  test("drops a first bucket that history cut, when it is told to, and keeps later ones with holes", () => {
    const bars = [
      halves[1]!,
      bar("2024-02-01T01:30Z", "2024-02-01T02:00Z"),
      bar("2024-02-01T05:00Z", "2024-02-01T05:30Z")
    ]
    const asOf = at("2024-02-01T06:00Z")
    const hours = (dropPartialFirst: boolean) => {
      const resampler = new Resampler(hour, { dropPartialFirst })
      for (const each of bars) resampler.push(each)
      return resampler.flush(asOf).map(({ openTime }) => new Date(openTime).getUTCHours())
    }
    expect(hours(true)).toEqual([1, 5])
    expect(hours(false)).toEqual([0, 1, 5])
  })

  test("takes a first bucket as whole that begins with the session, though the clock cut it before", () => {
    const four = barGrid(nyse, "4h", "clock")
    const whole = bar("2026-03-09T13:30Z", "2026-03-09T14:00Z")
    const late = bar("2026-03-09T14:00Z", "2026-03-09T14:30Z")
    const asOf = at("2026-03-09T16:00Z")
    expect(build(four, [whole], asOf).map(({ openTime }) => openTime)).toEqual([at("2026-03-09T12:00Z")])
    expect(build(four, [late], asOf)).toEqual([])
  })

  test("drops a first week that begins on its second session", () => {
    const week = barGrid(nyse, "1w", "session")
    const monday = bar("2026-03-09T13:30Z", "2026-03-09T20:00Z")
    const tuesday = bar("2026-03-10T13:30Z", "2026-03-10T20:00Z")
    const asOf = at("2026-03-13T20:00Z")
    expect(build(week, [monday, tuesday], asOf).length).toBe(1)
    expect(build(week, [tuesday], asOf)).toEqual([])
  })

  test("shows the bar in progress of the bars so far, with one on top that is itself in progress, and builds on", () => {
    const resampler = new Resampler(hour, { dropPartialFirst: true })
    expect(resampler.forming()).toBeNull()
    resampler.push(halves[0]!)
    const slot = { openTime: at("2024-02-01T00:00Z"), closeTime: at("2024-02-01T01:00Z") }
    expect(resampler.forming()).toEqual({ ...slot, open: 100, high: 101, low: 99, close: 100.5, volume: 2 })
    expect(resampler.forming(halves[1])).toEqual({ ...slot, open: 100, high: 105, low: 99, close: 104.5, volume: 5 })
    // Neither look has left a trace.
    expect(resampler.forming()).toMatchObject({ close: 100.5, volume: 2 })
    resampler.push(halves[1]!)
    expect(resampler.flush(slot.closeTime)).toMatchObject([{ ...slot, close: 104.5, volume: 5 }])
    expect(resampler.forming()).toBeNull()
    expect(resampler.forming(halves[2])).toEqual({
      ...halves[2]!,
      openTime: at("2024-02-01T01:00Z"),
      closeTime: at("2024-02-01T02:00Z")
    })
  })

  test("shows no bar in progress whose beginning it is to drop", () => {
    const dropping = new Resampler(hour, { dropPartialFirst: true })
    expect(dropping.forming(halves[1])).toBeNull()
    dropping.push(halves[1]!)
    expect(dropping.forming()).toBeNull()
    expect(dropping.forming(halves[2])).toMatchObject({ close: 90.5 })
    const keeping = new Resampler(hour, { dropPartialFirst: false })
    keeping.push(halves[1]!)
    expect(keeping.forming()).toMatchObject({ open: 104, volume: 3 })
  })

  test("refuses bars out of order and bars of no session, which validation lets nobody push", () => {
    const resampler = new Resampler(hour, { dropPartialFirst: false })
    resampler.push(halves[1]!)
    expect(() => resampler.push(halves[0]!)).toThrow("bars must ascend")
    const days = new Resampler(barGrid(nyse, "1d", "session"), { dropPartialFirst: false })
    expect(() => days.push(bar("2026-03-08T13:30Z", "2026-03-08T14:00Z"))).toThrow(
      "bar of 2026-03-08T13:30:00.000Z lies in no 1d slot"
    )
  })

  test("builds the same bars however often it is flushed", () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 600 }), { minLength: 1, maxLength: 80 })
    const cuts = fc.array(fc.boolean(), { minLength: 80, maxLength: 80 })
    const longer = fc.constantFrom<Timeframe>("5m", "15m", "30m", "1h", "4h")
    fc.assert(fc.property(minutes, cuts, longer, fc.boolean(), (picked, flushes, timeframe, dropPartialFirst) => {
      const open = at("2026-03-09T00:00Z")
      const bars = picked.toSorted((a, b) => a - b).map((minute): Bar => ({
        openTime: open + minute * 60_000,
        closeTime: open + (minute + 1) * 60_000,
        open: 100 + minute % 7,
        high: 110 + minute % 11,
        low: 90 - minute % 13,
        close: 100 - minute % 5,
        volume: minute
      }))
      const grid = barGrid(always, timeframe, "session")
      const asOf = bars.at(-1)!.closeTime
      const once = new Resampler(grid, { dropPartialFirst })
      for (const each of bars) once.push(each)
      const split = new Resampler(grid, { dropPartialFirst })
      const parts: Array<Bar> = []
      for (const [index, each] of bars.entries()) {
        if (flushes[index]!) parts.push(...split.flush(each.openTime))
        split.push(each)
        if (!flushes[index]!) parts.push(...split.flush(each.closeTime))
      }
      parts.push(...split.flush(asOf))
      expect(parts).toEqual([...once.flush(asOf)])
    }))
  })
})

interface Golden {
  readonly folder: string
  readonly prefix: string
  readonly unfinished: boolean
  readonly pairs: ReadonlyArray<readonly [Timeframe, Timeframe]>
}

const binancePairs = [
  ["1m", "5m"],
  ["1m", "15m"],
  ["1m", "1h"],
  ["5m", "15m"],
  ["5m", "30m"],
  ["15m", "1h"],
  ["30m", "4h"],
  ["1h", "4h"],
  ["1h", "1d"],
  ["4h", "1d"]
] as const

const goldens: ReadonlyArray<Golden> = [
  {
    folder: "copyleft-repos/binance_btcusdt_2018_multi_tf",
    prefix: "BTCUSDT_binance",
    unfinished: true,
    pairs: binancePairs
  },
  {
    folder: "copyleft-repos/binance_ethbtc_2020_multi_tf",
    prefix: "ETHBTC_binance",
    unfinished: true,
    pairs: binancePairs
  },
  {
    folder: "permissive/dukascopy_btcusd_multi_tf",
    prefix: "BTCUSD_dukas",
    unfinished: false,
    pairs: [["1m", "5m"], ["1m", "30m"], ["1m", "1h"], ["1m", "4h"], ["1h", "4h"], ["1h", "1d"], ["4h", "1d"]]
  }
]

describe("the resampler on bars that an exchange cut itself", () => {
  for (const { folder, pairs, prefix, unfinished } of goldens) {
    for (const [lower, higher] of pairs) {
      test.skipIf(absent)(named(`builds ${prefix} ${higher} from ${lower} without a difference`), async () => {
        const read = async (timeframe: Timeframe) => {
          const bars = await readBars(
            `ohlcv/${folder}/${prefix}_${timeframe}.csv.gz`,
            barGrid(always, timeframe, "session")
          )
          return unfinished ? bars.slice(0, -1) : bars
        }
        const base = await read(lower)
        const expected = new Map((await read(higher)).map((each) => [each.openTime, each]))
        const built = build(barGrid(always, higher, "session"), base)
          .filter(({ openTime }) => expected.has(openTime))
        const slots = Math.floor(
          (base.at(-1)!.closeTime - base[0]!.openTime) / (built[0]!.closeTime - built[0]!.openTime)
        )
        expect(built.length).toBeGreaterThanOrEqual(Math.min(slots, expected.size) - 2)
        for (const each of built) {
          const own = expected.get(each.openTime)!
          expect({ ...each, volume: 0 }).toEqual({ ...own, volume: 0 })
          // Volumes are sums of decimals: equal to the 8 digits that the exchange gives.
          expect(each.volume).toBeCloseTo(own.volume, 7)
        }
      })
    }
  }

  test.skipIf(absent)(named("builds SPY's days from its hours, on the clock of New York"), async () => {
    const grid = barGrid(nyse, "1h", "clock")
    const rows = await readRows("ohlcv/permissive/SPY_1h_rth.csv.gz")
    const hours = await readBars("ohlcv/permissive/SPY_1h_rth.csv.gz", grid)
    const day = barGrid(nyse, "1d", "clock")
    const own = await readBars("ohlcv/permissive/SPY_1d.csv.gz", day)
    const built = build(day, hours)
    const dates = (bars: ReadonlyArray<Bar>) =>
      bars.map(({ openTime }) => new Date(openTime).toISOString().slice(0, 10))
    expect(dates(built)).toEqual(dates(own))

    const differing = built.filter((each, index) =>
      each.high !== own[index]!.high || each.low !== own[index]!.low || each.close !== own[index]!.close
    )
    // The published days of a short session include what was printed after its close; the built ones do not.
    const printedLater = new Set(
      rows.filter(({ bar }) => grid.outside(bar.openTime)).map(({ label }) => label.slice(0, 10))
    )
    expect(dates(differing).filter((date) => !printedLater.has(date))).toEqual([])
    expect(built.length).toBe(5849)
  })
})

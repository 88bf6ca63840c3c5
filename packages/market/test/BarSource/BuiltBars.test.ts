import type { RawBar } from "@dgas/domain/Bar"
import type { Grid } from "@dgas/domain/Instrument"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { timeframeMs } from "@dgas/domain/Timeframe"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { barGrid } from "../../src/BarGrid.ts"
import { type BarRequest, UnknownSymbol } from "../../src/BarSource.ts"
import { type OwnBars, ownOrBuilt } from "../../src/BarSource/BuiltBars.ts"
import { inOrder } from "../../src/BarSource/Rows.ts"
import { validateBars } from "../../src/BarValidation.ts"
import { calendarOf } from "../../src/TradingCalendar.ts"
import { barAt, barsBetween, day, gridOf } from "./providers.ts"

const nyse = calendarOf("XNYS")
const from = Date.parse("2026-01-05T00:00Z")
const to = Date.parse("2026-02-09T00:00Z")

const crypto: OwnBars = {
  timeframes: ["1d", "4h", "1h", "30m", "15m", "5m"],
  calendar: "24/7",
  beginsAnywhere: false
}
const stocks: OwnBars = { timeframes: ["1d", "1h", "5m"], calendar: null, beginsAnywhere: false }

/** A provider with a bar in each of its slots, or with these bars; it keeps what it was asked for. */
const providerOf = (own: OwnBars, given?: ReadonlyArray<RawBar>) => {
  const asked: Array<BarRequest> = []
  const rowsOf = ownOrBuilt(
    own,
    (request) => {
      asked.push(request)
      const { grid } = request
      const step = timeframeMs(grid.timeframe)
      const slots = grid.closes(request.from - step, request.to + step).map((close) => grid.slotAt(close - 1)!)
      return Effect.succeed(inOrder(given ?? slots.map(({ openTime }) => barAt(openTime, step)), request))
    },
    (symbol, detail) => new UnknownSymbol({ source: "p", symbol, detail })
  )
  const ask = (change: Partial<BarRequest>) =>
    rowsOf({ symbol: "A", grid: gridOf("1h"), from, to, asOf: to, ...change })
  return { asked, ask }
}

describe("bars of a provider", () => {
  const chosen: ReadonlyArray<
    readonly [own: OwnBars, calendar: "24/7" | "XNYS", grid: Grid, asked: Timeframe, base: Timeframe]
  > = [
    [crypto, "24/7", "session", "1h", "1h"],
    [crypto, "24/7", "clock", "4h", "4h"],
    [crypto, "24/7", "session", "1w", "1d"],
    [crypto, "XNYS", "session", "30m", "30m"],
    // Hours from 09:30 begin and end at half past.
    [crypto, "XNYS", "session", "1h", "30m"],
    [crypto, "XNYS", "session", "1d", "30m"],
    [stocks, "XNYS", "session", "1h", "1h"],
    [stocks, "XNYS", "session", "4h", "1h"],
    [stocks, "XNYS", "clock", "1h", "5m"],
    [stocks, "XNYS", "clock", "4h", "5m"],
    [stocks, "XNYS", "session", "30m", "5m"],
    [stocks, "XNYS", "session", "1w", "1d"]
  ]
  for (const [own, calendar, cut, timeframe, base] of chosen) {
    test(`make ${timeframe} of ${calendar} by the ${cut} from ${base} ${own === crypto ? "around the clock" : "of sessions"}`, () => {
      const { ask, asked } = providerOf(own)
      const grid = barGrid(calendarOf(calendar), timeframe, cut)
      const { rows } = Effect.runSync(ask({ grid }))
      expect(asked[0]!.grid.timeframe).toBe(base)
      const { bars, quarantined } = validateBars(rows, { grid, asOf: to })
      if (base !== timeframe) {
        expect(bars.map(({ closeTime }) => closeTime)).toEqual([...grid.closes(from, to)])
        expect(quarantined).toEqual([])
      }
    })
  }

  test("that make no such slots refuse it, by name", () => {
    const { ask, asked } = providerOf({ ...stocks, timeframes: ["1d", "1h"] })
    const error = Effect.runSync(Effect.flip(ask({ grid: barGrid(nyse, "30m", "session") })))
    expect(error.message).toBe(
      "source p gives no bars of A: has no bars that make 30m slots of XNYS, only 1d, 1h"
    )
    const clock = Effect.runSync(Effect.flip(ask({ grid: barGrid(nyse, "4h", "clock") })))
    expect(clock.message).toContain("has no bars that make 4h slots of XNYS")
    expect(asked).toEqual([])
  })

  test("are the same in whatever pieces they are asked for", () => {
    const { ask } = providerOf({ ...crypto, timeframes: ["15m"] })
    const grid = gridOf("4h")
    const whole = Effect.runSync(ask({ grid, to: from + 10 * day }))
    expect(whole.rows).toHaveLength(60)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 * day - 1 }), (ms) => {
        const pieces = [ask({ grid, to: from + ms }), ask({ grid, from: from + ms, to: from + 10 * day })]
        expect(pieces.flatMap((piece) => Effect.runSync(piece).rows)).toEqual([...whole.rows])
      }),
      { numRuns: 100 }
    )
  })

  test("that are no bars are put aside with their reason, and are not built from", () => {
    const quarters = barsBetween(from, from + day, 900_000)
    const torn = quarters.map((bar, index) => index === 5 ? { ...bar, high: 0 } : bar)
    const late = { ...quarters[9]!, openTime: quarters[9]!.openTime + 1 }
    const twice = { ...quarters[13]!, volume: 0 }
    const { ask } = providerOf({ ...crypto, timeframes: ["15m"] }, [...torn, late, twice, { ...late, openTime: NaN }])
    const { quarantined, rows } = Effect.runSync(ask({ grid: gridOf("1h"), to: from + day }))
    expect(rows).toHaveLength(24)
    expect(quarantined.map(({ bar, reason }) => [reason, bar.openTime])).toEqual([
      ["not_positive", torn[5]!.openTime],
      ["off_grid", late.openTime],
      ["duplicate", twice.openTime],
      ["not_finite", NaN]
    ])
    expect(rows[1]).toMatchObject({
      open: quarters[4]!.open,
      volume: quarters[4]!.volume + quarters[6]!.volume + quarters[7]!.volume
    })
  })

  test("are not asked for at all where no slot begins", () => {
    const { ask, asked } = providerOf({ ...crypto, timeframes: ["15m"] })
    expect(Effect.runSync(ask({ grid: gridOf("4h"), from: from + 1, to: from + 2 })).rows).toEqual([])
    expect(Effect.runSync(ask({ to: from })).rows).toEqual([])
    expect(asked).toEqual([])
  })
})

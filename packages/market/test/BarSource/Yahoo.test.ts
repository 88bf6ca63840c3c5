import type { RawBar } from "@dgas/domain/Bar"
import type { Grid } from "@dgas/domain/Instrument"
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { effectTest } from "@dgas/testkit/effectTest"
import { leapClock } from "@dgas/testkit/leapClock"
import { loopbackOnly } from "@dgas/testkit/loopbackOnly"
import type { Market } from "@dgas/testkit/ProviderServer"
import { yahooServer } from "@dgas/testkit/YahooServer"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { barGrid } from "../../src/BarGrid.ts"
import { SourceUnavailable, UnknownSymbol } from "../../src/BarSource.ts"
import { tryMs } from "../../src/BarSource/Provider.ts"
import { yahooSource } from "../../src/BarSource/Yahoo.ts"
import { validateBars } from "../../src/BarValidation.ts"
import { calendarOf } from "../../src/TradingCalendar.ts"
import { asking, barAt, day, marketOf, openCase, providers } from "./providers.ts"

loopbackOnly()
const it = effectTest(Layer.empty)
const at = (text: string) => Date.parse(text)
const nyse = calendarOf("XNYS")
/** A Friday, after the close of New York. */
const friday = at("2026-02-06T22:30Z")

const over = Effect.fnUntraced(function*(
  market: Market,
  timeframe: Timeframe,
  options: { readonly grid?: Grid; readonly now?: number; readonly events?: unknown } = {}
) {
  const { events, grid: cut = "session", now = friday } = options
  const server = yield* yahooServer(market, now, events)
  const grid = barGrid(nyse, timeframe, cut)
  const clock = leapClock({ startsAt: now, limitMs: tryMs })
  const request = { symbol: "AAPL", grid, from: at("2026-02-02T00:00Z"), to: now, asOf: now }
  return { server, grid, clock, ask: asking(yahooSource("yahoo", server.url), request, clock) }
})

/** Bars of every session from `from` on, cut from its open, the last one of a day shorter. */
const sessionBars = (from: string, step: number): ReadonlyArray<RawBar> =>
  nyse.sessions(at(from), friday).flatMap(({ close, open }) =>
    Array.from({ length: Math.ceil((close - open) / step) }, (_, index) => barAt(open + index * step, step))
  )

const week = sessionBars("2026-02-02T00:00Z", day)

describe("Yahoo", () => {
  it.live("is asked as a browser asks, by seconds", () =>
    Effect.gen(function*() {
      const { ask, server } = yield* over(marketOf("AAPL", "1d", week), "1d")
      expect((yield* ask()).rows).toEqual(week)
      const [{ headers, path, query }] = server.asked as [typeof server.asked[0]]
      expect(headers.get("user-agent")).toStartWith("Mozilla/5.0")
      expect(path).toBe("/v8/finance/chart/AAPL")
      expect(Object.fromEntries(query)).toEqual({
        // Seven days, back to the midnight by which the day's bar is labelled.
        period1: String(at("2026-01-30T00:00Z") / 1000),
        period2: String(friday / 1000),
        interval: "1d",
        includePrePost: "false",
        events: "div|split"
      })
    }))

  it.live("is asked by names with signs as they are", () =>
    Effect.gen(function*() {
      const { ask } = yield* over(marketOf("^GSPC", "1d", week), "1d")
      expect((yield* ask({ symbol: "^GSPC" })).rows).toEqual(week)
    }))

  it.live("gives nothing, and no error, of a time without bars", () =>
    Effect.gen(function*() {
      const { ask } = yield* over(marketOf("AAPL", "1d", []), "1d")
      expect((yield* ask()).rows).toEqual([])
    }))

  it.live("refuses a symbol in its own words", () =>
    Effect.gen(function*() {
      const { ask } = yield* over(() => undefined, "1d")
      const error = yield* Effect.flip(ask())
      expect(error).toBeInstanceOf(UnknownSymbol)
      expect(error.message).toEndWith("says \"No data found, symbol may be delisted\"")
    }))

  it.live("that answers for another symbol is not believed", () =>
    Effect.gen(function*() {
      const { ask, server } = yield* over(marketOf("AAPL", "1d", week), "1d")
      const meta = { symbol: "MSFT" }
      const body = JSON.stringify({ chart: { result: [{ meta, indicators: { quote: [{}] } }], error: null } })
      server.failAlways({ kind: "status", status: 200, body })
      const error = yield* Effect.flip(ask())
      expect(error).toBeInstanceOf(SourceUnavailable)
      expect(error.message).toEndWith("answered for MSFT, expected AAPL; try later")
    }))

  it.live("is not believed when its arrays have several lengths", () =>
    Effect.gen(function*() {
      const { ask, server } = yield* over(marketOf("AAPL", "1d", week), "1d")
      const quote = { open: [1], high: [1], low: [1], close: [1], volume: [] }
      const result = [{
        meta: { symbol: "AAPL" },
        timestamp: [week[0]!.openTime / 1000],
        indicators: { quote: [quote] }
      }]
      server.fail({ kind: "status", status: 200, body: JSON.stringify({ chart: { result, error: null } }) })
      expect((yield* ask()).rows).toEqual(week)
      expect(server.asked).toHaveLength(2)
    }))

  it.live("has slots without a trade, which are left out, and volumes that it does not know", () =>
    Effect.gen(function*() {
      const [first, second, third, ...rest] = week
      const nothing = { open: NaN, high: NaN, low: NaN, close: NaN, volume: NaN }
      const { ask } = yield* over(
        marketOf("AAPL", "1d", [first!, { ...second!, ...nothing }, { ...third!, volume: NaN }, ...rest]),
        "1d"
      )
      expect((yield* ask()).rows).toEqual([first!, { ...third!, volume: 0 }, ...rest])
    }))

  const kept = [["1m", 29, 5], ["5m", 59, 1], ["30m", 59, 1], ["1h", 729, 1]] as const
  for (const [timeframe, days, requests] of kept) {
    it.live(`keeps ${days} days of ${timeframe}: gives what there is, refuses what is older`, () =>
      Effect.gen(function*() {
        const first = nyse.nextSession(friday - days * day).open
        const bars = [barAt(first, 60_000), ...week]
        const { ask, server } = yield* over(marketOf("AAPL", timeframe, bars), timeframe)
        expect((yield* ask({ from: friday - 800 * day })).rows).toEqual(bars)
        expect(server.asked).toHaveLength(requests)
        const error = yield* Effect.flip(ask({ from: friday - 800 * day, to: friday - days * day }))
        expect(error).toBeInstanceOf(UnknownSymbol)
        expect(error.message).toContain(`keeps ${days} days of ${timeframe} bars, asked for bars up to 202`)
        expect(server.asked).toHaveLength(requests)
      }))
  }

  it.live("is told in its own words when it keeps less than it did", () =>
    Effect.gen(function*() {
      const { ask, server } = yield* over(() => [], "5m")
      const description = "5m data not available. The requested range must be within the last 30 days."
      const body = JSON.stringify({ chart: { result: null, error: { code: "Unprocessable Entity", description } } })
      server.fail({ kind: "status", status: 422, body })
      const error = yield* Effect.flip(ask())
      expect(error).toBeInstanceOf(UnknownSymbol)
      expect(error.message).toContain(description)
    }))

  it.live("has four hours built from hours, by sessions from their open, the last of a day short", () =>
    Effect.gen(function*() {
      const hours = sessionBars("2026-02-05T00:00Z", 3_600_000)
      const { ask, grid } = yield* over(marketOf("AAPL", "1h", hours), "4h")
      const { rows } = yield* ask()
      expect(rows.map(({ openTime }) => new Date(openTime).toISOString())).toEqual([
        "2026-02-05T14:30:00.000Z",
        "2026-02-05T18:30:00.000Z",
        "2026-02-06T14:30:00.000Z",
        "2026-02-06T18:30:00.000Z"
      ])
      expect(rows[1]).toMatchObject({ open: hours[4]!.open, close: hours[6]!.close })
      expect(validateBars(rows, { grid, asOf: friday }).bars).toHaveLength(4)
    }))

  it.live("has hours of the clock built from half hours, since its own begin at the open", () =>
    Effect.gen(function*() {
      const halves = sessionBars("2026-02-06T00:00Z", 1_800_000)
      const { ask, grid } = yield* over(marketOf("AAPL", "30m", halves), "1h", { grid: "clock" })
      const { rows } = yield* ask()
      expect(rows).toHaveLength(7)
      // 09:00 in New York, of which only the second half trades.
      expect(rows[0]).toEqual({ ...halves[0]!, openTime: at("2026-02-06T14:00Z") })
      expect(rows[1]).toMatchObject({ open: halves[1]!.open, close: halves[2]!.close })
      expect(validateBars(rows, { grid, asOf: friday }).quarantined).toEqual([])
    }))

  it.live("has weeks built from days", () =>
    Effect.gen(function*() {
      const { ask } = yield* over(marketOf("AAPL", "1d", week), "1w")
      const [row, ...others] = (yield* ask()).rows
      expect(row).toMatchObject({ openTime: week[0]!.openTime, open: week[0]!.open, close: week[4]!.close })
      expect(others).toEqual([])
    }))

  const opened = at("2026-02-04T14:30Z")
  const split = { date: opened / 1000, numerator: 7, denominator: 1, splitRatio: "7:1" }
  const dividend = { date: at("2026-02-03T00:00Z") / 1000, amount: 0.47 }
  const expected: ReadonlyArray<PriceEvent> = [
    { kind: "dividend", at: at("2026-02-03T14:30Z"), factor: 1, amount: 0.47, detail: "dividend of 0.47" },
    { kind: "split", at: opened, factor: 1 / 7, amount: null, detail: "7:1 split" }
  ]

  for (const timeframe of ["1d", "4h"] as const) {
    it.live(`tells of splits and dividends beside bars of ${timeframe}`, () =>
      Effect.gen(function*() {
        const events = { splits: { [split.date]: split }, dividends: { [dividend.date]: dividend } }
        const word = timeframe === "4h" ? "1h" : timeframe
        const { ask } = yield* over(marketOf("AAPL", word, week), timeframe, { events })
        expect((yield* ask()).events).toEqual(expected)
      }))
  }

  it.live("is asked for events of a week once a day, for they may be told late, and has no other bars by that", () =>
    Effect.gen(function*() {
      const half = sessionBars("2026-02-02T00:00Z", 1_800_000)
      const { ask, clock, server } = yield* over(marketOf("AAPL", "30m", half), "30m")
      const last = half.at(-1)!
      for (let times = 0; times < 2; times++) expect((yield* ask({ from: last.openTime })).rows).toEqual([last])
      clock.leap(day)
      yield* ask({ from: last.openTime })
      expect(server.asked.map(({ query }) => Number(query.get("period1")) * 1000)).toEqual([
        friday - 7 * day,
        last.openTime,
        friday - 7 * day
      ])
    }))

  it.live("tells of nothing where nothing was, or of no kind", () =>
    Effect.gen(function*() {
      for (const events of [undefined, null, 7, [], {}, { splits: null, dividends: 1 }, { capitalGains: {} }]) {
        const { ask } = yield* over(marketOf("AAPL", "1d", week), "1d", { events })
        const answer = yield* ask()
        expect(answer.events).toEqual([])
        expect(answer.rows).toEqual(week)
      }
    }))

  it.live("may tell of what cannot be read, which costs neither the others nor a bar", () =>
    Effect.gen(function*() {
      const told: Array<unknown> = []
      const logger = Logger.make(({ message }) => {
        told.push(message)
      })
      const splits = {
        a: split,
        b: { ...split, numerator: 0 },
        c: { ...split, denominator: "1" },
        d: { ...split, date: 1e300 },
        e: null
      }
      const dividends = { a: dividend, b: { ...dividend, amount: -1 }, c: { amount: 1 }, d: 7 }
      const { ask } = yield* over(marketOf("AAPL", "1d", week), "1d", { events: { splits, dividends } })
      const answer = yield* ask().pipe(Effect.provide(Logger.layer([logger])))
      expect(answer.events).toEqual(expected)
      expect(answer.rows).toEqual(week)
      expect(told).toEqual([[
        "source yahoo tells 7 splits or dividends of AAPL that cannot be read, they are left out"
      ]])
    }))

  const live = { ...barAt(at("2026-02-06T17:12:45Z"), 1000), volume: 1 }
  const closing = { ...live, openTime: at("2026-02-06T21:00:02Z") }
  const evening = { ...live, openTime: at("2026-02-06T22:00:01Z") }
  const before = week.slice(0, -1)
  const lasts: ReadonlyArray<readonly [string, Timeframe, ReadonlyArray<RawBar>, ReadonlyArray<RawBar>]> = [
    ["the price of the moment is no day", "1d", [...before, live], before],
    ["the last trade of a day that is over stands for the day", "1d", [...before, closing], [
      ...before,
      { ...closing, openTime: week[4]!.openTime }
    ]],
    ["a day that is there already is not there twice", "1d", [...week, closing], week],
    ["one of the evening does not", "1d", [...before, evening], before],
    ["the price of the moment is no hour", "1h", [week[4]!, live], [week[4]!]],
    ["one after the close is left to the validation", "1h", [week[4]!, closing], [week[4]!, closing]]
  ]
  for (const [name, timeframe, bars, expected] of lasts) {
    it.live(`may end with the time of a trade: ${name}`, () =>
      Effect.gen(function*() {
        const { ask, grid } = yield* over(marketOf("AAPL", timeframe, bars), timeframe)
        const { rows } = yield* ask()
        expect(rows).toEqual(expected)
        expect(validateBars(rows, { grid, asOf: friday }).quarantined).toEqual([])
      }))
  }

  it.live("is asked less than once a second", () =>
    Effect.gen(function*() {
      const { ask, clock } = yield* openCase(providers.find(({ name }) => name === "yahoo")!)
      const began = clock.currentTimeMillisUnsafe()
      yield* ask()
      expect(clock.currentTimeMillisUnsafe() - began).toBe(1200)
    }))
})

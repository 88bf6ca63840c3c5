import type { PriceEvent } from "@dgas/domain/PriceEvent"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { effectTest } from "@dgas/testkit/effectTest"
import { type EodhdOptions, eodhdServer } from "@dgas/testkit/EodhdServer"
import { leapClock } from "@dgas/testkit/leapClock"
import { loopbackOnly } from "@dgas/testkit/loopbackOnly"
import type { Market, ProviderServer } from "@dgas/testkit/ProviderServer"
import { describe, expect, test } from "bun:test"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import { barGrid } from "../../src/BarGrid.ts"
import { SourceUnavailable, UnknownSymbol } from "../../src/BarSource.ts"
import { eodhdSource } from "../../src/BarSource/Eodhd.ts"
import { eodhdBulkEvents } from "../../src/BarSource/Eodhd/BulkEvents.ts"
import { eodhdEvents } from "../../src/BarSource/Eodhd/Events.ts"
import { calendarDifferences, type ExchangeDetails } from "../../src/BarSource/Eodhd/ExchangeDetails.ts"
import { tryMs } from "../../src/BarSource/Provider.ts"
import { validateBars } from "../../src/BarValidation.ts"
import { calendarOf } from "../../src/TradingCalendar.ts"
import { asking, barAt, barsAsked, barsBetween, day, gridOf, isList, key, marketOf, now } from "./providers.ts"

loopbackOnly()
const it = effectTest(Layer.empty)
const at = (text: string) => Date.parse(text)
const nyse = calendarOf("XNYS")
const five = 300_000

const details: ExchangeDetails = {
  Code: "US",
  Timezone: "America/New_York",
  TradingHours: { Open: "09:30:00", Close: "16:00:00", WorkingDays: "Mon,Tue,Wed,Thu,Fri" },
  ExchangeHolidays: { "0": { Holiday: "Good Friday", Date: "2026-04-03", Type: "official" } },
  ExchangeEarlyCloseDays: []
}

const over = Effect.fnUntraced(function*(
  market: Market,
  { watched, ...options }: Omit<EodhdOptions, "key"> & { readonly watched?: ReadonlyMap<string, number> } = {}
) {
  const server = yield* eodhdServer(market, { key, ...options })
  const clock = leapClock({ startsAt: now, limitMs: tryMs })
  const source = eodhdSource("eodhd", server.url, "EODHD_API_TOKEN", watched)
  const request = { symbol: "AAPL.US", grid: nyseGrid("5m"), from: at("2026-02-05T14:30Z"), to: now, asOf: now }
  return { server, source, clock, request, ask: asking(source, request, clock) }
})

const nyseGrid = (timeframe: Timeframe) => barGrid(nyse, timeframe, "session")
const withKey = Effect.provideService(
  ConfigProvider.ConfigProvider,
  ConfigProvider.fromUnknown({ EODHD_API_TOKEN: key })
)

/** The 78 bars of a session of New York, and the print of its close. */
const session = barsBetween(at("2026-02-05T14:30Z"), at("2026-02-05T21:00Z"), five)
const print = { openTime: at("2026-02-05T21:00Z"), open: 7, high: 7, low: 7, close: 7, volume: NaN }

describe("EODHD", () => {
  it.live("has intraday bars by seconds, without the print of the close that is no bar", () =>
    Effect.gen(function*() {
      const { ask, server } = yield* over(marketOf("AAPL.US", "5m", [...session, print]))
      expect((yield* ask()).rows).toEqual(session)
      expect(barsAsked(server).map(({ path, query }) => [path, Object.fromEntries(query)])).toEqual([
        ["/intraday/AAPL.US", {
          interval: "5m",
          from: String(at("2026-02-05T14:30Z") / 1000),
          to: String(now / 1000 - 1),
          fmt: "json",
          api_token: key
        }]
      ])
    }))

  it.live("has flat bars of markets without volumes, which are bars", () =>
    Effect.gen(function*() {
      const flat = { ...session[3]!, open: 7, high: 7, low: 7, close: 7, volume: NaN }
      const { ask } = yield* over(marketOf("AAPL.US", "5m", [flat, print]))
      expect((yield* ask()).rows).toEqual([{ ...flat, volume: 0 }])
    }))

  it.live("is asked once for a year of five minutes, and 1,000 days are two requests without a seam", () =>
    Effect.gen(function*() {
      const from = now - 1000 * day
      const bars = [from, from + 600 * day - five, from + 600 * day, now - five].map((openTime) =>
        barAt(openTime, five)
      )
      const { ask, server } = yield* over(marketOf("BTC-USD.CC", "5m", bars))
      const grid = gridOf("5m")
      expect((yield* ask({ symbol: "BTC-USD.CC", grid, from: now - 365 * day })).rows).toHaveLength(1)
      expect(barsAsked(server)).toHaveLength(1)
      expect((yield* ask({ symbol: "BTC-USD.CC", grid, from })).rows).toEqual(bars)
      expect(barsAsked(server)).toHaveLength(3)
    }))

  it.live("has days by date, all at once, raw, without those on which nobody traded", () =>
    Effect.gen(function*() {
      const days = barsBetween(at("2026-02-02T00:00Z"), at("2026-02-06T00:00Z"), day)
      const flat = { ...days[1]!, open: 5, high: 5, low: 5, close: 5, volume: 0 }
      const { ask, server } = yield* over(marketOf("AAPL.US", "d", [days[0]!, flat, days[2]!, days[3]!]))
      const { rows } = yield* ask({ grid: nyseGrid("1d"), from: at("2026-02-02T14:30Z") })
      expect(rows).toEqual([days[0]!, days[2]!, days[3]!])
      expect(Object.fromEntries(server.asked[0]!.query)).toMatchObject({
        from: "2026-02-02",
        to: "2026-02-06",
        period: "d"
      })
      const { bars } = validateBars(rows, { grid: nyseGrid("1d"), asOf: now })
      expect(bars.map(({ openTime }) => openTime)).toEqual(rows.map(({ openTime }) => openTime + 14.5 * 3_600_000))
    }))

  const lacking: ReadonlyArray<readonly [Timeframe, string, number]> = [["15m", "5m", 26], ["30m", "5m", 13]]
  for (const [timeframe, word, count] of lacking) {
    it.live(`lacks ${timeframe}, which is built from ${word} by sessions, without the print`, () =>
      Effect.gen(function*() {
        const { ask } = yield* over(marketOf("AAPL.US", word, [...session, print]))
        const grid = nyseGrid(timeframe)
        const { rows } = yield* ask({ grid })
        expect(rows).toHaveLength(count)
        expect(rows.at(-1)!.close).toBe(session.at(-1)!.close)
        expect(validateBars(rows, { grid, asOf: now }).bars).toHaveLength(count)
      }))
  }

  it.live("names the variable where there is no key", () =>
    Effect.gen(function*() {
      const { ask, server } = yield* over(marketOf("AAPL.US", "5m", session))
      const source = eodhdSource("eodhd", server.url, "OTHER_TOKEN")
      const error = yield* Effect.flip(
        withKey(source.fetch({ symbol: "AAPL.US", grid: nyseGrid("5m"), from: now - day, to: now, asOf: now }))
      )
      expect(error.message).toBe(
        "source eodhd is not available: OTHER_TOKEN is not set, expected a key of EODHD in the environment"
      )
      expect(server.asked).toHaveLength(0)
      expect((yield* ask()).rows).toHaveLength(78)
    }))

  const refusals = [
    [
      401,
      "Unauthenticated",
      "answered 401 \"Unauthenticated\", check the key in EODHD_API_TOKEN and what its plan allows"
    ],
    [403, "Forbidden", "answered 403 \"Forbidden\", check the key in EODHD_API_TOKEN and what its plan allows"],
    [402, "Payment Required", "answered 402, the day's calls are used up, try after midnight UTC"]
  ] as const
  for (const [status, body, end] of refusals) {
    it.live(`refuses with ${status} what another try does not help`, () =>
      Effect.gen(function*() {
        const { ask, server } = yield* over(marketOf("AAPL.US", "5m", session))
        server.failAlways({ kind: "status", status, body })
        const error = yield* Effect.flip(ask())
        expect(error).toBeInstanceOf(SourceUnavailable)
        expect(error.message).toEndWith(end)
        expect(server.asked).toHaveLength(1)
      }))
  }

  it.live("is not asked until midnight UTC when the day's calls are used up, or for an hour at a time", () =>
    Effect.gen(function*() {
      const { ask, clock, server } = yield* over(marketOf("AAPL.US", "5m", session))
      server.fail({ kind: "status", status: 402 }, { kind: "status", status: 402 })
      const used = yield* Effect.flip(ask())
      clock.leap(1_800_000)
      const still = yield* Effect.flip(ask())
      expect(still.message).toBe(`${used.message}; it is left alone for another 1800 s`)
      expect(server.asked).toHaveLength(1)
      clock.leap(1_800_000)
      yield* Effect.flip(ask())
      expect(server.asked).toHaveLength(2)
      // From 13:00 to 23:30.
      clock.leap(10.5 * 3_600_000)
      server.fail({ kind: "status", status: 402 })
      yield* Effect.flip(ask())
      expect((yield* Effect.flip(ask())).message).toEndWith("left alone for another 1800 s")
    }))

  it.live("refuses a symbol with a page", () =>
    Effect.gen(function*() {
      const { ask } = yield* over(() => undefined)
      const error = yield* Effect.flip(ask())
      expect(error).toBeInstanceOf(UnknownSymbol)
      expect(error.message).toEndWith("says \"<html>Ticker Not Found.</html>\", check its spelling, like AAPL.US")
    }))

  for (const secret of [key, "k3y/0f+n0b0dy"]) {
    it.live(`may say the key ${secret} again, and no error does`, () =>
      Effect.gen(function*() {
        const { request, server, source } = yield* over(() => [])
        const environment = ConfigProvider.fromUnknown({ EODHD_API_TOKEN: secret })
        const path = `cannot GET ${"x".repeat(55)}?api_token=`
        for (const shown of [secret, encodeURIComponent(secret)]) {
          for (const status of [404, 401, 418, 200]) {
            server.fail({ kind: "status", status, body: status === 200 ? `<${path}${shown}>` : `${path}${shown}` })
            const error = yield* Effect.flip(source.fetch(request)).pipe(
              Effect.provideService(ConfigProvider.ConfigProvider, environment)
            )
            expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(shown.slice(0, 4))
          }
        }
      }))
  }

  it.live("has the last day of a whole exchange by one request, with closes adjusted for splits and dividends", () =>
    Effect.gen(function*() {
      const market: Market = (symbol) =>
        symbol === "QUIET.US"
          ? [{ openTime: at("2026-02-05T00:00Z"), open: 3, high: 3, low: 3, close: 3, volume: 0 }]
          : barsBetween(at("2026-02-05T00:00Z"), at("2026-02-06T00:00Z"), day)
      const { server, source } = yield* over(market, { listed: ["AAPL", "MSFT", "QUIET"] })
      const days = yield* withKey(source.exchangeDays("US"))
      const [row] = market("AAPL.US", "d")!
      expect(days).toEqual([
        { symbol: "AAPL.US", row: row!, adjustedClose: row!.close / 2 },
        { symbol: "MSFT.US", row: row!, adjustedClose: row!.close / 2 }
      ])
      yield* withKey(source.exchangeDays("US", "2026-02-05"))
      expect(server.asked.map(({ path, query }) => [path, query.get("date")])).toEqual([
        ["/eod-bulk-last-day/US", null],
        ["/eod-bulk-last-day/US", "2026-02-05"]
      ])
    }))

  it.live("asks for the last days of an exchange at once where that costs less, and for what is missing by itself", () =>
    Effect.gen(function*() {
      const market: Market = (symbol) =>
        barsBetween(at("2026-02-02T00:00Z"), at(symbol === "LATE.US" ? "2026-02-05T00:00Z" : "2026-02-06T00:00Z"), day)
      const listed = ["AAPL", "MSFT", "LATE"]
      const days = Effect.fnUntraced(function*(watched: number, from: string, ...symbols: ReadonlyArray<string>) {
        const { request, server, source } = yield* over(market, { listed, watched: new Map([["US", watched]]) })
        const range = {
          grid: nyseGrid("1d"),
          from: at(from),
          to: at("2026-02-06T00:00Z"),
          asOf: at("2026-02-06T00:00Z")
        }
        const rows = yield* withKey(
          Effect.forEach(symbols, (symbol) => source.fetch({ ...request, ...range, symbol }), { concurrency: 4 })
        )
        return { rows: rows.map(({ rows }) => rows.length), asked: barsAsked(server).map(({ path }) => path) }
      })
      const bulk = "/eod-bulk-last-day/US"
      expect(yield* days(301, "2026-02-03T00:00Z", "AAPL.US", "MSFT.US")).toEqual({
        rows: [3, 3],
        asked: [bulk, bulk, bulk]
      })
      expect(yield* days(300, "2026-02-03T00:00Z", "AAPL.US", "MSFT.US")).toEqual({
        rows: [3, 3],
        asked: ["/eod/AAPL.US", "/eod/MSFT.US"]
      })
      expect(yield* days(5000, "2026-02-05T00:00Z", "AAPL.US", "LATE.US")).toEqual({
        rows: [1, 0],
        asked: [bulk, "/eod/LATE.US"]
      })
      expect(yield* days(5000, "2026-01-02T00:00Z", "AAPL.US")).toEqual({ rows: [4], asked: ["/eod/AAPL.US"] })
    }))

  it.live("has the details of an exchange, whose lists come in three forms", () =>
    Effect.gen(function*() {
      const { source } = yield* over(() => [], { exchange: details })
      const found = yield* withKey(source.exchangeDetails("US", { from: "2026-01-01", to: "2026-06-30" }))
      expect(found).toEqual(details)
    }))
})

describe("the splits and dividends of EODHD", () => {
  const splits = [
    { date: "2014-06-09", split: "7.000000/1.000000" },
    { date: "2026-02-05", split: "4.000000/1.000000" },
    { date: "2027-02-01", split: "2.000000/1.000000" }
  ]
  const dividends = [
    { date: "2026-02-04", value: 0.06, unadjustedValue: 0.24, currency: "USD" },
    // A Sunday: the next session is the first at the new prices.
    { date: "2026-02-01", value: "0.05", currency: "USD" }
  ]
  const market = marketOf("AAPL.US", "5m", session)
  const expected: ReadonlyArray<PriceEvent> = [
    { kind: "dividend", at: at("2026-02-02T14:30Z"), factor: 1, amount: 0.05, detail: "dividend of 0.05" },
    { kind: "dividend", at: at("2026-02-04T14:30Z"), factor: 1, amount: 0.24, detail: "dividend of 0.24" },
    { kind: "split", at: at("2026-02-05T14:30Z"), factor: 0.25, amount: null, detail: "4:1 split" }
  ]
  const listsAsked = ({ asked }: ProviderServer) => asked.map(({ path }) => path).filter(isList)

  it.live("come with the bars, from a week before these on, at the open of their session", () =>
    Effect.gen(function*() {
      const { ask, server } = yield* over(market, { splits, dividends })
      const { events, rows } = yield* ask()
      expect(rows).toEqual(session)
      expect(events).toEqual(expected)
      const [, { query }] = server.asked as [typeof server.asked[0], typeof server.asked[0]]
      expect(Object.fromEntries(query)).toEqual({
        from: "2026-01-29",
        to: "2026-02-06",
        fmt: "json",
        api_token: key
      })
    }))

  it.live("are asked for once a day and symbol, and again for earlier bars", () =>
    Effect.gen(function*() {
      const { ask, clock, server } = yield* over(market, { splits, dividends })
      for (let times = 0; times < 3; times++) expect((yield* ask()).events).toEqual(expected)
      expect(listsAsked(server)).toEqual(["/splits/AAPL.US", "/div/AAPL.US"])
      clock.leap(day)
      yield* ask()
      expect(listsAsked(server)).toHaveLength(4)
      const { events } = yield* ask({ from: at("2014-06-01T00:00Z"), to: at("2014-06-02T00:00Z") })
      expect(events?.[0]).toMatchObject({ at: at("2014-06-09T13:30Z"), factor: 1 / 7 })
      yield* ask()
      expect(listsAsked(server)).toHaveLength(6)
    }))

  const bulkAsked = ({ asked }: ProviderServer) =>
    asked.filter(({ path, query }) => path === "/eod-bulk-last-day/US" && query.has("type")).map(({ query }) =>
      `${query.get("type")} ${query.get("date")}`
    )

  it.live("are asked for by exchange and date where that costs less, once a day, and are the same", () =>
    Effect.gen(function*() {
      const options = { splits, dividends, listed: ["AAPL", "MSFT"] }
      // From 2026-01-29 to 2026-02-06: nine dates.
      const few = yield* over(market, { ...options, watched: new Map([["US", 900]]) })
      expect((yield* few.ask()).events).toEqual(expected)
      expect(bulkAsked(few.server)).toEqual([])
      const { ask, clock, server } = yield* over(() => session, { ...options, watched: new Map([["US", 901]]) })
      expect((yield* ask()).events).toEqual(expected)
      expect((yield* ask({ symbol: "MSFT.US" })).events).toEqual(expected)
      expect((yield* ask({ symbol: "NONE.US" })).events).toEqual([])
      expect(bulkAsked(server)).toHaveLength(18)
      expect(bulkAsked(server).slice(0, 3)).toEqual(["splits 2026-01-29", "dividends 2026-01-29", "splits 2026-01-30"])
      expect(listsAsked(server)).toEqual([])
      clock.leap(day)
      yield* ask({ from: at("2026-02-06T14:30Z") })
      expect(bulkAsked(server)).toHaveLength(36)
    }))

  it.live("are asked for by symbol until the next day where the plan does not have them by exchange", () =>
    Effect.gen(function*() {
      const listFaults = [() => new Response("Forbidden", { status: 403 })]
      const options = { splits, dividends, listed: ["AAPL"], listFaults, watched: new Map([["US", 5000]]) }
      const { ask, clock, server } = yield* over(market, options)
      expect((yield* ask()).events).toEqual(expected)
      expect(bulkAsked(server)).toEqual(["splits 2026-01-29"])
      expect(listsAsked(server)).toEqual(["/splits/AAPL.US", "/div/AAPL.US"])
      clock.leap(day)
      yield* ask()
      expect(bulkAsked(server).length).toBeGreaterThan(1)
      expect(listsAsked(server)).toHaveLength(2)
    }))

  it.live("are asked for by exchange again in a minute when that had no answer, and not by symbol", () =>
    Effect.gen(function*() {
      const listFaults = [() => new Response("", { status: 502 })]
      const options = { splits, dividends, listed: ["AAPL"], listFaults, watched: new Map([["US", 5000]]) }
      const { ask, clock, server } = yield* over(market, options)
      for (let times = 0; times < 3; times++) expect((yield* ask()).events).toEqual([])
      expect(bulkAsked(server)).toEqual(["splits 2026-01-29"])
      clock.leap(60_000)
      expect((yield* ask()).events).toEqual(expected)
      expect(bulkAsked(server)).toHaveLength(19)
      expect(listsAsked(server)).toEqual([])
    }))

  it.effect("that come by exchange are waited for list by list, for bars of thousands of symbols need them", () =>
    Effect.gen(function*() {
      let lists = 0
      const ask = (list: string, _: string, date: string) =>
        Effect.delay(
          Effect.sync(() => {
            lists++
            return list === "splits" && date === "2026-02-05" ? [{ code: "A", ...splits[1] }] : []
          }),
          tryMs - 1
        )
      const bulk = eodhdBulkEvents("eodhd", new Map([["US", 5000]]), ask)
      const eventsOf = eodhdEvents("eodhd", bulk, () => Effect.die("asked by symbol"))
      const request = { grid: nyseGrid("1d"), from: now - day, to: now, asOf: now }
      yield* TestClock.setTime(now)
      const both = yield* Effect.forkScoped(
        Effect.forEach(["A.US", "B.US"], (symbol) => eventsOf({ ...request, symbol }), { concurrency: 2 })
      )
      yield* TestClock.adjust(18 * tryMs)
      expect(yield* Fiber.join(both)).toMatchObject([[{ kind: "split", factor: 0.25 }], []])
      expect(lists).toBe(18)
    }))

  it.live("of which one is no use cost neither the others nor a bar", () =>
    Effect.gen(function*() {
      const told: Array<unknown> = []
      const bad = [null, 7, {}, { date: "2026-01-32", split: "2/1" }, { date: "2026-02-05", split: "0/1" }, {
        date: "2026-02-04",
        split: 2
      }]
      const { ask } = yield* over(market, {
        splits: [...bad, ...splits],
        dividends: [{ date: "2026-02-04", value: "NA" }, ...dividends]
      })
      const { events, rows } = yield* ask().pipe(Effect.provide(warnings(told)))
      expect(rows).toEqual(session)
      expect(events).toEqual(expected)
      expect(told).toEqual([[
        "source eodhd tells 7 splits or dividends of AAPL.US that cannot be read, they are left out"
      ]])
    }))

  const minute = 60_000
  const passing: ReadonlyArray<readonly [name: string, fault: () => Response, said: string, pauseMs: number]> = [
    ["a server error", () => new Response("<html>error</html>", { status: 500 }), "answered 500", minute],
    ["a limit", () => new Response("", { status: 429, headers: { "retry-after": "60" } }), "answered 429", minute],
    ["a page", () => new Response("<!doctype html>"), "answered a page", 0],
    ["another shape", () => Response.json({ splits: [] }), "answered JSON of another shape", 0]
  ]
  for (const [name, fault, said, pauseMs] of passing) {
    it.live(`are asked for again the next time after ${name}, and the bars are there`, () =>
      Effect.gen(function*() {
        const told: Array<unknown> = []
        const { ask, clock, server } = yield* over(market, { splits, dividends, listFaults: [fault, fault] })
        const began = clock.currentTimeMillisUnsafe()
        for (let times = 0; times < 2; times++) {
          const { events, rows } = yield* ask().pipe(Effect.provide(warnings(told)))
          expect(rows).toEqual(session)
          expect(events).toEqual([])
          // Of a list that is no use the next may be; an outage is one for all symbols.
          if (pauseMs > 0) expect((yield* ask()).events).toEqual([])
          clock.leap(pauseMs)
        }
        expect(told).toHaveLength(2)
        expect(JSON.stringify(told)).toContain(said)
        expect(JSON.stringify(told)).not.toContain(key)
        expect(clock.currentTimeMillisUnsafe()).toBe(began + 2 * pauseMs)
        expect((yield* ask()).events).toEqual(expected)
        expect(listsAsked(server)).toHaveLength(4)
      }))
  }

  it.live("are not waited for longer than one request may take", () =>
    Effect.gen(function*() {
      const told: Array<unknown> = []
      const { ask, clock, server } = yield* over(market, { splits, dividends })
      yield* ask({ to: at("2026-02-05T15:00Z") })
      clock.leap(day)
      // The bars, and then the list that stalls.
      server.fail({ kind: "status", status: 200, body: "[]" }, { kind: "stall" })
      yield* Effect.forkScoped(Effect.andThen(server.stalled, clock.pass))
      const { events } = yield* ask().pipe(Effect.provide(warnings(told)))
      expect(events).toEqual([])
      expect(told).toHaveLength(1)
    }))

  it.live("that the plan does not have are asked for once a day, whatever the symbol", () =>
    Effect.gen(function*() {
      const told: Array<unknown> = []
      const refused = () => new Response("Forbidden", { status: 403 })
      const { ask, clock, server } = yield* over((symbol) => symbol === "NOPE" ? undefined : session, {
        splits,
        dividends,
        listFaults: [refused]
      })
      for (const symbol of ["AAPL.US", "MSFT.US", "AAPL.US"]) {
        expect((yield* ask({ symbol }).pipe(Effect.provide(warnings(told)))).rows).toEqual(session)
      }
      expect(told).toHaveLength(1)
      expect(listsAsked(server)).toHaveLength(1)
      clock.leap(day)
      expect((yield* ask()).events).toEqual(expected)
    }))
})

const warnings = (told: Array<unknown>) =>
  Logger.layer([Logger.make(({ message }) => {
    told.push(message)
  })])

describe("the exchange details of EODHD", () => {
  const week = { from: "2026-03-30", to: "2026-04-05" }
  const holidays = (...list: ReadonlyArray<readonly [date: string, type: string]>) => ({
    ...details,
    ExchangeHolidays: list.map(([Date, Type]) => ({ Holiday: "Day", Date, Type }))
  })

  test("agree with the calendar over a week with Good Friday", () => {
    expect(calendarDifferences(details, nyse, week)).toEqual([])
    expect(calendarDifferences(holidays(["2026-04-03", "official"]), nyse, week)).toEqual([])
  })

  test("may lack a holiday, or have one more; a bank holiday is none", () => {
    expect(calendarDifferences(holidays(["2026-04-01", "official"], ["2026-04-02", "bank"]), nyse, week)).toEqual([
      "2026-04-01: EODHD has US closed (Day), calendar XNYS open",
      "2026-04-03: EODHD has US open, calendar XNYS closed"
    ])
  })

  test("may differ in an early close, which some do not tell the time of", () => {
    const early = (EarlyClose?: string) => ({
      ...details,
      ExchangeHolidays: {},
      ExchangeEarlyCloseDays: {
        "0": {
          Holiday: "Day after",
          Date: "2026-11-27",
          Type: "official",
          ...EarlyClose === undefined ? {} : { EarlyClose }
        }
      }
    })
    const dates = { from: "2026-11-27", to: "2026-11-27" }
    expect(calendarDifferences(early("13:00"), nyse, dates)).toEqual([])
    expect(calendarDifferences(early(), nyse, dates)).toEqual([])
    expect(calendarDifferences(early("14:00"), nyse, dates)).toEqual([
      "2026-11-27: EODHD has US close at 14:00, calendar XNYS at 13:00"
    ])
    expect(calendarDifferences({ ...details, ExchangeEarlyCloseDays: {} }, nyse, dates)).toEqual([
      "2026-11-27: EODHD has US close at 16:00, calendar XNYS at 13:00"
    ])
  })
})

/** Answers that providers gave, or document, read by their sources. The bodies lie beside the project. */
import type { RawBar } from "@dgas/domain/Bar"
import type { CalendarName } from "@dgas/domain/Instrument"
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { leapClock } from "@dgas/testkit/leapClock"
import { loopbackOnly } from "@dgas/testkit/loopbackOnly"
import { providerServer } from "@dgas/testkit/ProviderServer"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { barGrid } from "../../src/BarGrid.ts"
import { type BarSource, SourceUnavailable, UnknownSymbol } from "../../src/BarSource.ts"
import { binanceSource } from "../../src/BarSource/Binance.ts"
import { coinbaseSource } from "../../src/BarSource/Coinbase.ts"
import { eodhdSource } from "../../src/BarSource/Eodhd.ts"
import { calendarDifferences, ExchangeDetails } from "../../src/BarSource/Eodhd/ExchangeDetails.ts"
import { krakenSource } from "../../src/BarSource/Kraken.ts"
import { tryMs } from "../../src/BarSource/Provider.ts"
import { yahooSource } from "../../src/BarSource/Yahoo.ts"
import { validateBars } from "../../src/BarValidation.ts"
import { calendarOf } from "../../src/TradingCalendar.ts"
import { absent, named, shared } from "../support/SharedData.ts"
import { asking, isList } from "./providers.ts"

loopbackOnly()

const at = (text: string) => Date.parse(text)
const body = (path: string) => readFileSync(shared(`fixtures/${path}`), "utf8")
/** The answer inside a recording of request and response. */
const recorded = (path: string) => JSON.stringify(JSON.parse(body(path)).response.bodyJson)

const sources: Record<string, (url: string) => BarSource> = {
  binance: (url) => binanceSource("binance", url),
  coinbase: (url) => coinbaseSource("coinbase", url),
  kraken: (url) => krakenSource("kraken", url),
  yahoo: (url) => yahooSource("yahoo", url),
  eodhd: (url) => eodhdSource("eodhd", url, "EODHD_API_TOKEN")
}

interface Recording {
  readonly source: keyof typeof sources
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly calendar?: CalendarName
  readonly from: string
  readonly to: string
  readonly status?: number
}

/** What a source makes of a body, and which of its rows are bars. */
const read = (answer: string, { calendar = "24/7", from, source, status = 200, symbol, timeframe, to }: Recording) =>
  Effect.runPromise(Effect.scoped(Effect.gen(function*() {
    const server = yield* providerServer({
      answer: ({ path }) => isList(path) ? Response.json([]) : new Response(answer, { status }),
      refusal: () => ""
    })
    const grid = barGrid(calendarOf(calendar), timeframe, "session")
    const request = { symbol, grid, from: at(from), to: at(to), asOf: at(to) }
    const clock = leapClock({ startsAt: at(to), limitMs: tryMs })
    const result = yield* Effect.result(asking(sources[source]!(server.url), request, clock)())
    if (result._tag === "Failure") return { error: result.failure, rows: [], events: [], bars: [], quarantined: [] }
    const { events = [], rows } = result.success
    return { error: null, rows, events, ...validateBars(rows, { grid, asOf: at(to) }) }
  })))

describe("a recorded answer", () => {
  const recordings: ReadonlyArray<
    readonly [path: string, recording: Recording, count: number, first: Partial<RawBar>]
  > = [
    [
      "binance/spot_klines_btcusdt_1m_recorded.json",
      {
        source: "binance",
        symbol: "BTCUSDT",
        timeframe: "1m",
        from: "2021-10-22T00:00Z",
        to: "2021-10-23T00:00Z"
      },
      10,
      { openTime: 1634943780000, open: 60685.22, close: 60719.27, volume: 21.63272 }
    ],
    [
      "coinbase/exchange_http_candles_ccxt.json",
      {
        source: "coinbase",
        symbol: "BTC-USD",
        timeframe: "1h",
        from: "2024-03-13T11:00Z",
        to: "2024-03-13T12:00Z"
      },
      1,
      { openTime: 1710327600000, open: 73243.33, high: 73402.47, low: 73241.5, close: 73370.65, volume: 1.56794406 }
    ],
    [
      "eodhd/eod_docs_example.json",
      {
        source: "eodhd",
        symbol: "AAPL.US",
        timeframe: "1d",
        calendar: "XNYS",
        from: "2025-01-01T00:00Z",
        to: "2025-01-05T00:00Z"
      },
      2,
      { openTime: at("2025-01-02T00:00Z"), open: 182.15, close: 184.25, volume: 45678900 }
    ],
    [
      "eodhd/recorded/intraday_5m_NVDA_split_boundary_2024-06-07_10.json",
      {
        source: "eodhd",
        symbol: "NVDA.US",
        timeframe: "5m",
        calendar: "XNYS",
        from: "2024-06-07T00:00Z",
        to: "2024-06-11T00:00Z"
      },
      6,
      { openTime: at("2024-06-07T19:45Z"), close: 1208.25, volume: 625590 }
    ]
  ]
  for (const [path, recording, count, first] of recordings) {
    test.skipIf(absent)(named(`${path} has ${count} bars`), async () => {
      const { bars, error, quarantined, rows } = await read(body(path), recording)
      expect(error).toBeNull()
      expect(rows).toHaveLength(count)
      expect(rows[0]).toMatchObject(first)
      expect(bars).toHaveLength(count)
      expect(quarantined).toEqual([])
    })
  }

  test.skipIf(absent)(named("of Kraken has the minutes in which somebody traded, and one in progress"), async () => {
    const path = "kraken/http_ohlc_xbtusdt_1m_recorded.json"
    const raw: ReadonlyArray<ReadonlyArray<unknown>> = JSON.parse(body(path)).result.XBTUSDT
    const last = Number(raw.at(-1)![0]) * 1000
    const { bars, quarantined, rows } = await read(body(path), {
      source: "kraken",
      symbol: "XBTUSDT",
      timeframe: "1m",
      from: "2025-11-10T00:00Z",
      to: new Date(last + 30_000).toISOString()
    })
    expect(raw.length).toBeGreaterThanOrEqual(720)
    const traded = raw.filter((row) => row[7] !== 0)
    expect(rows).toHaveLength(traded.length)
    expect(rows[0]).toMatchObject({ openTime: 1762777140000, close: 106038.3, volume: 0.00032101 })
    expect(bars.length).toBeGreaterThanOrEqual(traded.length - 1)
    expect(quarantined.filter(({ reason }) => reason !== "not_closed")).toEqual([])
  })

  const charts: ReadonlyArray<
    readonly [
      file: string,
      symbol: string,
      calendar: CalendarName,
      from: string,
      to: string,
      bars: number,
      close: number
    ]
  > = [
    ["chart-AAPL-2020-01-01-to-2020-01-03", "AAPL", "XNYS", "2020-01-01", "2020-01-03", 1, 75.0875015258789],
    ["chart-AAPL-2020-08-31-to-2020-11-07", "AAPL", "XNYS", "2020-08-31", "2020-11-07", 49, 129.0399932861328],
    ["chart-BTC-USD-2020-01-01-to-2020-01-03", "BTC-USD", "24/7", "2020-01-01", "2020-01-04", 3, 7200.17431640625],
    [
      "historical-via-chart-MSFT-dividends-2021-02-01-to-2022-01-31.csv",
      "MSFT",
      "XNYS",
      "2021-02-01",
      "2022-01-31",
      252,
      239.6499938964844
    ],
    [
      "historical-via-chart-NVDA-split-2021-02-01-to-2022-01-31.csv",
      "NVDA",
      "XNYS",
      "2021-02-01",
      "2022-01-31",
      252,
      13.237
    ]
  ]
  for (const [file, symbol, calendar, from, to, count, close] of charts) {
    test.skipIf(absent)(named(`yahoo/${file} has ${count} days`), async () => {
      const recording = { source: "yahoo", symbol, timeframe: "1d", calendar, from, to } as const
      const { bars, error, quarantined } = await read(recorded(`yahoo/${file}.json`), recording)
      expect(error).toBeNull()
      expect(bars).toHaveLength(count)
      expect(quarantined).toEqual([])
      expect(bars[0]!.close).toBeCloseTo(close, 2)
    })
  }

  const told: ReadonlyArray<readonly [file: string, symbol: string, count: number, last: Partial<PriceEvent>]> = [
    [
      "chart-AAPL-2020-08-31-to-2020-11-07",
      "AAPL",
      2,
      { kind: "dividend", at: at("2020-11-06T14:30Z"), factor: 1, amount: 0.205 }
    ],
    [
      "historical-via-chart-NVDA-split-2021-02-01-to-2022-01-31.csv",
      "NVDA",
      1,
      { kind: "split", at: at("2021-07-20T13:30Z"), factor: 0.25, detail: "4:1 split" }
    ],
    [
      "historical-via-chart-MSFT-dividends-2021-02-01-to-2022-01-31.csv",
      "MSFT",
      4,
      { kind: "dividend", at: at("2021-11-17T14:30Z"), amount: 0.62 }
    ]
  ]
  for (const [file, symbol, count, last] of told) {
    test.skipIf(absent)(named(`yahoo/${file} tells of ${count} splits and dividends`), async () => {
      const recording = {
        source: "yahoo",
        symbol,
        timeframe: "1d",
        calendar: "XNYS",
        from: "2020",
        to: "2023"
      } as const
      const { events } = await read(recorded(`yahoo/${file}.json`), recording)
      expect(events).toHaveLength(count)
      expect(events.at(-1)).toMatchObject(last)
    })
  }

  const empty = [
    ["chart-AAPL-2025-02-01-to-2025-02-02-includePrePost-false-interval-1m", "AAPL", "1m"],
    ["chart-TSLA-2025-01-01-to-2025-01-02-interval-1h.fake", "TSLA", "1h"],
    ["chart-notimestamp-quotes-length.fake", "AAPL", "1d"],
    ["chart-notimestamp-weird-quote.fake", "AAPL", "1d"]
  ] as const
  for (const [file, symbol, timeframe] of empty) {
    test.skipIf(absent)(named(`yahoo/${file} has none`), async () => {
      const { error, rows } = await read(recorded(`yahoo/${file}.json`), {
        source: "yahoo",
        symbol,
        timeframe,
        calendar: "XNYS",
        from: "2025-02-01T00:00Z",
        to: "2025-02-02T00:00Z"
      })
      expect(error).toBeNull()
      expect(rows).toEqual([])
    })
  }
})

describe("a recorded error", () => {
  const recording = { symbol: "NOPE", timeframe: "5m", from: "2026-02-05", to: "2026-02-06" } as const
  const errors: ReadonlyArray<
    readonly [
      path: string,
      source: string,
      status: number,
      type: typeof UnknownSymbol | typeof SourceUnavailable,
      said: string
    ]
  > = [
    ["errors/binance_400_invalid_symbol.json", "binance", 400, UnknownSymbol, "Invalid symbol."],
    ["errors/binance_451_restricted_location.json", "binance", 451, SourceUnavailable, "restricted location"],
    ["errors/coinbase_exchange_404.json", "coinbase", 404, UnknownSymbol, "NotFound"],
    ["errors/kraken_200_unknown_pair.json", "kraken", 200, UnknownSymbol, "Unknown asset pair"],
    ["errors/kraken_200_too_many_requests.json", "kraken", 200, SourceUnavailable, "Too many requests"],
    ["errors/yahoo_404_not_found.json", "yahoo", 404, UnknownSymbol, "symbol may be delisted"],
    ["errors/yahoo_422_range_too_old.json", "yahoo", 422, UnknownSymbol, "within the last 60 days"],
    ["errors/yahoo_429_body.txt", "yahoo", 429, SourceUnavailable, "429 \"Too Many Requests\""],
    [
      "eodhd/recorded/intraday_error_422_span_too_long.json",
      "eodhd",
      422,
      SourceUnavailable,
      "Max period length is 600 days"
    ],
    ["eodhd/recorded/error_401_plain_text.txt", "eodhd", 401, SourceUnavailable, "check the key in EODHD_API_TOKEN"]
  ]
  for (const [path, source, status, type, said] of errors) {
    test.skipIf(absent)(named(`${path} with ${status} is told`), async () => {
      const { error } = await read(body(path), { ...recording, source, status })
      expect(error).toBeInstanceOf(type)
      expect(error?.message).toContain(said)
    })
  }
})

describe("recorded exchange details", () => {
  const decode = Schema.decodeUnknownSync(ExchangeDetails)
  const files = ["exchange_details_docs_example.json", "recorded/exchange_details_US_excerpt_2026-08-06.json"]
  for (const file of files) {
    test.skipIf(absent)(named(`eodhd/${file} can be compared with the calendar`), () => {
      const details = decode(JSON.parse(body(`eodhd/${file}`)))
      const nyse = calendarOf("XNYS")
      // Each names two holidays of its year and no others.
      const named = Object.values(details.ExchangeHolidays!).map((holiday) => holiday.Date)
      expect(named).toHaveLength(2)
      for (const date of named) expect(calendarDifferences(details, nyse, { from: date, to: date })).toEqual([])
      const early = Object.values(details.ExchangeEarlyCloseDays!).map((day) => day.Date)
      for (const date of early) expect(calendarDifferences(details, nyse, { from: date, to: date })).toEqual([])
    })
  }
})

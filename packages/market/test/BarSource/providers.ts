/** Sources over their providers' test servers, with markets of more than a page, for tests of what all of them keep. */
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { timeframeMs } from "@dgas/domain/Timeframe"
import { binanceServer } from "@dgas/testkit/BinanceServer"
import { coinbaseServer } from "@dgas/testkit/CoinbaseServer"
import { eodhdServer } from "@dgas/testkit/EodhdServer"
import { krakenServer } from "@dgas/testkit/KrakenServer"
import { leapClock } from "@dgas/testkit/leapClock"
import type { Market, ProviderServer, ServedBar } from "@dgas/testkit/ProviderServer"
import { yahooServer } from "@dgas/testkit/YahooServer"
import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { barGrid } from "../../src/BarGrid.ts"
import type { BarRequest, BarSource } from "../../src/BarSource.ts"
import { binanceSource } from "../../src/BarSource/Binance.ts"
import { coinbaseSource } from "../../src/BarSource/Coinbase.ts"
import { eodhdSource } from "../../src/BarSource/Eodhd.ts"
import { krakenSource } from "../../src/BarSource/Kraken.ts"
import { tryMs } from "../../src/BarSource/Provider.ts"
import { yahooSource } from "../../src/BarSource/Yahoo.ts"
import { calendarOf } from "../../src/TradingCalendar.ts"

export const key = "k3y.0f.n0b0dy"
export const day = 86_400_000
/** The instant at which all of it happens. */
export const now = Date.UTC(2026, 1, 6, 12)

export const always = calendarOf("24/7")
export const gridOf = (timeframe: Timeframe) => barGrid(always, timeframe, "session")

/** A bar that differs from its neighbours, with prices that every protocol can write. */
export const barAt = (openTime: number, step: number): ServedBar => {
  const turn = openTime / step % 97
  return { openTime, open: 100 + turn, high: 102 + turn, low: 99 + turn, close: 101 + turn, volume: 5 + turn }
}

/** Every bar from `from` to before `to`. */
export const barsBetween = (from: number, to: number, step: number): ReadonlyArray<ServedBar> =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => barAt(from + index * step, step))

export interface ProviderCase {
  readonly name: string
  readonly symbol: string
  readonly timeframe: Timeframe
  /** What the protocol calls that timeframe. */
  readonly word: string
  /** The market, and how many requests it takes to read all of it. */
  readonly bars: ReadonlyArray<ServedBar>
  readonly pages: number
  /** Whether it tells of splits and dividends. */
  readonly tells: boolean
  readonly open: (
    market: Market,
    told?: boolean
  ) => Effect.Effect<{ source: BarSource; server: ProviderServer }, never, Scope.Scope>
}

const served = <S extends BarSource>(
  serve: Effect.Effect<ProviderServer, never, Scope.Scope>,
  make: (url: string) => S
) => Effect.map(serve, (server) => ({ server, source: make(server.url) }))

const minute = 60_000
/** The bars on either side of an instant: enough to see what happens where one page ends and the next begins. */
const around = (instant: number, step: number) => barsBetween(instant - 5 * step, instant + 5 * step, step)

const midnight = now - now % day
/** A split of today and a dividend of yesterday, told late. */
export const toldEvents: ReadonlyArray<PriceEvent> = [
  { kind: "dividend", at: midnight - day, factor: 1, amount: 0.5, detail: "dividend of 0.5" },
  { kind: "split", at: midnight, factor: 0.5, amount: null, detail: "2:1 split" }
]
const date = (instant: number) => new Date(instant).toISOString().slice(0, 10)
/** The same in the words of the providers, each beside one that is no use. */
const yahooEvents = {
  splits: { "1": { date: midnight / 1000, numerator: 2, denominator: 1 }, "2": { numerator: 2 } },
  dividends: { "1": { date: midnight / 1000 - 3600, amount: 0.5 }, "2": null }
}
const eodhdLists = {
  splits: [{ date: date(midnight), split: "2.000000/1.000000" }, { date: date(midnight), split: "two" }],
  dividends: [{ date: date(midnight - day), value: 0.5, currency: "USD" }, { value: 0.5 }]
}

const yahooStart = now - 10 * day
const eodhdStart = now - 700 * day

export const providers: ReadonlyArray<ProviderCase> = [
  {
    name: "binance",
    symbol: "BTCUSDT",
    timeframe: "1m",
    word: "1m",
    bars: barsBetween(now - 2500 * minute, now, minute),
    pages: 3,
    tells: false,
    open: (market) => served(binanceServer(market), (url) => binanceSource("binance", url))
  },
  {
    name: "coinbase",
    symbol: "BTC-USD",
    timeframe: "1m",
    word: "60",
    bars: barsBetween(now - 700 * minute, now, minute),
    pages: 3,
    tells: false,
    open: (market) => served(coinbaseServer(market), (url) => coinbaseSource("coinbase", url))
  },
  {
    name: "kraken",
    symbol: "XBTUSD",
    timeframe: "5m",
    word: "5",
    bars: barsBetween(now - 700 * 5 * minute, now, 5 * minute),
    pages: 1,
    tells: false,
    open: (market) => served(krakenServer(market), (url) => krakenSource("kraken", url))
  },
  {
    name: "yahoo",
    symbol: "BTC-USD",
    timeframe: "1m",
    word: "1m",
    bars: [
      ...barsBetween(yahooStart, yahooStart + 5 * minute, minute),
      ...around(yahooStart + 7 * day, minute),
      ...barsBetween(now - 5 * minute, now, minute)
    ],
    pages: 2,
    tells: true,
    open: (market, told) =>
      served(yahooServer(market, now, told === true ? yahooEvents : undefined), (url) => yahooSource("yahoo", url))
  },
  {
    name: "eodhd",
    symbol: "BTC-USD.CC",
    timeframe: "5m",
    word: "5m",
    bars: [
      ...barsBetween(eodhdStart, eodhdStart + 25 * minute, 5 * minute),
      ...around(eodhdStart + 600 * day, 5 * minute),
      ...barsBetween(now - 25 * minute, now, 5 * minute)
    ],
    pages: 2,
    tells: true,
    open: (market, told) =>
      served(
        eodhdServer(market, told === true ? { key, ...eodhdLists } : { key }),
        (url) => eodhdSource("eodhd", url, "EODHD_API_TOKEN")
      )
  }
]

/** Whether a path is that of splits or dividends, which EODHD lists apart from its bars. */
export const isList = (path: string) => /^\/(splits|div)\//.test(path)

/** The requests for bars among those that a server had. */
export const barsAsked = ({ asked }: ProviderServer) => asked.filter(({ path }) => !isList(path))

/** A market of one symbol in one timeframe. */
export const marketOf = (symbol: string, word: string, bars: ReadonlyArray<ServedBar>): Market => (asked, timeframe) =>
  asked === symbol && timeframe === word ? bars : undefined

/** A source with its server, read as of `now` on a clock whose waits pass at once. */
export const openCase = Effect.fnUntraced(function*(
  { bars, open, symbol, timeframe, word }: ProviderCase,
  given: ReadonlyArray<ServedBar> = bars,
  told = false
) {
  const { server, source } = yield* open(marketOf(symbol, word, given), told)
  const clock = leapClock({ startsAt: now, limitMs: tryMs })
  const grid = gridOf(timeframe)
  const request = { symbol, grid, from: bars[0]!.openTime, to: now, asOf: now }
  return { server, clock, grid, step: timeframeMs(timeframe), request, ask: asking(source, request, clock) }
})

const environment = ConfigProvider.fromUnknown({ EODHD_API_TOKEN: key })

/** Reads from a source on the given clock, with the key in the environment. */
export const asking =
  (source: BarSource, request: BarRequest, clock: Clock.Clock) => (change: Partial<BarRequest> = {}) =>
    source.fetch({ ...request, ...change }).pipe(
      Effect.provideService(Clock.Clock, clock),
      Effect.provideService(ConfigProvider.ConfigProvider, environment)
    )

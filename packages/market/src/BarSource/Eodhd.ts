/**
 * Bars of EODHD, with the key that an environment variable holds: stocks, funds, currencies and coins of the world.
 *
 * Prices are raw. It has 1m (120 days a request), 5m (600), 1h (7200) and 1d (all at once); 15m and 30m are built from
 * 5m, 4h from 1h, 1w from 1d. The key goes into the address of each request, and into no error. A thousand requests
 * a minute are allowed and nine hundred made; each costs 1 (days) or 5 (intraday) of the day's calls, and once these are
 * used up the source rests until midnight UTC, or an hour at a time. Splits and dividends cost 2 calls a day and symbol,
 * or 200 a day of an exchange where that is less.
 * Source: EODHD documentation and recorded answers, 2026.
 */
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type BarRequest, type BarSource, firstLabel, SourceUnavailable, type UnknownSymbol } from "../BarSource.ts"
import { ownOrBuilt } from "./BuiltBars.ts"
import { eodhdBulk } from "./Eodhd/Bulk.ts"
import { eodhdBulkEvents } from "./Eodhd/BulkEvents.ts"
import { type AdjustedRow, dayRows, Days, ExchangeDays, Intraday, intradayRows } from "./Eodhd/Days.ts"
import { eodhdEvents, type ListRefused } from "./Eodhd/Events.ts"
import { ExchangeDetails } from "./Eodhd/ExchangeDetails.ts"
import { makeProvider } from "./Provider.ts"
import { type Answer, decodeJson, refuse, Refused } from "./Provider/Answer.ts"
import { inOrder } from "./Rows.ts"

const decodeDays = Schema.decodeUnknownEffect(Days)
const decodeIntraday = Schema.decodeUnknownEffect(Intraday)
const decodeExchangeDays = Schema.decodeUnknownEffect(ExchangeDays)
const decodeList = Schema.decodeUnknownEffect(Schema.Array(Schema.Unknown))
const decodeDetails = Schema.decodeUnknownEffect(ExchangeDetails)

const day = 86_400_000
/** Days that an intraday request may span. */
const spans: Record<string, number> = { "1m": 120, "5m": 600, "1h": 7200 }

/** A day of one symbol, from an answer for its whole exchange. */
export interface ExchangeDay extends AdjustedRow {
  /** With its exchange, like `AAPL.US`. */
  readonly symbol: string
}

export interface EodhdSource extends BarSource {
  /**
   * The last day of every symbol of an exchange, or that of `date` (`YYYY-MM-DD`), by one request of 100 calls: less
   * than one for each symbol from a hundred on. Days without a trade are left out.
   */
  readonly exchangeDays: (
    exchange: string,
    date?: string
  ) => Effect.Effect<ReadonlyArray<ExchangeDay>, SourceUnavailable | UnknownSymbol>
  /** Hours and holidays of an exchange between two dates, for `calendarDifferences`; 5 calls. */
  readonly exchangeDetails: (
    exchange: string,
    dates: { readonly from: string; readonly to: string }
  ) => Effect.Effect<ExchangeDetails, SourceUnavailable | UnknownSymbol>
}

/**
 * `variable` is the name of the environment variable with the key; `watched` is how many symbols of an exchange are asked
 * for, so that many can be had at once.
 */
export const eodhdSource = (
  name: string,
  baseUrl: string,
  variable: string,
  watched: ReadonlyMap<string, number> = new Map()
): EodhdSource => {
  const provider = makeProvider({
    name,
    baseUrl,
    pace: { everyMs: 67, burst: 10 },
    // 600 days of 5m bars around the clock.
    maxBytes: 32_000_000,
    restAfter: (headers, now) => headers.get("x-ratelimit-remaining") === "0" ? 60_000 - now % 60_000 : 0
  })

  const key = Effect.mapError(
    Config.Redacted(variable),
    () =>
      new SourceUnavailable({
        source: name,
        detail: `${variable} is not set, expected a key of EODHD in the environment`
      })
  )

  const readAnswer = <A, E>(symbol: string, decode: (value: unknown) => Effect.Effect<A, E>) =>
    Effect.fnUntraced(function*(answer: Answer) {
      const { said, status } = answer
      if (status === 200) return yield* decodeJson(answer, decode)
      if (status === 404) return yield* provider.unknown(symbol, `says ${said}, check its spelling, like AAPL.US`)
      if (status === 401 || status === 403) {
        return yield* new Refused({
          detail: `answered ${status} ${said}, check the key in ${variable} and what its plan allows`,
          waitMs: null
        })
      }
      if (status === 402) {
        return yield* new Refused({
          detail: `answered 402, the day's calls are used up, try after midnight UTC`,
          waitMs: day - (yield* Clock.currentTimeMillis) % day
        })
      }
      return yield* refuse(answer, said)
    })

  const request = Effect.fnUntraced(function*<A>(
    path: string,
    query: Record<string, string>,
    read: (answer: Answer) => Effect.Effect<A, Refused | UnknownSymbol>
  ) {
    const value = yield* key
    const question = { path, query: { ...query, fmt: "json" }, secret: { key: "api_token", value } }
    return yield* provider.request(question, read)
  })

  const ask = <A, E>(
    symbol: string,
    path: string,
    query: Record<string, string>,
    decode: (value: unknown) => Effect.Effect<A, E>
  ) => request(path, query, readAnswer(symbol, decode))

  // An answer that is no use is no failure of the provider, which may have bars all the same.
  const listOf = (path: string, query: Record<string, string>) =>
    request(path, query, (answer): Effect.Effect<ReadonlyArray<unknown> | ListRefused> => {
      const { said, status } = answer
      // So it says that there are none in these days.
      if (status === 404) return Effect.succeed([])
      if (status === 200) {
        return decodeJson(answer, decodeList).pipe(
          Effect.catch(({ detail }) =>
            Effect.succeed({ refused: `${provider.host} ${detail}`, scope: "list" as const })
          )
        )
      }
      return Effect.succeed({ refused: `${provider.host} answered ${status} ${said}`, scope: scopeOf(status) })
    })

  const eventsOf = eodhdEvents(
    name,
    eodhdBulkEvents(
      name,
      watched,
      (type, exchange, date) => listOf(`/eod-bulk-last-day/${encodeURIComponent(exchange)}`, { type, date })
    ),
    (list, symbol, dates) => listOf(`/${list}/${encodeURIComponent(symbol)}`, dates)
  )

  const exchangeDays = Effect.fn("EodhdSource.exchangeDays")(function*(exchange: string, date?: string) {
    const path = `/eod-bulk-last-day/${encodeURIComponent(exchange)}`
    const days = yield* ask(exchange, path, date === undefined ? {} : { date }, decodeExchangeDays)
    return dayRows(days).map(({ adjustedClose, day, row }) => ({
      symbol: `${day.code}.${exchange}`,
      row,
      adjustedClose
    }))
  })

  const inBulk = eodhdBulk(
    watched,
    (exchange, date) =>
      Effect.map(exchangeDays(exchange, date), (days) => new Map(days.map(({ row, symbol }) => [symbol, row])))
  )

  const readDays = Effect.fnUntraced(function*(request: BarRequest) {
    const { from, symbol, to } = request
    const bulk = yield* inBulk(request)
    if (bulk !== null) return inOrder(bulk, request)
    const dates = { from: dateOf(firstLabel("1d", from)), to: dateOf(to - 1) }
    const days = yield* ask(
      symbol,
      `/eod/${encodeURIComponent(symbol)}`,
      { ...dates, period: "d", order: "a" },
      decodeDays
    )
    return inOrder(dayRows(days).map(({ row }) => row), request)
  })

  const readIntraday = Effect.fnUntraced(function*(request: BarRequest, span: number) {
    const { from, grid, symbol, to } = request
    const bars: Array<typeof Intraday.Type[number]> = []
    for (let start = from; start < to; start += span) {
      // Whole seconds, of which both ends count.
      const first = Math.ceil(start / 1000)
      const last = Math.ceil(Math.min(start + span, to) / 1000) - 1
      if (last < first) continue
      const query = { interval: grid.timeframe, from: String(first), to: String(last) }
      bars.push(...yield* ask(symbol, `/intraday/${encodeURIComponent(symbol)}`, query, decodeIntraday))
    }
    return inOrder(intradayRows(bars, grid.calendar), request)
  })

  const rowsOf = ownOrBuilt(
    { timeframes: ["1d", "1h", "5m", "1m"], calendar: null, beginsAnywhere: false },
    (request) => {
      const span = spans[request.grid.timeframe]
      return span === undefined ? readDays(request) : readIntraday(request, span * day)
    },
    provider.unknown
  )

  return {
    name,
    fetch: Effect.fn("EodhdSource.fetch")(function*(request: BarRequest) {
      return { source: name, ...yield* rowsOf(request), events: yield* eventsOf(request) }
    }),
    exchangeDays,
    exchangeDetails: Effect.fn("EodhdSource.exchangeDetails")(function*(exchange: string, dates) {
      return yield* ask(exchange, `/exchange-details/${encodeURIComponent(exchange)}`, dates, decodeDetails)
    })
  }
}

/** For whom else a list is not to be had then. */
const scopeOf = (status: number): ListRefused["scope"] => {
  if ([401, 402, 403].includes(status)) return "day"
  return [408, 425, 429].includes(status) || status >= 500 ? "minute" : "list"
}

const dateOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10)

/**
 * Yahoo's `GET /v8/finance/chart/{symbol}`, as recorded. A timeframe is `1m`, `1h`, `1d` and so on. Its bars are all it
 * has; it turns away what does not call itself a browser, and ranges that begin before what it keeps.
 */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Market, type ProviderServer, providerServer, type ServedBar } from "./ProviderServer.ts"

const day = 86_400_000
/** Days that are kept, and days that a request may span. */
const limits: Record<string, readonly [number, number]> = {
  "1m": [30, 7],
  "5m": [60, 60],
  "15m": [60, 60],
  "30m": [60, 60],
  "1h": [730, 730]
}

const refused = (status: number, code: string, description: string) =>
  Response.json({ chart: { result: null, error: { code, description } } }, { status })

const orNull = (value: number) => Number.isNaN(value) ? null : value

const chart = (symbol: string, interval: string, bars: ReadonlyArray<ServedBar>, events: unknown) => ({
  chart: {
    result: [{
      meta: { currency: "USD", symbol, exchangeName: "NMS", dataGranularity: interval, regularMarketPrice: 244.87 },
      ...bars.length === 0 ? {} : { timestamp: bars.map(({ openTime }) => openTime / 1000) },
      ...events === undefined ? {} : { events },
      indicators: {
        quote: [
          bars.length === 0 ? {} : {
            close: bars.map(({ close }) => orNull(close)),
            low: bars.map(({ low }) => orNull(low)),
            volume: bars.map(({ volume }) => orNull(volume)),
            open: bars.map(({ open }) => orNull(open)),
            high: bars.map(({ high }) => orNull(high))
          }
        ]
      }
    }],
    error: null
  }
})

/**
 * `now` is the instant in epoch milliseconds from which it counts what it keeps, `events` what it tells of each symbol to
 * whoever asks for splits and dividends.
 */
export const yahooServer = (
  market: Market,
  now: number,
  events?: unknown
): Effect.Effect<ProviderServer, never, Scope.Scope> =>
  providerServer({
    answer: ({ headers, path, query }) => {
      if (!headers.get("user-agent")?.startsWith("Mozilla/")) {
        return new Response("Too Many Requests\r\n", { status: 429 })
      }
      const symbol = path.slice(path.lastIndexOf("/") + 1)
      const interval = query.get("interval") ?? ""
      const bars = market(symbol, interval)
      if (bars === undefined) return refused(404, "Not Found", "No data found, symbol may be delisted")
      const start = Number(query.get("period1")) * 1000
      const end = Number(query.get("period2")) * 1000
      const [kept, span] = limits[interval] ?? [Infinity, Infinity]
      if (start < now - kept * day || end - start > span * day) {
        return refused(
          422,
          "Unprocessable Entity",
          `${interval} data not available for startTime=${start / 1000} and endTime=${end / 1000}. ` +
            `The requested range must be within the last ${kept} days.`
        )
      }
      return Response.json(
        chart(
          symbol,
          interval,
          bars.filter(({ openTime }) => openTime >= start && openTime < end),
          query.get("events") === "div|split" ? events : undefined
        )
      )
    },
    refusal: (status) => status === 429 ? "Too Many Requests\r\n" : "<html>error</html>"
  })

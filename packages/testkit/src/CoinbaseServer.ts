/** Coinbase Exchange's `GET /products/{id}/candles`, as documented. A timeframe is its length in seconds, as text. */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Market, type ProviderServer, providerServer } from "./ProviderServer.ts"

const granularities = ["60", "300", "900", "3600", "21600", "86400"]
const pageSize = 300

const refused = (status: number, message: string) => Response.json({ message }, { status })

export const coinbaseServer = (market: Market): Effect.Effect<ProviderServer, never, Scope.Scope> =>
  providerServer({
    answer: ({ path, query }) => {
      const [, product] = /^\/products\/([^/]+)\/candles$/.exec(path) ?? []
      const granularity = query.get("granularity") ?? ""
      if (!granularities.includes(granularity)) return refused(400, "Unsupported granularity")
      const bars = product === undefined ? undefined : market(product, granularity)
      if (bars === undefined) return refused(404, "NotFound")
      const step = Number(granularity) * 1000
      const start = Date.parse(query.get("start") ?? "")
      const end = Date.parse(query.get("end") ?? "")
      if ((end - start) / step >= pageSize) {
        return refused(
          400,
          `granularity too small for the requested time range. Count of aggregations requested exceeds ${pageSize}`
        )
      }
      const inside = bars.filter(({ openTime }) => openTime >= start && openTime <= end)
      // It may hold a candle from before the start.
      const before = bars.findLast(({ openTime }) => openTime < start)
      const rows = before === undefined || inside.length === pageSize ? inside : [before, ...inside]
      return Response.json(
        rows.toReversed().map((bar) => [bar.openTime / 1000, bar.low, bar.high, bar.open, bar.close, bar.volume])
      )
    },
    refusal: (status) => JSON.stringify({ message: status === 429 ? "Public rate limit exceeded" : "Forbidden" })
  })

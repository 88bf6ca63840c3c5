/** Binance's `GET /api/v3/klines`, as documented. A timeframe is `1m`, `1h`, `1d` and so on. */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Market, type ProviderServer, providerServer, type ServedBar } from "./ProviderServer.ts"

const lengths: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

const kline = ({ close, high, low, open, openTime, volume }: ServedBar, interval: string) => [
  openTime,
  ...[open, high, low, close, volume].map((value) => Number.isNaN(value) ? "" : value.toFixed(8)),
  openTime + Number.parseInt(interval) * lengths[interval.slice(-1)]! - 1,
  "737412.10000000",
  812,
  "9.10000000",
  "387431.90000000",
  "0"
]

const refusals: Record<number, unknown> = {
  418: { code: -1003, msg: "Way too much request weight used; IP banned until 1700000000000." },
  429: { code: -1003, msg: "Too many requests." },
  451: { code: 0, msg: "Service unavailable from a restricted location according to 'b. Eligibility'." }
}

/** Weight used of the minute, as its header says it; 2 more with each request. */
export const binanceServer = (market: Market): Effect.Effect<ProviderServer, never, Scope.Scope> => {
  let weight = 0
  return providerServer({
    answer: ({ path, query }) => {
      if (path !== "/api/v3/klines") return new Response("<html>not found</html>", { status: 404 })
      const interval = query.get("interval") ?? ""
      const bars = market(query.get("symbol") ?? "", interval)
      if (bars === undefined) return Response.json({ code: -1121, msg: "Invalid symbol." }, { status: 400 })
      const start = Number(query.get("startTime"))
      const end = Number(query.get("endTime"))
      const limit = Math.min(1000, Number(query.get("limit") ?? 500))
      const rows = bars.filter(({ openTime }) => openTime >= start && openTime <= end).slice(0, limit)
      weight += 2
      return Response.json(rows.map((bar) => kline(bar, interval)), {
        headers: { "x-mbx-used-weight-1m": String(weight) }
      })
    },
    refusal: (status) => refusals[status] === undefined ? "<html>Forbidden</html>" : JSON.stringify(refusals[status])
  })
}

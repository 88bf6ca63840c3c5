/**
 * Kraken's `GET /0/public/OHLC`, as documented: the last 720 rows of a pair, under a name of its own. A timeframe is its
 * length in minutes, as text. What is wrong comes with status 200.
 */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Fault, type Market, type ProviderServer, providerServer, type ServedBar } from "./ProviderServer.ts"

const kept = 720

/** The fault of an error that Kraken names. */
export const krakenError = (error: string): Fault => ({
  kind: "status",
  status: 200,
  body: JSON.stringify({ error: [error] })
})

const candle = ({ close, high, low, open, openTime, volume }: ServedBar) => [
  openTime / 1000,
  ...[open, high, low, close, (high + low) / 2, volume].map((value) => Number.isNaN(value) ? "" : value.toFixed(8)),
  volume === 0 ? 0 : 12
]

export const krakenServer = (market: Market): Effect.Effect<ProviderServer, never, Scope.Scope> =>
  providerServer({
    answer: ({ query }) => {
      const pair = query.get("pair") ?? ""
      const bars = market(pair, query.get("interval") ?? "")
      if (bars === undefined) return Response.json({ error: ["EQuery:Unknown asset pair"] })
      const since = Number(query.get("since") ?? 0) * 1000
      const rows = bars.slice(-kept).filter(({ openTime }) => openTime > since)
      const last = rows.at(-2)?.openTime ?? since
      return Response.json({ error: [], result: { [`X${pair}`]: rows.map(candle), last: last / 1000 } })
    },
    refusal: () => "<html>error</html>"
  })

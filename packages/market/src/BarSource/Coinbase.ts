/**
 * Candles of Coinbase Exchange, without a key: 1m, 5m, 15m, 1h and 1d, 300 a request, newest first, all of a
 * product's history. 30m is built from 15m, 4h from 1h, 1w from 1d.
 *
 * A bucket without a trade has no row. The unfinished last row is given like the others. Ten requests a second are
 * allowed to an address; eight are made.
 * Source: Coinbase Exchange API documentation, "Get product candles" and "Rate limits".
 */
import type { RawBar } from "@dgas/domain/Bar"
import { timeframeMs } from "@dgas/domain/Timeframe"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type BarRequest, type BarSource, firstLabel } from "../BarSource.ts"
import { ownOrBuilt } from "./BuiltBars.ts"
import { makeProvider } from "./Provider.ts"
import { type Answer, decodeJson, refuse } from "./Provider/Answer.ts"
import { inOrder, numberOf, rowOf } from "./Rows.ts"

const pageSize = 300

/** Seconds, low, high, open, close, volume. */
export const Candles = Schema.Array(Schema.Array(Schema.Unknown))
const decodeCandles = Schema.decodeUnknownEffect(Candles)

export const candleRows = (candles: typeof Candles.Type): ReadonlyArray<RawBar> =>
  candles.map(([seconds, low, high, open, close, volume]) =>
    rowOf(numberOf(seconds) * 1000, { open, high, low, close, volume })
  )

const Refusal = Schema.fromJsonString(Schema.Struct({ message: Schema.String }))
const decodeRefusal = Schema.decodeUnknownEffect(Refusal)

export const coinbaseSource = (name: string, baseUrl: string): BarSource => {
  const provider = makeProvider({ name, baseUrl, pace: { everyMs: 125, burst: 8 } })

  const candlesOf = (symbol: string) =>
    Effect.fnUntraced(function*(answer: Answer) {
      if (answer.status === 200) return yield* decodeJson(answer, decodeCandles)
      const refusal = yield* decodeRefusal(answer.body).pipe(Effect.orElseSucceed(() => undefined))
      if (answer.status === 404 && refusal !== undefined) {
        return yield* provider.unknown(
          symbol,
          `says ${JSON.stringify(refusal.message)}, check its spelling, like BTC-USD`
        )
      }
      return yield* refuse(answer, refusal === undefined ? answer.said : JSON.stringify(refusal.message))
    })

  const read = Effect.fnUntraced(function*(request: BarRequest) {
    const { from, grid, symbol, to } = request
    const step = timeframeMs(grid.timeframe)
    const rows: Array<RawBar> = []
    const first = Math.ceil(firstLabel(grid.timeframe, from) / step) * step
    for (let start = first; start < to; start += pageSize * step) {
      // Both ends count, so a page is one step shorter than its rows.
      const last = Math.min(start + (pageSize - 1) * step, to - 1)
      const candles = yield* provider.request({
        path: `/products/${encodeURIComponent(symbol)}/candles`,
        query: {
          granularity: String(step / 1000),
          start: new Date(start).toISOString(),
          end: new Date(last).toISOString()
        }
      }, candlesOf(symbol))
      rows.push(...candleRows(candles))
    }
    // A page may hold the candle before its start, which the page before has too.
    return inOrder(rows, request)
  })

  const rowsOf = ownOrBuilt(
    { timeframes: ["1d", "1h", "15m", "5m", "1m"], calendar: "24/7", beginsAnywhere: false },
    read,
    provider.unknown
  )
  return {
    name,
    fetch: Effect.fn("CoinbaseSource.fetch")(function*(request: BarRequest) {
      return { source: name, ...yield* rowsOf(request) }
    })
  }
}

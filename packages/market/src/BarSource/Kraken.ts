/**
 * Spot candles of Kraken, without a key: 1m to 4h and 1d, the last 720 of each and no older ones, whatever is asked
 * for. 1w is built from 1d, since the exchange's own weeks need not begin on Monday.
 *
 * A range that begins before the 720 gets what there is of it, and one that ends before them is refused. Flat rows
 * without volume stand for stretches without a trade and are left out. The unfinished last row is given like the
 * others. Errors come with status 200. About one request a second is allowed.
 * Source: Kraken API documentation, "Get OHLC Data"; error texts as ccxt 4.5 knows them.
 */
import type { RawBar } from "@dgas/domain/Bar"
import { timeframeMs } from "@dgas/domain/Timeframe"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type BarRequest, type BarSource, firstLabel } from "../BarSource.ts"
import { instantText } from "../BarValidation.ts"
import { ownOrBuilt } from "./BuiltBars.ts"
import { makeProvider } from "./Provider.ts"
import { type Answer, decodeJson, refuse, Refused } from "./Provider/Answer.ts"
import { inOrder, isEmptyStretch, numberOf, rowOf } from "./Rows.ts"

const kept = 720

/** Seconds, open, high, low, close, volume-weighted price, volume, count. */
export const Candles = Schema.Array(Schema.Array(Schema.Unknown))

export const candleRows = (candles: typeof Candles.Type): ReadonlyArray<RawBar> =>
  candles.map(([seconds, open, high, low, close, , volume]) =>
    rowOf(numberOf(seconds) * 1000, { open, high, low, close, volume })
  )

/** The rows are under Kraken's own name of the pair, beside `last`. */
const Ohlc = Schema.Struct({
  error: Schema.Array(Schema.String),
  result: Schema.optionalKey(Schema.Record(Schema.String, Schema.Union([Candles, Schema.Finite, Schema.String])))
})
const decodeOhlc = Schema.decodeUnknownEffect(Ohlc)

const unknownPair = /^EQuery:(Unknown asset pair|Invalid asset pair)/
const passing = /^(EGeneral:Too many requests|EAPI:Rate limit exceeded|EService:)/

export const krakenSource = (name: string, baseUrl: string): BarSource => {
  const provider = makeProvider({ name, baseUrl, pace: { everyMs: 1100, burst: 1 } })

  const candlesOf = (symbol: string) =>
    Effect.fnUntraced(function*(answer: Answer) {
      if (answer.status !== 200) return yield* refuse(answer, answer.said)
      const { error: [error], result = {} } = yield* decodeJson(answer, decodeOhlc)
      if (error === undefined) {
        const rows = Object.values(result).find((value) => typeof value === "object")
        if (rows !== undefined) return rows
        return yield* new Refused({ detail: `answered no candles, ${answer.said}, expected some`, waitMs: 0 })
      }
      const said = JSON.stringify(error)
      if (unknownPair.test(error)) {
        return yield* provider.unknown(symbol, `says ${said}, check its spelling, like XBTUSD`)
      }
      return yield* new Refused(
        passing.test(error)
          ? { detail: `answered ${said}, try later`, waitMs: 0 }
          : { detail: `answered ${said}, expected candles`, waitMs: null }
      )
    })

  const read = Effect.fnUntraced(function*(request: BarRequest) {
    const { from, grid, symbol, to } = request
    const step = timeframeMs(grid.timeframe)
    const candles = yield* provider.request({
      path: "/0/public/OHLC",
      query: {
        pair: symbol,
        interval: String(step / 60_000),
        // One bar earlier: the row of `since` itself need not be in the answer.
        since: String(Math.floor((firstLabel(grid.timeframe, from) - step) / 1000))
      }
    }, candlesOf(symbol))
    const rows = candleRows(candles)
    const first = rows[0]?.openTime
    if (first !== undefined && first >= to && rows.length >= kept) {
      return yield* provider.unknown(
        symbol,
        `keeps the last ${kept} bars of ${grid.timeframe}, the first of ${instantText(first)}, asked for bars up to ${
          instantText(to)
        }; take another source for older ones`
      )
    }
    return inOrder(rows.filter((row) => !isEmptyStretch(row)), request)
  })

  const rowsOf = ownOrBuilt(
    { timeframes: ["1d", "4h", "1h", "30m", "15m", "5m", "1m"], calendar: "24/7", beginsAnywhere: true },
    read,
    provider.unknown
  )
  return {
    name,
    fetch: Effect.fn("KrakenSource.fetch")(function*(request: BarRequest) {
      return { source: name, ...yield* rowsOf(request) }
    })
  }
}

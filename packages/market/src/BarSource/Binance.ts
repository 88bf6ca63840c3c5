/**
 * Spot klines of Binance, without a key: every timeframe, a thousand rows a request, back to a symbol's first trade.
 *
 * The unfinished last row is given like the others. A request weighs 2 of the 6000 a minute that an address has, so
 * 40 a second leave a fifth of it to other programs; where these use more, the source rests until the next minute.
 * A ban (418) is sat out for as long as the exchange says.
 * Source: Binance spot API documentation, "Kline/Candlestick data" and "Limits", 2026-07-21.
 */
import type { RawBar } from "@dgas/domain/Bar"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type BarRequest, type BarSource, firstLabel } from "../BarSource.ts"
import { ownOrBuilt } from "./BuiltBars.ts"
import { makeProvider } from "./Provider.ts"
import { type Answer, decodeJson, refuse, Refused, waitAsked } from "./Provider/Answer.ts"
import { inOrder, numberOf, rowOf } from "./Rows.ts"

const pageSize = 1000
const highWeight = 5400
/** The shortest ban, for one that comes without `Retry-After`. */
const banMs = 120_000

/** Milliseconds, open, high, low, close, volume, and more. */
export const Klines = Schema.Array(Schema.Array(Schema.Unknown))
const decodeKlines = Schema.decodeUnknownEffect(Klines)

export const klineRows = (klines: typeof Klines.Type): ReadonlyArray<RawBar> =>
  klines.map(([openTime, open, high, low, close, volume]) =>
    rowOf(numberOf(openTime), { open, high, low, close, volume })
  )

const Refusal = Schema.fromJsonString(Schema.Struct({ code: Schema.Int, msg: Schema.String }))
const decodeRefusal = Schema.decodeUnknownEffect(Refusal)

/** `Invalid symbol.` and illegal characters in it. */
const unknownSymbolCodes = [-1121, -1100]

export const binanceSource = (name: string, baseUrl: string): BarSource => {
  const provider = makeProvider({
    name,
    baseUrl,
    pace: { everyMs: 25, burst: 20 },
    restAfter: (headers, now) => Number(headers.get("x-mbx-used-weight-1m")) < highWeight ? 0 : 60_000 - now % 60_000
  })

  const klinesOf = (symbol: string) =>
    Effect.fnUntraced(function*(answer: Answer) {
      const { body, headers, said, status } = answer
      if (status === 200) return yield* decodeJson(answer, decodeKlines)
      const refusal = yield* decodeRefusal(body).pipe(Effect.orElseSucceed(() => undefined))
      if (status === 400 && refusal !== undefined && unknownSymbolCodes.includes(refusal.code)) {
        return yield* provider.unknown(
          symbol,
          `says ${JSON.stringify(refusal.msg)}, check its spelling, like BTCUSDT`
        )
      }
      if (status === 418) {
        const waitMs = (yield* waitAsked(headers)) || banMs
        return yield* new Refused({
          detail: `answered 418, it has banned this address for ${waitMs / 1000} s`,
          waitMs
        })
      }
      return yield* refuse(answer, refusal === undefined ? said : JSON.stringify(refusal.msg))
    })

  const read = Effect.fnUntraced(function*(request: BarRequest) {
    const { from, grid, symbol, to } = request
    const rows: Array<RawBar> = []
    let start = firstLabel(grid.timeframe, from)
    while (start < to) {
      const query = {
        symbol,
        interval: grid.timeframe,
        startTime: String(start),
        endTime: String(to - 1),
        limit: String(pageSize)
      }
      const klines = yield* provider.request({ path: "/api/v3/klines", query }, klinesOf(symbol))
      let last = start - 1
      for (const row of klineRows(klines)) {
        if (row.openTime > last && row.openTime < to) last = row.openTime
        rows.push(row)
      }
      if (klines.length < pageSize) break
      if (last < start) {
        return yield* provider.unavailable("repeats bars it was not asked for, expected them in ascending order")
      }
      start = last + 1
    }
    return inOrder(rows, request)
  })

  const rowsOf = ownOrBuilt(
    { timeframes: ["1w", "1d", "4h", "1h", "30m", "15m", "5m", "1m"], calendar: "24/7", beginsAnywhere: false },
    read,
    provider.unknown
  )
  return {
    name,
    fetch: Effect.fn("BinanceSource.fetch")(function*(request: BarRequest) {
      return { source: name, ...yield* rowsOf(request) }
    })
  }
}

/**
 * Spot klines of Binance, without a key.
 *
 * A request is tried once and up to three times more, after waits of up to 250 ms, 1 s and 4 s (full jitter) or what
 * `Retry-After` asks for, as long as all of it stays within 20 s; a refusal that will not pass (a blocked place, a
 * ban) is told at once. Rows come as the provider has them, the unfinished last one included.
 * Source: Binance spot API documentation, "Kline/Candlestick data", 2026-07-21.
 */
import type { RawBar } from "@dgas/domain/Bar"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import { type BarRequest, type BarSource, firstLabel, SourceUnavailable, UnknownSymbol } from "../BarSource.ts"

const pageSize = 1000
const requestTimeoutMs = 10_000
const budgetMs = 20_000
const waitsMs = [250, 1000, 4000] as const

/** Prices stay text here: one that is no number costs its row, in validation, and not the page. */
const Klines = Schema.fromJsonString(Schema.Array(
  Schema.TupleWithRest(
    Schema.Tuple([Schema.Int, Schema.String, Schema.String, Schema.String, Schema.String, Schema.String]),
    [Schema.Unknown]
  )
))
const decodeKlines = Schema.decodeUnknownEffect(Klines)

const Refusal = Schema.fromJsonString(Schema.Struct({ code: Schema.Int, msg: Schema.String }))
const decodeRefusal = Schema.decodeUnknownEffect(Refusal)

interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  readonly body: string
}

/** `Invalid symbol.` and illegal characters in it. */
const unknownSymbolCodes = [-1121, -1100]

const numberOf = (text: string): number => text.trim() === "" ? Number.NaN : Number(text)

export const binanceSource = (name: string, baseUrl: string): BarSource => {
  const root = baseUrl.replace(/\/+$/, "")
  const host = URL.canParse(root) ? new URL(root).host : root
  const unavailable = (detail: string) => new SourceUnavailable({ source: name, detail })

  const ask = (url: string): Effect.Effect<Answer, SourceUnavailable> =>
    Effect.tryPromise({
      try: async (signal): Promise<Answer> => {
        const response = await fetch(url, { signal })
        return {
          status: response.status,
          retryAfter: response.headers.get("retry-after"),
          body: await response.text()
        }
      },
      catch: (cause) => unavailable(`${host} cannot be reached (${reasonOf(cause)}), check network and base URL`)
    }).pipe(Effect.timeoutOrElse({
      duration: requestTimeoutMs,
      orElse: () => Effect.fail(unavailable(`${host} did not answer within ${requestTimeoutMs / 1000} s, try later`))
    }))

  /** One page, or the failure and how long its provider wants to be left alone; null where another try is no use. */
  const attempt = (url: string, symbol: string) =>
    ask(url).pipe(
      Effect.matchEffect({
        onFailure: (error) => Effect.succeed({ error, retryAfterMs: 0 }),
        onSuccess: (answer) => pageOf(answer, symbol)
      })
    )

  const pageOf = Effect.fn("BinanceSource.page")(function*({ body, retryAfter, status }: Answer, symbol: string) {
    if (status === 200) {
      return yield* decodeKlines(body).pipe(Effect.match({
        onSuccess: (rows) => ({ rows }),
        onFailure: () => ({
          error: unavailable(`${host} answered ${excerpt(body)}, expected klines as JSON; check the base URL`),
          retryAfterMs: null
        })
      }))
    }
    const refusal = yield* decodeRefusal(body).pipe(Effect.orElseSucceed(() => undefined))
    if (status === 400 && refusal !== undefined && unknownSymbolCodes.includes(refusal.code)) {
      return yield* new UnknownSymbol({
        source: name,
        symbol,
        detail: `${host} says ${JSON.stringify(refusal.msg)}, check its spelling, like BTCUSDT`
      })
    }
    const said = `${host} answered ${status} ${refusal === undefined ? excerpt(body) : JSON.stringify(refusal.msg)}`
    if (status === 429 || status >= 500) {
      return { error: unavailable(`${said}, try later`), retryAfterMs: yield* waitAsked(retryAfter) }
    }
    const advice = status === 451 || status === 403
      ? "it refuses requests from here, take another base URL or source"
      : status === 418
      ? `it has banned this address${retryAfter === null ? "" : ` for ${retryAfter} s`}, wait that long`
      : "expected klines; check the base URL"
    return { error: unavailable(`${said}, ${advice}`), retryAfterMs: null }
  })

  const page = Effect.fn("BinanceSource.tries")(function*(url: string, symbol: string, deadline: number) {
    for (let tries = 0;; tries++) {
      const result = yield* attempt(url, symbol)
      if ("rows" in result) return result.rows
      const longest = waitsMs[tries]
      if (result.retryAfterMs === null || longest === undefined) return yield* result.error
      const wait = Math.max(result.retryAfterMs, longest * (yield* Random.next))
      const left = deadline - (yield* Clock.currentTimeMillis)
      if (wait > left) return yield* result.error
      yield* Effect.sleep(wait)
    }
  })

  const fetchRows = Effect.fn("BinanceSource.fetch")(function*({ from, symbol, timeframe, to }: BarRequest) {
    const deadline = (yield* Clock.currentTimeMillis) + budgetMs
    const rows: Array<RawBar> = []
    let start = firstLabel(timeframe, from)
    while (start < to) {
      const query = new URLSearchParams({
        symbol,
        interval: timeframe,
        startTime: String(start),
        endTime: String(to - 1),
        limit: String(pageSize)
      })
      const klines = yield* page(`${root}/api/v3/klines?${query}`, symbol, deadline)
      for (const [openTime, open, high, low, close, volume] of klines) {
        rows.push({
          openTime,
          open: numberOf(open),
          high: numberOf(high),
          low: numberOf(low),
          close: numberOf(close),
          volume: numberOf(volume)
        })
      }
      const last = klines.at(-1)
      if (last === undefined || klines.length < pageSize) break
      if (last[0] < start) {
        return yield* unavailable(`${host} repeats bars it was not asked for, expected them in ascending order`)
      }
      start = last[0] + 1
    }
    return rows
  })

  return { name, fetch: fetchRows }
}

/** `Retry-After` in milliseconds: seconds, or an HTTP date; 0 when there is none. */
const waitAsked = (header: string | null): Effect.Effect<number> => {
  if (header === null) return Effect.succeed(0)
  if (/^\d+$/.test(header.trim())) return Effect.succeed(Number(header) * 1000)
  const until = Date.parse(header)
  if (Number.isNaN(until)) return Effect.succeed(0)
  return Effect.map(Clock.currentTimeMillis, (now) => Math.max(0, until - now))
}

const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message
}

const excerpt = (body: string): string => {
  const line = body.replace(/\s+/g, " ").trim()
  return line === "" ? "an empty body" : JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line)
}

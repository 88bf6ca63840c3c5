import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import { barGrid } from "../../src/BarGrid.ts"
import { type BarRequest, SourceUnavailable, UnknownSymbol } from "../../src/BarSource.ts"
import { binanceSource } from "../../src/BarSource/Binance.ts"
import { validateBars } from "../../src/BarValidation.ts"
import { calendarOf } from "../../src/TradingCalendar.ts"

const it = effectTest(Layer.empty)
const minute = 60_000
const start = Date.UTC(2024, 1, 1)

/** A kline as the exchange writes it, of the minute that opens at `openTime`. */
const kline = (openTime: number, close = "42580.10000000") => [
  openTime,
  "42569.76000000",
  "42600.00000000",
  "42550.01000000",
  close,
  "17.32100000",
  openTime + minute - 1,
  "737412.10000000",
  812,
  "9.10000000",
  "387431.90000000",
  "0"
]

/** Minutes from `start` on, served as the exchange does: ascending from startTime, at most `limit`. */
const klines = (count: number) => (query: URLSearchParams): Response => {
  const rows: Array<unknown> = []
  for (let index = 0; index < count && rows.length < Number(query.get("limit")); index++) {
    const openTime = start + index * minute
    if (openTime >= Number(query.get("startTime")) && openTime <= Number(query.get("endTime"))) {
      rows.push(kline(openTime))
    }
  }
  return Response.json(rows)
}

interface Exchange {
  readonly url: string
  readonly asked: ReadonlyArray<URLSearchParams>
}

/** A server on loopback that answers the n-th request with the n-th answer, and all later ones with the last. */
const exchange = (
  ...answers: ReadonlyArray<(query: URLSearchParams) => Response>
): Effect.Effect<Exchange, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const asked: Array<URLSearchParams> = []
      const server = Bun.serve({
        port: 0,
        hostname: "127.0.0.1",
        fetch: (request) => {
          const url = new URL(request.url)
          if (url.pathname !== "/api/v3/klines") return new Response("not found", { status: 404 })
          asked.push(url.searchParams)
          return answers[Math.min(asked.length, answers.length) - 1]!(url.searchParams)
        }
      })
      return { server, asked, url: `http://127.0.0.1:${server.port}` }
    }),
    ({ server }) => Effect.promise(() => server.stop(true))
  )

const ask = (change: Partial<BarRequest> = {}): BarRequest => ({
  symbol: "BTCUSDT",
  timeframe: "1m",
  from: start,
  to: start + 10 * minute,
  asOf: start + 10 * minute,
  ...change
})

/** Draws the shortest wait each time. */
const withoutJitter = Effect.provideService(Random.Random, { nextDoubleUnsafe: () => 0, nextIntUnsafe: () => 0 })

const refusal = (status: number, body: unknown, headers: Record<string, string> = {}) => () =>
  Response.json(body, { status, headers })

describe("Binance klines", () => {
  it.live("are asked for by symbol, interval and open time, and come as rows", () =>
    Effect.gen(function*() {
      const { asked, url } = yield* exchange(klines(5000))
      const rows = yield* binanceSource("binance", `${url}/`).fetch(ask())
      expect(rows.map(({ openTime }) => (openTime - start) / minute)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      expect(rows[0]).toEqual({
        openTime: start,
        open: 42569.76,
        high: 42600,
        low: 42550.01,
        close: 42580.1,
        volume: 17.321
      })
      expect(Object.fromEntries(asked[0]!)).toEqual({
        symbol: "BTCUSDT",
        interval: "1m",
        startTime: String(start),
        endTime: String(start + 10 * minute - 1),
        limit: "1000"
      })
    }))

  it.live("come in pages of a thousand, each bar once", () =>
    Effect.gen(function*() {
      const { asked, url } = yield* exchange(klines(5000))
      const rows = yield* binanceSource("binance", url).fetch(ask({ to: start + 2500 * minute }))
      expect(rows.map(({ openTime }) => openTime)).toEqual(
        Array.from({ length: 2500 }, (_, index) => start + index * minute)
      )
      expect(asked.length).toBe(3)
    }))

  it.live("of a symbol that is younger than the range begin when it does", () =>
    Effect.gen(function*() {
      const { url } = yield* exchange(klines(3))
      const rows = yield* binanceSource("binance", url).fetch(ask({ from: start - 5000 * minute }))
      expect(rows.length).toBe(3)
    }))

  it.live("include the bar in progress, which validation leaves out", () =>
    Effect.gen(function*() {
      const { url } = yield* exchange(klines(5000))
      const asOf = start + 5 * minute + 1000
      const raw = yield* binanceSource("binance", url).fetch(ask({ to: asOf, asOf }))
      const { bars, quarantined } = validateBars(raw, { grid: barGrid(calendarOf("24/7"), "1m", "session"), asOf })
      expect(bars.length).toBe(5)
      expect(quarantined.map(({ reason }) => reason)).toEqual(["not_closed"])
    }))

  it.live("with one price that is no number lose that row alone", () =>
    Effect.gen(function*() {
      const { url } = yield* exchange(() => Response.json([kline(start, "n/a"), kline(start + minute)]))
      const raw = yield* binanceSource("binance", url).fetch(ask())
      const grid = barGrid(calendarOf("24/7"), "1m", "session")
      const { bars, quarantined } = validateBars(raw, { grid, asOf: ask().asOf })
      expect(bars.length).toBe(1)
      expect(quarantined.map(({ reason }) => reason)).toEqual(["not_finite"])
    }))

  it.live("are asked for again after 429 and 503", () =>
    Effect.gen(function*() {
      const { asked, url } = yield* exchange(
        refusal(429, { code: -1003, msg: "Too many requests." }, { "retry-after": "0" }),
        () => new Response("busy", { status: 503 }),
        klines(5000)
      )
      expect((yield* binanceSource("binance", url).fetch(ask())).length).toBe(10)
      expect(asked.length).toBe(3)
    }).pipe(withoutJitter))

  it.live("are given up after three more tries", () =>
    Effect.gen(function*() {
      const { asked, url } = yield* exchange(() => new Response("busy", { status: 503 }))
      const error = yield* Effect.flip(binanceSource("binance", url).fetch(ask()))
      expect(error.message).toEndWith("answered 503 \"busy\", try later")
      expect(asked.length).toBe(4)
    }).pipe(withoutJitter))

  it.live("are given up at once when the exchange wants to be left alone for longer than a cycle has", () =>
    Effect.gen(function*() {
      const { asked, url } = yield* exchange(
        refusal(429, { code: -1003, msg: "Too many requests." }, { "retry-after": "60" })
      )
      const error = yield* Effect.flip(binanceSource("binance", url).fetch(ask()))
      expect(error).toBeInstanceOf(SourceUnavailable)
      expect(error.message).toContain("answered 429 \"Too many requests.\"")
      expect(asked.length).toBe(1)
    }))

  const final = [
    [
      "a blocked place",
      refusal(451, { code: 0, msg: "Service unavailable from a restricted location" }),
      "take another base URL"
    ],
    ["a firewall", () => new Response("<html>Forbidden</html>", { status: 403 }), "take another base URL"],
    ["a ban", refusal(418, { code: -1003, msg: "Way too many requests" }, { "retry-after": "120" }), "for 120 s"],
    ["a wrong interval", refusal(400, { code: -1120, msg: "Invalid interval." }), "answered 400 \"Invalid interval.\""],
    ["a page instead of JSON", () => new Response("<html>\nhello\n</html>"), "answered \"<html> hello </html>\""],
    ["JSON of another shape", () => Response.json({ rows: [] }), "expected klines as JSON"],
    ["an empty body", () => new Response(""), "an empty body"]
  ] as const
  for (const [name, answer, message] of final) {
    it.live(`fail at once, in one line, on ${name}`, () =>
      Effect.gen(function*() {
        const { asked, url } = yield* exchange(answer)
        const error = yield* Effect.flip(binanceSource("binance", url).fetch(ask()))
        expect(error).toBeInstanceOf(SourceUnavailable)
        expect(error.message).toStartWith("source binance is not available: 127.0.0.1:")
        expect(error.message).toContain(message)
        expect(error.message).not.toContain("\n")
        expect(asked.length).toBe(1)
      }))
  }

  for (const code of [-1121, -1100]) {
    it.live(`name a symbol that the exchange does not have (code ${code})`, () =>
      Effect.gen(function*() {
        const { asked, url } = yield* exchange(refusal(400, { code, msg: "Invalid symbol." }))
        const error = yield* Effect.flip(binanceSource("binance", url).fetch(ask({ symbol: "NOPE" })))
        expect(error).toBeInstanceOf(UnknownSymbol)
        expect(error.message).toStartWith("source binance gives no bars of NOPE: ")
        expect(asked.length).toBe(1)
      }))
  }

  it.live("that repeat bars from before the range do not turn round for ever", () =>
    Effect.gen(function*() {
      const page = Array.from({ length: 1000 }, (_, index) => kline(start - (2000 - index) * minute))
      const { url } = yield* exchange(() => Response.json(page))
      const error = yield* Effect.flip(binanceSource("binance", url).fetch(ask()))
      expect(error.message).toContain("expected them in ascending order")
    }))

  it.live("fail in one line where nobody listens", () =>
    Effect.gen(function*() {
      const port = yield* Effect.scoped(Effect.map(exchange(klines(1)), ({ url }) => new URL(url).port))
      const error = yield* Effect.flip(binanceSource("binance", `http://127.0.0.1:${port}`).fetch(ask()))
      expect(error).toBeInstanceOf(SourceUnavailable)
      expect(error.message).toBe(
        `source binance is not available: 127.0.0.1:${port} cannot be reached (ECONNREFUSED), check network and base URL`
      )
    }).pipe(withoutJitter))
})

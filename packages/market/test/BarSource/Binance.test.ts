import { binanceServer } from "@dgas/testkit/BinanceServer"
import { effectTest } from "@dgas/testkit/effectTest"
import { leapClock } from "@dgas/testkit/leapClock"
import { loopbackOnly } from "@dgas/testkit/loopbackOnly"
import { type Fault, providerServer } from "@dgas/testkit/ProviderServer"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SourceUnavailable, UnknownSymbol } from "../../src/BarSource.ts"
import { binanceSource } from "../../src/BarSource/Binance.ts"
import { tryMs } from "../../src/BarSource/Provider.ts"
import { asking, barsBetween, gridOf, marketOf, now, openCase, providers } from "./providers.ts"

loopbackOnly()
const it = effectTest(Layer.empty)
const binance = providers.find(({ name }) => name === "binance")!
const minute = 60_000

const refusal = (status: number, body: string): Fault => ({ kind: "status", status, body })

/** A source over a server of ours, asked for ten minutes. */
const over = (url: string) => {
  const request = { symbol: "BTCUSDT", grid: gridOf("1m"), from: now - 10 * minute, to: now, asOf: now }
  return asking(binanceSource("binance", url), request, leapClock({ startsAt: now, limitMs: tryMs }))
}

describe("Binance", () => {
  it.live("is asked for klines by symbol, interval and open time", () =>
    Effect.gen(function*() {
      const { ask, server } = yield* openCase(binance)
      yield* ask({ from: now - 10 * minute })
      expect(server.asked.map(({ path, query }) => [path, Object.fromEntries(query)])).toEqual([
        ["/api/v3/klines", {
          symbol: "BTCUSDT",
          interval: "1m",
          startTime: String(now - 10 * minute),
          endTime: String(now - 1),
          limit: "1000"
        }]
      ])
    }))

  it.live("is asked a hundred and six times for a year of five minutes", () =>
    Effect.gen(function*() {
      const from = now - 365 * 1440 * minute
      const server = yield* binanceServer(marketOf("BTCUSDT", "5m", barsBetween(from, now, 5 * minute)))
      const { rows } = yield* over(server.url)({ grid: gridOf("5m"), from })
      expect(rows).toHaveLength(105_120)
      expect(server.asked).toHaveLength(106)
    }))

  it.live("gives bars of a symbol that is younger than the range from its first on", () =>
    Effect.gen(function*() {
      const { ask, request } = yield* openCase(binance)
      const { rows } = yield* ask({ from: request.from - 5000 * minute })
      expect(rows).toHaveLength(2500)
    }))

  for (const code of [-1121, -1100]) {
    it.live(`names a symbol that it does not have (code ${code})`, () =>
      Effect.gen(function*() {
        const { ask, server } = yield* openCase(binance)
        server.fail(refusal(400, JSON.stringify({ code, msg: "Invalid symbol." })))
        const error = yield* Effect.flip(ask({ symbol: "NOPE" }))
        expect(error).toBeInstanceOf(UnknownSymbol)
        expect(error.message).toEndWith("says \"Invalid symbol.\", check its spelling, like BTCUSDT")
      }))
  }

  const told: ReadonlyArray<readonly [name: string, fault: Fault, end: string]> = [
    [
      "a blocked place",
      { kind: "status", status: 451 },
      "it refuses requests from here, take another base URL or source"
    ],
    ["a firewall", { kind: "status", status: 403 }, "it refuses requests from here, take another base URL or source"],
    [
      "a wrong interval",
      refusal(400, "{\"code\":-1120,\"msg\":\"Invalid interval.\"}"),
      "answered 400 \"Invalid interval.\", expected bars; check the base URL"
    ],
    ["a busy exchange", refusal(503, "busy"), "answered 503 \"busy\", try later"]
  ]
  for (const [name, fault, end] of told) {
    it.live(`says what to do about ${name}`, () =>
      Effect.gen(function*() {
        const { ask, server } = yield* openCase(binance)
        server.failAlways(fault)
        const error = yield* Effect.flip(ask())
        expect(error).toBeInstanceOf(SourceUnavailable)
        expect(error.message).toEndWith(end)
      }))
  }

  for (const [retryAfter, seconds] of [["300", 300], [undefined, 120]] as const) {
    it.live(`is not asked during a ban ${retryAfter === undefined ? "of a length that it does not tell" : "of 300 s"}`, () =>
      Effect.gen(function*() {
        const { ask, clock, server } = yield* openCase(binance)
        server.fail({ kind: "status", status: 418, ...retryAfter === undefined ? {} : { retryAfter } })
        const banned = yield* Effect.flip(ask())
        expect(banned.message).toEndWith(`answered 418, it has banned this address for ${seconds} s`)
        clock.leap((seconds - 21) * 1000)
        const still = yield* Effect.flip(ask())
        expect(still.message).toEndWith(`for ${seconds} s; it is left alone for another 21 s`)
        expect(server.asked).toHaveLength(1)
        clock.leap(21_000)
        expect((yield* ask()).rows).toHaveLength(2500)
      }))
  }

  it.live("rests until the next minute when an address has used most of its weight", () =>
    Effect.gen(function*() {
      const weights = ["5399", "5400", "2"]
      const asked: Array<number> = []
      const clock = leapClock({ startsAt: now + 45_000, limitMs: tryMs })
      const server = yield* providerServer({
        answer: () => {
          asked.push(clock.currentTimeMillisUnsafe() - now)
          return Response.json([], { headers: { "x-mbx-used-weight-1m": weights[asked.length - 1]! } })
        },
        refusal: () => ""
      })
      const request = { symbol: "BTCUSDT", grid: gridOf("1m"), from: now - 10 * minute, to: now, asOf: now }
      const ask = asking(binanceSource("binance", server.url), request, clock)
      yield* ask()
      clock.leap(5000)
      yield* ask()
      yield* ask()
      expect(asked).toEqual([45_000, 50_000, 60_000])
    }))

  it.live("that repeats bars from before the range does not turn round for ever", () =>
    Effect.gen(function*() {
      const server = yield* providerServer({
        answer: () =>
          Response.json(
            barsBetween(now - 2000 * minute, now - 1000 * minute, minute)
              .map(({ openTime }) => [openTime, "1", "1", "1", "1", "1"])
          ),
        refusal: () => ""
      })
      const error = yield* Effect.flip(over(server.url)())
      expect(error.message).toContain("expected them in ascending order")
    }))

  it.live("fails in one line where nobody listens", () =>
    Effect.gen(function*() {
      const url = yield* Effect.scoped(Effect.map(binanceServer(() => []), ({ url }) => url))
      const error = yield* Effect.flip(over(url)())
      expect(error).toBeInstanceOf(SourceUnavailable)
      expect(error.message).toBe(
        `source binance is not available: ${new URL(url).host} cannot be reached (ECONNREFUSED), ` +
          "check network and base URL"
      )
    }))
})

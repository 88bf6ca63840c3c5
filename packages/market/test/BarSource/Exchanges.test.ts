/** What is Coinbase's and Kraken's own: built timeframes, depth, errors with status 200. */
import type { RawBar } from "@dgas/domain/Bar"
import { coinbaseServer } from "@dgas/testkit/CoinbaseServer"
import { effectTest } from "@dgas/testkit/effectTest"
import { krakenError, krakenServer } from "@dgas/testkit/KrakenServer"
import { leapClock } from "@dgas/testkit/leapClock"
import { loopbackOnly } from "@dgas/testkit/loopbackOnly"
import type { Market } from "@dgas/testkit/ProviderServer"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type BarRequest, SourceUnavailable, UnknownSymbol } from "../../src/BarSource.ts"
import { coinbaseSource } from "../../src/BarSource/Coinbase.ts"
import { krakenSource } from "../../src/BarSource/Kraken.ts"
import { tryMs } from "../../src/BarSource/Provider.ts"
import { asking, barsBetween, day, gridOf, marketOf, now, openCase, providers } from "./providers.ts"

loopbackOnly()
const it = effectTest(Layer.empty)
const hour = 3_600_000
const midnight = now - 12 * hour

const asked = (symbol: string): BarRequest => ({ symbol, grid: gridOf("5m"), from: now - day, to: now, asOf: now })
const clock = () => leapClock({ startsAt: now, limitMs: tryMs })

const coinbase = Effect.fnUntraced(function*(market: Market) {
  const server = yield* coinbaseServer(market)
  return { server, ask: asking(coinbaseSource("coinbase", server.url), asked("BTC-USD"), clock()) }
})

const kraken = Effect.fnUntraced(function*(market: Market) {
  const server = yield* krakenServer(market)
  return { server, ask: asking(krakenSource("kraken", server.url), asked("XBTUSD"), clock()) }
})

/** The bar of a slot, from the bars in it. */
const joined = (bars: ReadonlyArray<RawBar>): RawBar => ({
  openTime: bars[0]!.openTime,
  open: bars[0]!.open,
  high: Math.max(...bars.map(({ high }) => high)),
  low: Math.min(...bars.map(({ low }) => low)),
  close: bars.at(-1)!.close,
  volume: bars.reduce((sum, { volume }) => sum + volume, 0)
})

describe("Coinbase", () => {
  it.live("is asked for at most 300 candles, both ends counted", () =>
    Effect.gen(function*() {
      const { ask, server } = yield* openCase(providers.find(({ name }) => name === "coinbase")!)
      yield* ask({ from: now - 301 * 60_000 })
      expect(server.asked.map(({ path, query }) => [path, Object.fromEntries(query)])).toEqual([
        ["/products/BTC-USD/candles", {
          granularity: "60",
          start: "2026-02-06T06:59:00.000Z",
          end: "2026-02-06T11:58:00.000Z"
        }],
        ["/products/BTC-USD/candles", {
          granularity: "60",
          start: "2026-02-06T11:59:00.000Z",
          end: "2026-02-06T11:59:59.999Z"
        }]
      ])
    }))

  it.live("is asked 351 times for a year of five minutes", () =>
    Effect.gen(function*() {
      const from = now - 365 * day
      const { ask, server } = yield* coinbase(marketOf("BTC-USD", "300", barsBetween(from, now, 300_000)))
      expect((yield* ask({ from })).rows).toHaveLength(105_120)
      expect(server.asked).toHaveLength(351)
    }))

  const lacking = [["30m", "900", 900_000, 2], ["4h", "3600", hour, 4], ["1w", "86400", day, 7]] as const
  for (const [timeframe, word, step, parts] of lacking) {
    it.live(`lacks ${timeframe}, which is built from the longest bars that divide it`, () =>
      Effect.gen(function*() {
        const monday = Date.parse("2026-01-05T00:00Z")
        const bars = barsBetween(monday, now, step)
        const { ask } = yield* coinbase(marketOf("BTC-USD", word, bars))
        // The Monday of the first week begins a slot of each of the three.
        const { rows } = yield* ask({ grid: gridOf(timeframe), from: monday })
        const whole = Math.floor(bars.length / parts)
        expect(rows).toHaveLength(whole)
        for (const [index, row] of rows.entries()) {
          expect(row).toEqual(joined(bars.slice(index * parts, (index + 1) * parts)))
        }
        // From inside a slot on there is that slot no more.
        expect((yield* ask({ grid: gridOf(timeframe), from: monday + 1 })).rows).toEqual(rows.slice(1))
      }))
  }

  it.live("builds a slot that just closed when its last bar is there, and not without it", () =>
    Effect.gen(function*() {
      const bars = barsBetween(midnight, now, 900_000)
      const without = bars.slice(0, -1)
      const next = barsBetween(now, now + 900_000, 900_000)
      const seen = Effect.fnUntraced(function*(given: ReadonlyArray<RawBar>, asOf: number, to = asOf) {
        const { ask } = yield* coinbase(marketOf("BTC-USD", "900", given))
        const { rows } = yield* ask({ grid: gridOf("30m"), from: midnight, to, asOf })
        return rows.length
      })
      expect(yield* seen(bars, now + 3000)).toBe(24)
      expect(yield* seen(without, now + 3000)).toBe(23)
      // Nobody traded in it: the next bar, or the time that a bar takes, says so.
      expect(yield* seen([...without, ...next], now + 3000)).toBe(24)
      expect(yield* seen([...without, ...next], now + 3000, now)).toBe(24)
      expect(yield* seen(without, now + 900_000)).toBe(24)
    }))
})

describe("Kraken", () => {
  it.live("gives what it keeps of a range that begins before, and refuses one that ends before", () =>
    Effect.gen(function*() {
      const bars = barsBetween(now - 1000 * 300_000, now, 300_000)
      const { ask, server } = yield* kraken(marketOf("XBTUSD", "5", bars))
      const { rows } = yield* ask({ from: bars[0]!.openTime })
      expect(rows).toEqual(bars.slice(-720))
      const error = yield* Effect.flip(ask({ from: bars[0]!.openTime, to: bars[280]!.openTime }))
      expect(error).toBeInstanceOf(UnknownSymbol)
      expect(error.message).toEndWith(
        "keeps the last 720 bars of 5m, the first of 2026-02-04T00:00:00Z, asked for bars up to 2026-02-04T00:00:00Z; " +
          "take another source for older ones"
      )
      expect(server.asked).toHaveLength(2)
    }))

  it.live("gives nothing of a time before a pair was listed", () =>
    Effect.gen(function*() {
      const { ask } = yield* kraken(marketOf("XBTUSD", "5", barsBetween(now - hour, now, 300_000)))
      expect((yield* ask({ to: now - 2 * hour })).rows).toEqual([])
    }))

  it.live("has flat rows without volume where nobody traded, which are no bars", () =>
    Effect.gen(function*() {
      const [first, second, third] = barsBetween(now - 900_000, now, 300_000)
      const flat = { ...second!, open: 9, high: 9, low: 9, close: 9, volume: 0 }
      const { ask } = yield* kraken(marketOf("XBTUSD", "5", [first!, flat, third!]))
      expect((yield* ask()).rows).toEqual([first!, third!])
    }))

  it.live("has weeks built from its days, without one that its history begins inside of", () =>
    Effect.gen(function*() {
      // 720 days back is a Sunday.
      const days = barsBetween(midnight - 800 * day, midnight, day)
      const { ask } = yield* kraken(marketOf("XBTUSD", "1440", days))
      const { rows } = yield* ask({ grid: gridOf("1w"), from: midnight - 800 * day })
      const kept = days.slice(-720)
      const monday = kept.findIndex(({ openTime }) => new Date(openTime).getUTCDay() === 1)
      expect(monday).toBeGreaterThan(0)
      expect(rows[0]).toEqual(joined(kept.slice(monday, monday + 7)))
      expect(rows).toHaveLength(Math.floor((720 - monday) / 7))
    }))

  const faults: ReadonlyArray<readonly [error: string, requests: number]> = [
    ["EGeneral:Too many requests", 4],
    ["EAPI:Rate limit exceeded", 4],
    ["EService:Unavailable", 4],
    ["EService:Busy", 4],
    ["EGeneral:Internal error", 1]
  ]
  for (const [error, requests] of faults) {
    it.live(`says ${error} with status 200, and is tried ${requests === 1 ? "once" : "again"}`, () =>
      Effect.gen(function*() {
        const { ask, server } = yield* kraken(() => [])
        server.failAlways(krakenError(error))
        const failure = yield* Effect.flip(ask())
        expect(failure).toBeInstanceOf(SourceUnavailable)
        expect(failure.message).toContain(`answered "${error}"`)
        expect(server.asked).toHaveLength(requests)
      }))
  }
})

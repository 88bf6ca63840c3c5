/** Rows of providers that are not what they should be: each costs itself, and none its page. */
import type { RawBar } from "@dgas/domain/Bar"
import { loopbackOnly } from "@dgas/testkit/loopbackOnly"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import type { BarSource } from "../../src/BarSource.ts"
import { binanceSource } from "../../src/BarSource/Binance.ts"
import { coinbaseSource } from "../../src/BarSource/Coinbase.ts"
import { dayRows } from "../../src/BarSource/Eodhd/Days.ts"
import { krakenSource } from "../../src/BarSource/Kraken.ts"
import { inOrder, numberOf } from "../../src/BarSource/Rows.ts"
import { yahooSource } from "../../src/BarSource/Yahoo.ts"
import { day, gridOf, now } from "./providers.ts"

loopbackOnly()

const midnight = now - now % day
const times = [-4, -3, -2, -1].map((days) => midnight + days * day)

/** The rows of four days, of which the body tells. */
const answered = async (body: (seconds: ReadonlyArray<number>) => unknown, make: (url: string) => BarSource) => {
  const answer = JSON.stringify(body(times.map((at) => at / 1000)))
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(answer) })
  try {
    const request = { symbol: "A", grid: gridOf("1d"), from: times[0]!, to: midnight, asOf: midnight }
    const { rows } = await Effect.runPromise(make(`http://127.0.0.1:${server.port}`).fetch(request))
    return rows.map(({ close, openTime }) => [times.indexOf(openTime), close])
  } finally {
    await server.stop(true)
  }
}

/** A whole row, one that ends early, one with an object for a price, one without a time. */
const damaged = [[0, 5], [1, NaN], [2, NaN], [-1, 5]]

describe("a page with damaged rows", () => {
  test("of Binance", async () => {
    const rows = ([one, two, three]: ReadonlyArray<number>) => [
      ["soon", "5", "5", "5", "5", "1"],
      [two! * 1000, "5", "5"],
      [three! * 1000, "5", "5", "5", { price: 5 }, "1"],
      [one! * 1000, "5", "5", "5", "5", "1"]
    ]
    expect(await answered(rows, (url) => binanceSource("binance", url))).toEqual(damaged)
  })

  test("of Coinbase", async () => {
    const rows = ([one, two, three]: ReadonlyArray<number>) => [
      [null, 5, 5, 5, 5, 1],
      [three, 5, 5, 5, [5], 1],
      [two, 5, 5],
      [one, 5, 5, 5, 5, 1]
    ]
    expect(await answered(rows, (url) => coinbaseSource("coinbase", url))).toEqual(damaged)
  })

  test("of Kraken", async () => {
    const rows = ([one, two, three]: ReadonlyArray<number>) => [
      [one, "5", "5", "5", "5", "5", "1", 3],
      [two, "5"],
      [three, "5", "5", "5", true, "5", "1", 3],
      [{}, "5", "5", "5", "5", "5", "1", 3]
    ]
    const body = (seconds: ReadonlyArray<number>) => ({ error: [], result: { A: rows(seconds), last: 1 } })
    expect(await answered(body, (url) => krakenSource("kraken", url))).toEqual(damaged)
  })

  test("of Yahoo", async () => {
    const body = ([one, two, three]: ReadonlyArray<number>) => {
      const same = [5, 5, 5, 5]
      const quote = { open: same, high: same, low: same, close: [5, 5, null, {}], volume: [1, null, 1, 1] }
      const timestamp = ["soon", one, two, three]
      return { chart: { result: [{ meta: { symbol: "A" }, timestamp, indicators: { quote: [quote] } }], error: null } }
    }
    expect(await answered(body, (url) => yahooSource("yahoo", url))).toEqual(damaged)
  })

  test("of EODHD", () => {
    const prices = { open: 5, high: 5, low: 5, close: 5, volume: 1, adjusted_close: 5 }
    const { close: _, ...cut } = prices
    const rows = dayRows([
      { date: "2026-02-02", ...prices },
      { date: "2026-02-03", ...cut },
      { date: "2026-02-30", ...prices },
      { ...prices }
    ]).map(({ row }) => [row.openTime, row.close])
    expect(rows).toEqual([
      [Date.parse("2026-02-02T00:00Z"), 5],
      [Date.parse("2026-02-03T00:00Z"), NaN],
      [NaN, 5],
      [NaN, 5]
    ])
  })
})

test("rows without a time come last and do not disturb the others", () => {
  const row = (openTime: number): RawBar => ({ openTime, open: 5, high: 5, low: 5, close: 5, volume: 1 })
  const rows = [times[3]!, NaN, times[0]!, times[2]!, NaN, times[1]!].map(row)
  const request = { symbol: "A", grid: gridOf("1d"), from: times[0]!, to: midnight, asOf: midnight }
  expect(inOrder(rows, request).map(({ openTime }) => openTime)).toEqual([...times, NaN, NaN])
})

test("a number is written in decimals", () => {
  expect(["12.5", " 12.5 ", "1.25e1", 12.5].map(numberOf)).toEqual([12.5, 12.5, 12.5, 12.5])
  expect(["0x1f", "0b11", "Infinity", "", " ", "1_000", null, true, [5], {}, undefined].map(numberOf)).toEqual(
    Array.from({ length: 11 }, () => NaN)
  )
})

/** `report levels` as a process, over bars whose levels and rates can be checked by hand. */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import type { Bar } from "@dgas/domain/Bar"
import { type Timeframe, timeframeMs } from "@dgas/domain/Timeframe"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { json, report } from "./project.ts"

const it = effectTest(TestDatabase.layer)
const first = Date.UTC(2026, 0, 5)
const iso = (time: string) => `2026-01-05T${time}:00.000Z`

type Prices = readonly [high: number, low: number, close: number]

/** Bars of `timeframe` from its slot `from` of the day on. */
const barsFrom = (timeframe: Timeframe, from: number, prices: ReadonlyArray<Prices>): ReadonlyArray<Bar> => {
  const step = timeframeMs(timeframe)
  return prices.map(([high, low, close], index) => ({
    openTime: first + (from + index) * step,
    closeTime: first + (from + index + 1) * step,
    open: low,
    high,
    low,
    close,
    volume: 1
  }))
}

const stored = (symbol: string, series: Partial<Record<Timeframe, ReadonlyArray<Bar>>>, source = "binance") =>
  Effect.gen(function*() {
    const ids = yield* (yield* InstrumentStore).ensure(source, [
      { symbol, calendar: "24/7", tick: 0.01, basis: "raw", simulated: false }
    ])
    const store = yield* BarStore
    for (const [timeframe, bars] of Object.entries(series) as ReadonlyArray<[Timeframe, ReadonlyArray<Bar>]>) {
      yield* store.upsert([{ instrumentId: ids.get(symbol)!, timeframe, bars }])
    }
  })

/** Forty-four bars of one kind, with a hole in their midst: dot at 100, envelope from 98 to 102. */
const alike = barsFrom("30m", 0, Array.from({ length: 45 }, () => [102, 98, 100] as const)).toSpliced(20, 1)

/** Bars with published levels. */
const published = barsFrom("4h", 0, [[23838, 23426, 23469.5], [23485.5, 23035, 23324], [23369.25, 23119, 23219.75]])

/** z² of the 95 % interval. */
const z2 = 3.841458820694124

describe("report levels", () => {
  it.live("lists levels from the highest price down, with how often the next bar did what at them", () =>
    Effect.gen(function*() {
      yield* stored("A", { "30m": alike })
      const rows = yield* json("levels", "--symbol", "A")
      expect(rows.map(({ level, price }) => [level, price])).toEqual([
        ["z6Top", 106],
        ["fiveNineDown", 106],
        ["z5Top", 104],
        ["envelopeTop", 102],
        ["oneOneHigh", 102],
        ["projectedDot", 100],
        ["envelopeBottom", 98],
        ["oneOneLow", 98],
        ["z2Bottom", 96],
        ["z1Bottom", 94],
        ["fiveNineUp", 94]
      ])
      const one = (name: string) => rows.find(({ level }) => level === name)!
      // The first three bars come before there is an envelope, and the bar after the hole does not count.
      expect(one("envelopeTop")).toEqual({
        symbol: "A",
        timeframe: "30m",
        level: "envelopeTop",
        price: 102,
        distancePct: 2,
        touched: 1,
        touchedLow: expect.closeTo(40 / (40 + z2), 8),
        touchedHigh: 1,
        beyond: 0,
        beyondLow: 0,
        beyondHigh: expect.closeTo(z2 / (40 + z2), 8),
        n: 40,
        livePrice: null,
        liveUntil: null,
        close: 100,
        asOf: iso("22:30"),
        source: "binance"
      })
      expect(one("oneOneLow")).toMatchObject({ distancePct: -2, touched: 1, n: 42 })
      expect(one("fiveNineUp")).toMatchObject({ distancePct: -6, touched: 0, n: 41 })
      // The dot is where price stood, so no bar could reach it.
      expect(one("projectedDot")).toMatchObject({ distancePct: 0, touched: null, beyondHigh: null, n: 0 })
    }))

  it.live("is a table with the last close among the levels, in the configured zone", () =>
    Effect.gen(function*() {
      yield* stored("A", { "30m": alike })
      const { code, err, out } = yield* report("levels", "--symbol", "A")
      expect({ code, err }).toEqual({ code: 0, err: "" })
      expect(out).toStartWith(
        "A  30m  binance  44 bars, the last one closed 2026-01-05 17:30 America/New_York\n\nlevel "
      )
      expect(out).toMatch(/\nenvelopeTop +102\.00 +2\.00 % +100 % \[91, 100\] +0 % \[0, 9\] +40\n/)
      expect(out).toMatch(/\nprojectedDot +100\.00 +0\.00 % +too few bars +too few bars +0\n─ last close ─ +100\.00 /)
      expect(out).toMatch(/ last close [^\n]*\nenvelopeBottom +98\.00 +-2\.00 %/)
      expect(out).not.toContain("live")
      expect(out).toContain("no investment advice")
    }))

  it.live("shows the live levels of a bar in progress, made of the shorter bars that are stored after the last one", () =>
    Effect.gen(function*() {
      yield* stored("B", {
        "4h": published,
        "30m": barsFrom("30m", 24, [[23300, 23200, 23250], [23380, 23240, 23310]])
      })
      const rows = yield* json("levels", "--symbol", "B", "--timeframe", "4h")
      const one = (name: string) => rows.find(({ level }) => level === name)!
      const live = (23380 + 23200 + 23310) / 3
      expect(one("projectedDot")).toMatchObject({
        price: expect.closeTo(23365.1111, 4),
        livePrice: expect.closeTo((live + 23236 + 23281.5) / 3, 8),
        liveUntil: iso("13:00"),
        close: 23219.75,
        asOf: iso("12:00")
      })
      expect(one("envelopeTop")).toMatchObject({
        price: expect.closeTo(23536.8889, 4),
        livePrice: expect.closeTo((2 * live - 23200 + 23353 + 23528) / 3, 8)
      })
      // The bar in progress has the higher high, so that its line down is a 5-2 instead of a 5-1.
      expect(one("fiveOneDown")).toMatchObject({ price: 2 * 23369.25 - 23485.5, livePrice: null })
      expect(one("fiveTwoDown")).toMatchObject({ price: null, distancePct: null, livePrice: 2 * 23380 - 23369.25 })
      const { out } = yield* report("levels", "--symbol", "B", "--timeframe", "4h")
      expect(out).toContain("the next one is in progress: 30m bars until 2026-01-05 08:00 America/New_York\n")
      expect(out).toMatch(/level +price +distance +live +reached/)
      expect(out).toMatch(/projectedDot +23365\.11 +0\.63 % +23271\.39 +too few bars +too few bars +0/)
      expect(out).toMatch(/last close ─ +23219\.75 +─+ +23310\.00/)
      expect(out).toContain("never used for a signal")
    }))

  it.live("makes no bar in progress of bars that lack its beginning, when others have it", () =>
    Effect.gen(function*() {
      const prices = [23300, 23200, 23250] as const
      yield* stored("D", {
        "4h": published,
        "30m": barsFrom("30m", 25, [[30000, 10000, 20000]]),
        "5m": barsFrom("5m", 144, [prices, prices, prices, prices])
      })
      const [row] = yield* json("levels", "--symbol", "D", "--timeframe", "4h")
      expect(row).toMatchObject({ liveUntil: iso("12:20") })
      const finest = yield* json("levels", "--symbol", "D", "--timeframe", "5m")
      expect(new Set(finest.map(({ livePrice }) => livePrice))).toEqual(new Set([null]))
    }))

  it.live("says when the bar that its levels are of is over, and then shows nothing as live", () =>
    Effect.gen(function*() {
      yield* stored("C", { "4h": published, "30m": barsFrom("30m", 24, alike.slice(0, 10).map(() => [102, 98, 100])) })
      const { code, err, out } = yield* report("levels", "--symbol", "C", "--timeframe", "4h", "--format", "json")
      expect(code).toBe(0)
      expect(err).toBe(
        "C 4h: bars end at 2026-01-05 07:00, 30m bars go on until 2026-01-05 12:00 America/New_York: the bar of these levels is over and not stored\n"
      )
      expect(JSON.parse(out)[0]).toMatchObject({ livePrice: null, liveUntil: null })
    }))

  it.live("shows each timeframe of each source, or the one that is asked for, and csv with the promised columns", () =>
    Effect.gen(function*() {
      yield* stored("A", { "30m": alike, "4h": published })
      yield* stored("A", { "30m": alike }, "files")
      const kinds = (rows: ReadonlyArray<Record<string, unknown>>) => [
        ...new Set(rows.map(({ source, timeframe }) => `${source} ${timeframe}`))
      ]
      const all = yield* Effect.map(report("levels", "--symbol", "A", "--format", "json"), ({ out }) => JSON.parse(out))
      expect(kinds(all)).toEqual(["binance 30m", "binance 4h", "files 30m"])
      expect(kinds(yield* json("levels", "--symbol", "A", "--timeframe", "30m"))).toEqual(["binance 30m", "files 30m"])
      const { out } = yield* report("levels", "--symbol", "A", "--timeframe", "30m", "--format", "csv")
      const [header, row] = out.split("\n")
      expect(header).toBe(
        "symbol,timeframe,level,price,distancePct,touched,touchedLow,touchedHigh,beyond,beyondLow,beyondHigh,n," +
          "livePrice,liveUntil,close,asOf,source"
      )
      expect(row).toMatch(/^A,30m,z6Top,106,6,0,0,0\.08\d+,0,0,0\.08\d+,40,,,100,2026-01-05T22:30:00\.000Z,binance$/)
    }))

  it.live("says when no such bars are stored, and refuses a symbol that nobody watched", () =>
    Effect.gen(function*() {
      yield* stored("A", { "30m": alike })
      const none = yield* report("levels", "--symbol", "A", "--timeframe", "1h")
      expect(none).toMatchObject({ code: 0, out: expect.stringMatching(/^No 1h bars of A are stored\.\n/) })
      expect(yield* json("levels", "--symbol", "A", "--timeframe", "1h")).toEqual([])
      expect(yield* report("levels", "--symbol", "NOPE")).toEqual({
        code: 1,
        out: "",
        err: "error: symbol NOPE is not stored, expected one that a schedule has watched: see dgas.config.ts\n"
      })
    }))
})

import type { Bar } from "@dgas/domain/Bar"
import type { QuarantinedBar } from "@dgas/domain/Quarantine"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { BarStore } from "../src/BarStore.ts"
import { InstrumentStore } from "../src/InstrumentStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aBar, anInstrument, minute, monday } from "./rows.ts"

const it = effectTest(TestDatabase.layer)

const anId = Effect.gen(function*() {
  const ids = yield* (yield* InstrumentStore).ensure("binance", [anInstrument()])
  return ids.get("BTCUSDT")!
})

const many = (count: number): ReadonlyArray<Bar> => Array.from({ length: count }, (_, index) => aBar(index))

describe("BarStore", () => {
  it.live("gives back what was stored, to the last bit", () =>
    Effect.gen(function*() {
      const bars = yield* BarStore
      const instrumentId = yield* anId
      const given = [
        aBar(0, { open: 0.1 + 0.2, high: 1e300, low: 5e-324, close: 1 / 3, volume: 0 }),
        aBar(1, { openTime: monday + 30 * minute + 1 })
      ]
      expect(yield* bars.upsert([{ instrumentId, timeframe: "30m", bars: given }])).toBe(2)
      expect(yield* bars.range(instrumentId, "30m", monday, monday + 90 * minute)).toEqual(given)
    }))

  it.live("keeps the newest of the latest N, in ascending order, and only what had closed by then", () =>
    Effect.gen(function*() {
      const bars = yield* BarStore
      const instrumentId = yield* anId
      yield* bars.upsert([{ instrumentId, timeframe: "30m", bars: many(10) }])
      expect(yield* bars.latest(instrumentId, "30m", 3)).toEqual([aBar(7), aBar(8), aBar(9)])
      expect(yield* bars.latest(instrumentId, "30m", 2, aBar(4).closeTime)).toEqual([aBar(3), aBar(4)])
      expect(yield* bars.latest(instrumentId, "30m", 2, aBar(4).closeTime - 1)).toEqual([aBar(2), aBar(3)])
      expect(yield* bars.latest(instrumentId, "1h", 2)).toEqual([])
      expect(yield* bars.latest(instrumentId, "30m", 99)).toEqual(many(10))
    }))

  it.live("reads several instruments in one call, also those without bars", () =>
    Effect.gen(function*() {
      const bars = yield* BarStore
      const symbols = ["A", "B", "C"].map((symbol) => anInstrument({ symbol }))
      const ids = yield* (yield* InstrumentStore).ensure("binance", symbols)
      const [a, b, c] = [ids.get("A")!, ids.get("B")!, ids.get("C")!]
      yield* bars.upsert([
        { instrumentId: a, timeframe: "30m", bars: many(4) },
        { instrumentId: b, timeframe: "30m", bars: [aBar(1)] }
      ])
      const latest = yield* bars.latestMany([c, b, a], "30m", 2)
      expect(latest).toEqual(new Map([[a, [aBar(2), aBar(3)]], [b, [aBar(1)]], [c, []]]))
    }))

  it.live("writes only what is new or changed, and counts a change as a revision", () =>
    Effect.gen(function*() {
      const bars = yield* BarStore
      const { run } = yield* Sql
      const instrumentId = yield* anId
      const stored = (list: ReadonlyArray<Bar>) => bars.upsert([{ instrumentId, timeframe: "30m", bars: list }])
      expect(yield* stored(many(3))).toBe(3)
      expect(yield* stored(many(3))).toBe(0)
      expect(yield* stored([aBar(1, { close: 101 }), ...many(4).slice(2)])).toBe(2)
      const rows = yield* run("revisions", (sql) => sql`select revision from bars order by open_time`)
      expect(rows.map((row) => row["revision"])).toEqual([0, 1, 0, 0])
    }))

  it.live("takes the last of several bars with one open time, and series in any order", () =>
    Effect.gen(function*() {
      const bars = yield* BarStore
      const instrumentId = yield* anId
      const again = aBar(0, { close: 101 })
      yield* bars.upsert([
        { instrumentId, timeframe: "30m", bars: [aBar(2), aBar(0), again] },
        { instrumentId, timeframe: "4h", bars: [] },
        { instrumentId, timeframe: "30m", bars: [aBar(1), aBar(2)] }
      ])
      expect(yield* bars.latest(instrumentId, "30m", 9)).toEqual([again, aBar(1), aBar(2)])
      expect(yield* bars.upsert([])).toBe(0)
    }))

  it.live("stores more bars than one statement takes, from several writers at once", () =>
    Effect.gen(function*() {
      const bars = yield* BarStore
      const instrumentId = yield* anId
      const minutes = Array.from({ length: 60_100 }, (_, index) =>
        aBar(0, { openTime: monday + index * minute, closeTime: monday + (index + 1) * minute }))
      const written = yield* Effect.all([
        bars.upsert([{ instrumentId, timeframe: "1m", bars: minutes }]),
        bars.upsert([{ instrumentId, timeframe: "1m", bars: minutes.toReversed() }])
      ], { concurrency: 2 })
      expect(written[0] + written[1]).toBe(60_100)
      expect(yield* bars.range(instrumentId, "1m", monday, monday + 60_100 * minute)).toEqual(minutes)
    }))

  it.live("refuses NaN, infinities and bars that are none, whatever the code above let through", () =>
    Effect.gen(function*() {
      const bars = yield* BarStore
      const instrumentId = yield* anId
      const bad: ReadonlyArray<Partial<Bar>> = [
        { open: NaN },
        { high: NaN },
        { low: NaN },
        { close: NaN },
        { volume: NaN },
        { high: Infinity },
        { volume: Infinity },
        { low: 0 },
        { low: -Infinity },
        { low: 100.5 },
        { high: 99.5 },
        { close: 200 },
        { volume: -1 },
        { closeTime: monday }
      ]
      for (const change of bad) {
        const error = yield* Effect.flip(
          bars.upsert([{ instrumentId, timeframe: "30m", bars: [aBar(0, change), aBar(1)] }])
        )
        expect(error._tag).toBe("StoreRefused")
        expect(error.message).not.toContain("\n")
      }
      expect(yield* bars.latest(instrumentId, "30m", 9)).toEqual([])
    }))

  it.live("tells of each timeframe how many bars there are and how far they reach", () =>
    Effect.gen(function*() {
      const bars = yield* BarStore
      const ids = yield* (yield* InstrumentStore).ensure("binance", [anInstrument(), anInstrument({ symbol: "B" })])
      const [instrumentId, other] = [ids.get("BTCUSDT")!, ids.get("B")!]
      yield* bars.upsert([
        { instrumentId, timeframe: "4h", bars: [aBar(3)] },
        { instrumentId, timeframe: "30m", bars: many(10) },
        { instrumentId: other, timeframe: "1m", bars: many(3) }
      ])
      expect(yield* bars.timeframesOf(instrumentId)).toEqual([
        { timeframe: "30m", bars: 10, firstOpenTime: monday, lastCloseTime: aBar(9).closeTime },
        { timeframe: "4h", bars: 1, firstOpenTime: aBar(3).openTime, lastCloseTime: aBar(3).closeTime }
      ])
      expect(yield* bars.timeframesOf(0)).toEqual([])
    }))

  it.live("keeps rows that are no bars with what they held, once per reason", () =>
    Effect.gen(function*() {
      const bars = yield* BarStore
      const { run } = yield* Sql
      const instrumentId = yield* anId
      const rows: ReadonlyArray<QuarantinedBar> = [
        { bar: { ...aBar(0), open: NaN, high: Infinity }, reason: "not_finite", detail: "open was NaN\0" },
        { bar: aBar(0), reason: "off_grid", detail: "opens at 15:00, expected 15:30" },
        { bar: { ...aBar(0), openTime: NaN }, reason: "not_finite", detail: "open time was NaN" }
      ]
      yield* bars.quarantine([{ instrumentId, timeframe: "30m", rows }])
      yield* bars.quarantine([{ instrumentId, timeframe: "30m", rows: [...rows, rows[0]!] }])
      const kept = yield* run("kept", (sql) =>
        sql`select open_time, reason, open, high, detail, times_seen from quarantined_bars order by open_time, reason`)
      expect(kept.map((row) => [row["open_time"], row["reason"], row["open"], row["high"], row["times_seen"]])).toEqual(
        [
          [-Infinity, "not_finite", 100, 101.5, 2],
          [monday, "not_finite", NaN, Infinity, 2],
          [monday, "off_grid", 100, 101.5, 2]
        ]
      )
      yield* bars.quarantine([])
    }))
})

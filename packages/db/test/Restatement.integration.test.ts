import type { PriceEvent } from "@dgas/domain/PriceEvent"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { BarStore } from "../src/BarStore.ts"
import { DbClock } from "../src/DbClock.ts"
import { InstrumentStore } from "../src/InstrumentStore.ts"
import { PriceEventStore } from "../src/PriceEventStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aBar, anInstrument } from "./rows.ts"

const it = effectTest(TestDatabase.layer)

/** A split at the instant of the database's clock: what is stored before it is told has the old prices. */
const splitNow = Effect.gen(function*() {
  const at = (yield* (yield* DbClock).now) + 1
  // The clock is read in milliseconds and bars are stored to the microsecond.
  yield* (yield* Sql).run(
    "wait",
    (sql) => sql`select pg_sleep(greatest(0, extract(epoch from ${at}::timestamptz - clock_timestamp())))`
  )
  return { kind: "split", at, factor: 1 / 7, amount: null, detail: "7:1 split" } satisfies PriceEvent
})

const prepared = Effect.gen(function*() {
  const bars = yield* BarStore
  const ids = yield* (yield* InstrumentStore).ensure("yahoo", [
    anInstrument({ symbol: "AAPL", basis: "split" }),
    anInstrument({ symbol: "MSFT", basis: "split" })
  ])
  const [apple, microsoft] = [ids.get("AAPL")!, ids.get("MSFT")!]
  const store = (list: ReadonlyArray<ReturnType<typeof aBar>>, timeframe: Timeframe = "30m", instrumentId = apple) =>
    bars.upsert([{ instrumentId, timeframe, bars: list }])
  return { bars, apple, microsoft, store, events: yield* PriceEventStore }
})

const restated = (bar: ReturnType<typeof aBar>) => ({
  ...bar,
  open: bar.open * (1 / 7),
  high: bar.high * (1 / 7),
  low: bar.low * (1 / 7),
  close: bar.close * (1 / 7),
  volume: bar.volume / (1 / 7)
})

describe("PriceEventStore.restate", () => {
  it.live("brings bars that were stored before a split to its prices, once, and keeps what they had", () =>
    Effect.gen(function*() {
      const { apple, bars, events, microsoft, store } = yield* prepared
      yield* store([aBar(0), aBar(1)])
      yield* store([aBar(0)], "1d")
      yield* store([aBar(0)], "30m", microsoft)
      const split = yield* splitNow
      const told = yield* (yield* DbClock).now
      expect(yield* events.isRestated(apple, told)).toBe(false)
      expect(yield* events.restate(apple, split)).toBe(3)
      expect(yield* events.isRestated(apple, told)).toBe(true)
      expect(yield* events.isRestated(microsoft, told)).toBe(false)
      expect(yield* bars.latest(apple, "30m", 9)).toEqual([restated(aBar(0)), restated(aBar(1))])
      expect(yield* bars.latest(apple, "1d", 9)).toEqual([restated(aBar(0))])
      expect(yield* bars.latest(microsoft, "30m", 9)).toEqual([aBar(0)])
      const former = yield* (yield* Sql).run(
        "revisions",
        (sql) => sql`select revision, close from bar_revisions where timeframe = '30m' order by open_time`
      )
      expect(former).toEqual([{ revision: 0, close: aBar(0).close }, { revision: 0, close: aBar(1).close }])

      yield* events.record([{ instrumentId: apple, source: "yahoo", event: split }])
      expect(yield* events.isRestated(apple, told)).toBe(true)
      const later = (yield* (yield* DbClock).now) + 1
      expect(yield* events.isRestated(apple, later)).toBe(false)
      expect(yield* events.restate(apple, split)).toBe(0)
      expect(yield* events.isRestated(apple, later)).toBe(false)
      expect(yield* bars.latest(apple, "30m", 9)).toEqual([restated(aBar(0)), restated(aBar(1))])
    }))

  it.live("leaves bars alone that were stored, or revised, after the split, and those that open from then on", () =>
    Effect.gen(function*() {
      const { apple, bars, events, store } = yield* prepared
      const revised = restated(aBar(1))
      yield* store([aBar(0), aBar(1)])
      const split = yield* splitNow
      const later = { ...aBar(0), openTime: split.at, closeTime: split.at + 1 }
      yield* store([revised, restated(aBar(2)), later])
      expect(yield* events.restate(apple, split)).toBe(1)
      expect(yield* bars.latest(apple, "30m", 9)).toEqual([restated(aBar(0)), revised, restated(aBar(2)), later])
    }))

  it.live("waits for a split that is still to come", () =>
    Effect.gen(function*() {
      const { apple, bars, events, store } = yield* prepared
      yield* store([aBar(0)])
      const split = { ...(yield* splitNow), at: (yield* (yield* DbClock).now) + 86_400_000 }
      expect(yield* events.restate(apple, split)).toBe(0)
      expect(yield* bars.latest(apple, "30m", 9)).toEqual([aBar(0)])
    }))

  it.live("brings bars to the prices of two splits one after the other", () =>
    Effect.gen(function*() {
      const { apple, bars, events, store } = yield* prepared
      yield* store([aBar(0)])
      expect(yield* events.restate(apple, yield* splitNow)).toBe(1)
      yield* store([restated(aBar(1))])
      expect(yield* events.restate(apple, yield* splitNow)).toBe(2)
      expect(yield* bars.latest(apple, "30m", 9)).toEqual([restated(restated(aBar(0))), restated(restated(aBar(1)))])
    }))

  it.live("knows of a bar whose revisions were pruned that it is at least as old as they were kept", () =>
    Effect.gen(function*() {
      const { apple, bars, events, store } = yield* prepared
      const { run } = yield* Sql
      yield* store([aBar(0)])
      const split = yield* splitNow
      expect(yield* events.restate(apple, split)).toBe(1)
      yield* run("prune", (sql) => sql`delete from bar_revisions`)
      const daysAgo = (days: number) => ({ ...split, at: split.at - days * 86_400_000 })
      expect(yield* events.restate(apple, daysAgo(62))).toBe(0)
      expect(yield* bars.latest(apple, "30m", 9)).toEqual([restated(aBar(0))])
      expect(yield* events.restate(apple, daysAgo(61))).toBe(1)
    }))

  it.live(
    "changes each of 200,000 bars once when two workers do it at once, each statement in its time",
    () =>
      Effect.gen(function*() {
        const { apple, events } = yield* prepared
        const { run } = yield* Sql
        for (let part = 0; part < 4; part++) {
          yield* run("fill", (sql) =>
            sql`
            insert into bars select ${apple}, timeframe, opens, opens + interval '1 minute', 70, 77, 63, 70, 7
            from unnest(array['1m', '5m']::timeframe[]) as timeframe, generate_series(1, 25000) as n,
              lateral (select timestamptz '2020-01-01' + (n + 25000 * ${part}::int) * interval '1 minute' as opens) as at`)
        }
        const split = yield* splitNow
        const [one, other] = yield* Effect.all([events.restate(apple, split), events.restate(apple, split)], {
          concurrency: "unbounded"
        })
        expect(one + other).toBe(200_000)
        const found = yield* run("restated", (sql) =>
          sql`
          select count(*)::int as bars, min(close) as low, max(close) as high, max(revision) as revision from bars`)
        expect(found).toEqual([{ bars: 200_000, low: 70 * (1 / 7), high: 70 * (1 / 7), revision: 1 }])
        // The statements have their bound; how long all of them take is the machine's matter.
      }),
    120_000
  )
})

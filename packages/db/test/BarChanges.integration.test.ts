import type { Bar } from "@dgas/domain/Bar"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { BarChangeStore } from "../src/BarChangeStore.ts"
import { BarStore } from "../src/BarStore.ts"
import { DbClock } from "../src/DbClock.ts"
import { InstrumentStore } from "../src/InstrumentStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aBar, anInstrument, aRun, minute, monday } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

const it = effectTest(TestDatabase.layer)

/** Two instruments, and how to store 30-minute bars of them. */
const prepared = Effect.gen(function*() {
  const bars = yield* BarStore
  const history = yield* BarChangeStore
  const ids = yield* (yield* InstrumentStore).ensure("binance", [anInstrument(), anInstrument({ symbol: "ETHUSDT" })])
  const [btc, eth] = [ids.get("BTCUSDT")!, ids.get("ETHUSDT")!]
  const store = (list: ReadonlyArray<Bar>, instrumentId = btc) =>
    bars.upsert([{ instrumentId, timeframe: "30m", bars: list }])
  const changes = (from = monday, to = aBar(9).closeTime, instrumentIds = [btc, eth], runId = aRun().id) =>
    history.changesAfterRun(runId, instrumentIds, "30m", from, to)
  return { bars, btc, eth, store, changes, sql: yield* Sql }
})

/** Of the only bar: number and close of each former value. */
const former = Effect.gen(function*() {
  const rows = yield* (yield* Sql).run(
    "revisions",
    (sql) => sql`select revision, close from bar_revisions order by revision`
  )
  return rows.map((row) => [row["revision"], row["close"]])
})

describe("bar_revisions", () => {
  it.live("keeps the values that a bar had, and none of a bar that is stored again as it was", () =>
    Effect.gen(function*() {
      const { sql, store } = yield* prepared
      const given = aBar(0, { open: 0.1 + 0.2, high: 1e300, low: 5e-324, close: 1 / 3, volume: 0 })
      const before = yield* (yield* DbClock).now
      yield* store([given])
      yield* store([given])
      expect(yield* former).toEqual([])
      yield* store([{ ...given, closeTime: given.closeTime + 1 }])
      const [row] = yield* sql.run("revision", (sql) => sql`select * from bar_revisions`)
      expect(row).toMatchObject({
        revision: 0,
        open_time: given.openTime,
        close_time: given.closeTime,
        open: given.open,
        high: given.high,
        low: given.low,
        close: given.close,
        volume: 0
      })
      expect(Number(row?.["replaced_at"])).toBeGreaterThanOrEqual(before)
    }))

  it.live("keeps the values of all but the last of many writers that revise one bar at once", () =>
    Effect.gen(function*() {
      const { bars, btc, store } = yield* prepared
      yield* store([aBar(0)])
      const closes = Array.from({ length: 8 }, (_, index) => 100.2 + index / 10)
      yield* Effect.forEach(closes, (close) => store([aBar(0, { close })]), { concurrency: "unbounded" })
      const [last] = yield* bars.latest(btc, "30m", 1)
      const kept = yield* former
      expect(kept.map(([revision]) => revision)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
      expect(kept[0]).toEqual([0, aBar(0).close])
      expect([...kept.slice(1).map(([, close]) => close), last!.close].toSorted()).toEqual(closes)
    }))

  it.live("keeps thousands of values in one statement as well as one", () =>
    Effect.gen(function*() {
      const { sql, store } = yield* prepared
      const given = Array.from({ length: 10_000 }, (_, index) => ({
        ...aBar(0),
        openTime: monday + index * minute,
        closeTime: monday + (index + 1) * minute
      }))
      yield* store(given)
      // On each connection first one bar: a plan that is kept from it must do for the others.
      for (let times = 1; times <= 4; times++) {
        yield* Effect.forEach(given.slice(0, 4), (bar) => store([{ ...bar, volume: times }]), {
          concurrency: "unbounded"
        })
      }
      yield* store(given.map((bar) => ({ ...bar, volume: 9 })))
      const [kept] = yield* sql.run("count", (sql) =>
        sql`
          select count(*)::int as values, count(distinct open_time)::int as bars, max(revision) as revision
          from bar_revisions`)
      expect(kept).toEqual({ values: 10_016, bars: 10_000, revision: 4 })
    }))

  it.live("keeps what any writer of a revision replaced, and nothing when that is refused", () =>
    Effect.gen(function*() {
      const { sql, store } = yield* prepared
      yield* store([aBar(0)])
      yield* sql.run("revise", (sql) => sql`update bars set close = 101, revision = revision + 1`)
      yield* sql.run("touch", (sql) => sql`update bars set stored_at = now()`)
      expect(yield* former).toEqual([[0, aBar(0).close]])
      const refused = yield* Effect.flip(store([aBar(0, { close: 100.5 }), aBar(1, { high: Infinity })]))
      expect(refused._tag).toBe("StoreRefused")
      expect(yield* former).toEqual([[0, aBar(0).close]])
      yield* sql.run("forget", (sql) => sql`delete from instruments`)
      expect(yield* former).toEqual([])
    }))
})

describe("BarChangeStore.changesAfterRun", () => {
  it.live("tells which bars were added or revised since, with their values then and now", () =>
    Effect.gen(function*() {
      const { btc, changes, eth, store } = yield* prepared
      yield* store([aBar(0), aBar(1), aBar(2), aBar(3)])
      yield* store([aBar(1, { close: 101 }), aBar(2, { close: 102 })])
      yield* storeRun()
      expect(yield* changes()).toEqual([])
      const since = yield* (yield* DbClock).now
      yield* store([aBar(2, { close: 102.1 }), aBar(5)])
      const between = yield* (yield* DbClock).now
      yield* store([aBar(2, { close: 102.2 }), aBar(5, { close: 105.2 })])
      yield* store([aBar(2, { close: 102.3 })], eth)
      const found = yield* changes()
      expect(found).toEqual([
        {
          instrumentId: btc,
          kind: "revised",
          before: aBar(2, { close: 102 }),
          after: aBar(2, { close: 102.2 }),
          at: expect.any(Number)
        },
        { instrumentId: eth, kind: "added", before: null, after: aBar(2, { close: 102.3 }), at: expect.any(Number) },
        { instrumentId: btc, kind: "added", before: null, after: aBar(5, { close: 105.2 }), at: expect.any(Number) }
      ])
      const [revised, , added] = found
      for (const at of [revised!.at, added!.at]) {
        expect(at).toBeGreaterThanOrEqual(since)
        expect(at).toBeLessThanOrEqual(between)
      }
    }))

  it.live("does not tell of a bar that has the values again that it had", () =>
    Effect.gen(function*() {
      const { changes, store } = yield* prepared
      yield* store([aBar(0)])
      yield* storeRun()
      yield* store([aBar(0, { close: 101 })])
      expect((yield* changes()).map(({ kind }) => kind)).toEqual(["revised"])
      yield* store([aBar(0)])
      expect(yield* changes()).toEqual([])
    }))

  it.live("looks at bars that open and close within the range, of the given instruments and timeframe", () =>
    Effect.gen(function*() {
      const { bars, btc, changes, eth, store } = yield* prepared
      yield* store([aBar(7)])
      yield* storeRun()
      yield* store([aBar(0), aBar(1), aBar(2), aBar(3), aBar(7, { closeTime: aBar(8).closeTime })])
      yield* store([aBar(1)], eth)
      yield* bars.upsert([{ instrumentId: btc, timeframe: "1h", bars: [aBar(1)] }])
      const indexes = (...args: Parameters<typeof changes>) =>
        Effect.map(
          changes(...args),
          (found) => found.map(({ after }) => (after.openTime - monday) / (30 * minute)).join("")
        )
      expect(yield* indexes()).toBe("011237")
      expect(yield* indexes(aBar(1).openTime, aBar(2).closeTime)).toBe("112")
      expect(yield* indexes(aBar(0).openTime + 1, aBar(2).closeTime - 1)).toBe("11")
      expect(yield* indexes(monday, Infinity, [eth, eth])).toBe("1")
      expect(yield* indexes(monday, Infinity, [])).toBe("")
      expect(yield* indexes(monday, Infinity, [btc, eth], "none")).toBe("")
      // The run saw it close within the range, which it does not do any more.
      expect(yield* indexes(aBar(6).openTime, aBar(7).closeTime)).toBe("7")
    }))

  it.live("tells one microsecond before the run from one after it", () =>
    Effect.gen(function*() {
      const { changes, sql, store } = yield* prepared
      yield* store([aBar(0), aBar(1), aBar(2)])
      yield* storeRun()
      yield* store([aBar(2, { close: 102 })])
      yield* sql.run("run at", (sql) => sql`update prediction_runs set stored_at = '2024-01-08 16:00:00.000002Z'`)
      const at = (microseconds: number) =>
        Effect.andThen(
          sql.run("bars at", (sql) =>
            sql`
              update bars set stored_at = timestamptz '2024-01-08 16:00:00Z' + interval '1 microsecond' *
                case when open_time = ${aBar(1).openTime}::timestamptz then ${microseconds}::int else 0 end`),
          sql.run("revised at", (sql) =>
            sql`
              update bar_revisions set replaced_at =
                timestamptz '2024-01-08 16:00:00Z' + ${microseconds}::int * interval '1 microsecond'`)
        )
      yield* at(2)
      expect(yield* changes()).toEqual([])
      yield* at(3)
      expect((yield* changes()).map(({ at, kind }) => [kind, at])).toEqual([
        ["added", monday + 60 * minute],
        ["revised", monday + 60 * minute]
      ])
    }))
})

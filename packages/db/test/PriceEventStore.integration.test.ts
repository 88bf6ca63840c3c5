import type { PriceEvent } from "@dgas/domain/PriceEvent"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { InstrumentStore } from "../src/InstrumentStore.ts"
import { PriceEventStore } from "../src/PriceEventStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { anInstrument, aRun, minute, monday } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

const it = effectTest(TestDatabase.layer)

const split = (change: Partial<PriceEvent> = {}): PriceEvent => ({
  kind: "split",
  at: monday,
  factor: 1 / 7,
  amount: null,
  detail: "7:1 split",
  ...change
})
const dividend = (change: Partial<PriceEvent> = {}): PriceEvent =>
  split({ kind: "dividend", factor: 1, amount: 0.1 + 0.2, detail: "dividend of 0.3", ...change })

/** Two instruments, and how to record events of them; gives back what counted as new. */
const prepared = Effect.gen(function*() {
  const store = yield* PriceEventStore
  const ids = yield* (yield* InstrumentStore).ensure("eodhd", [
    anInstrument({ symbol: "AAPL.US" }),
    anInstrument({ symbol: "MSFT.US" })
  ])
  const [apple, microsoft] = [ids.get("AAPL.US")!, ids.get("MSFT.US")!]
  const record = (events: ReadonlyArray<PriceEvent>, instrumentId = apple, source = "eodhd") =>
    Effect.map(
      store.record(events.map((event) => ({ instrumentId, source, event }))),
      (rows) => rows.map(({ event }) => event)
    )
  const all = (before = Infinity, knownBy?: string) =>
    store.of([apple, microsoft], knownBy === undefined ? { before } : { before, knownBy })
  return { store, apple, microsoft, record, all }
})

describe("PriceEventStore", () => {
  it.live("gives back what changes prices, to the last digit, ascending by instant and apart by instrument", () =>
    Effect.gen(function*() {
      const { all, apple, microsoft, record, store } = yield* prepared
      const later = split({ kind: "roll", at: monday + minute, factor: 1.0123, detail: "roll\0\u{1f4c8} 'H to M'" })
      yield* record([later, dividend(), split()])
      yield* record([split({ factor: 5e-324 })], microsoft)
      expect(yield* all()).toEqual(
        new Map([
          [apple, [split(), { ...later, detail: later.detail.replace("\0", "") }]],
          [microsoft, [split({ factor: 5e-324 })]]
        ])
      )
      expect((yield* all(monday + minute)).get(apple)).toEqual([split()])
      expect((yield* all(monday)).size).toBe(0)
      expect((yield* store.of([], { before: Infinity })).size).toBe(0)
    }))

  it.live("counts as new what nobody had told, or with another factor or amount", () =>
    Effect.gen(function*() {
      const { all, apple, record, store } = yield* prepared
      expect(yield* record([dividend(), split({ factor: 1 / 2 }), split()])).toEqual([split(), dividend()])
      expect(yield* record([split(), dividend()])).toEqual([])
      expect(yield* record([split({ detail: "split 7/1" })], apple, "yahoo")).toEqual([])
      const [first] = yield* store.list("AAPL.US", 1)
      expect(first).toMatchObject({ ...split(), source: "eodhd", instrumentId: apple })

      const changed = split({ factor: 1 / 4, detail: "4:1 split" })
      expect(yield* record([changed, dividend()], apple, "configuration")).toEqual([changed])
      expect(yield* record([dividend({ amount: null })])).toEqual([dividend({ amount: null })])
      expect((yield* all()).get(apple)).toEqual([changed])
      const [again] = yield* store.list("AAPL.US", 1)
      expect(again).toMatchObject({ ...changed, source: "configuration" })
      expect(again!.recordedAt).toBeGreaterThanOrEqual(first!.recordedAt)
      expect(yield* store.record([])).toEqual([])
    }))

  it.live("tells one of many that record the same event at once that it is new", () =>
    Effect.gen(function*() {
      const { record } = yield* prepared
      const told = yield* Effect.forEach(
        Array.from({ length: 8 }, (_, index) => index % 2 === 0 ? [split(), dividend()] : [dividend(), split()]),
        (events) => record(events),
        { concurrency: "unbounded" }
      )
      expect(told.flat()).toHaveLength(2)
    }))

  it.live("tells to the microsecond what a run could know", () =>
    Effect.gen(function*() {
      const { all, apple, record } = yield* prepared
      const { run } = yield* Sql
      yield* record([split(), dividend()])
      yield* storeRun()
      expect((yield* all(Infinity, aRun().id)).get(apple)).toEqual([split()])
      yield* record([split({ at: monday + minute })])
      expect((yield* all(Infinity, aRun().id)).get(apple)).toEqual([split()])
      expect((yield* all(Infinity, "no such run")).size).toBe(0)

      yield* run("run at", (sql) => sql`update prediction_runs set stored_at = '2024-01-08 16:00:00.000002Z'`)
      const recordedAt = (text: string) =>
        run("recorded at", (sql) => sql`update price_events set recorded_at = ${text}::text::timestamptz`)
      yield* recordedAt("2024-01-08 16:00:00.000002Z")
      expect((yield* all(Infinity, aRun().id)).get(apple)).toHaveLength(2)
      yield* recordedAt("2024-01-08 16:00:00.000003Z")
      expect((yield* all(Infinity, aRun().id)).size).toBe(0)
    }))

  it.live("lists the newest of a symbol first, whichever source has it", () =>
    Effect.gen(function*() {
      const { record, store } = yield* prepared
      const ids = yield* (yield* InstrumentStore).ensure("csv", [anInstrument({ symbol: "AAPL.US" })])
      yield* record([split(), dividend({ at: monday - minute })])
      yield* record([split({ at: monday + minute })], ids.get("AAPL.US")!, "csv")
      const found = yield* store.list("AAPL.US", 2)
      expect(found.map(({ at, source }) => [source, at])).toEqual([["csv", monday + minute], ["eodhd", monday]])
      expect(yield* store.list("MSFT.US", 5)).toEqual([])
    }))

  it.live("refuses what is no factor, with all that comes with it, and forgets the events of an instrument with it", () =>
    Effect.gen(function*() {
      const { all, record } = yield* prepared
      for (const factor of [0, -1, NaN, Infinity]) {
        const refused = yield* Effect.flip(record([dividend(), split({ factor })]))
        expect(refused._tag).toBe("StoreRefused")
      }
      expect((yield* all()).size).toBe(0)
      yield* record([split()])
      yield* (yield* Sql).run("forget", (sql) => sql`delete from instruments`)
      expect((yield* all()).size).toBe(0)
    }))
})

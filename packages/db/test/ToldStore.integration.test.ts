import type { OutboxMessage } from "@dgas/domain/Announce"
import type { OutcomeUpdate } from "@dgas/domain/Outcome"
import type { Signal } from "@dgas/domain/Signal"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { DbClock } from "../src/DbClock.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { ToldStore } from "../src/ToldStore.ts"
import { aMessage, anExit, anOutcome, aRun, aSignal, minute, monday } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

const it = effectTest(TestDatabase.layerBy(DbClock.layerAt(monday)))

const console = { channel: "console", destination: "terminal" }
const desk = { channel: "webhook", destination: "desk" }

/** A run `slot` bars after the first, whose signals are told by `outbox`. */
const told = (
  slot: number,
  signals: ReadonlyArray<Signal>,
  outbox: ReadonlyArray<OutboxMessage>,
  schedule = "crypto"
) => {
  const slotAt = monday + slot * 30 * minute
  return storeRun({ run: aRun({ id: `${schedule}/${slot}`, schedule, slotAt }), signals, outbox })
}
const entry = (slot: number, change: Partial<Signal> = {}) => {
  const { schedule = "crypto", symbol = "BTCUSDT", type = "LONG" } = change
  const id = `${schedule}/${slot}/${symbol}/${type}`
  return aSignal({ id, signalTimestamp: monday + slot * 30 * minute, ...change })
}
const short = { type: "SHORT", stopLoss: 105, targetPrice: 90 } as const
const message = (to: typeof desk, signals: ReadonlyArray<Signal>, change: Partial<OutboxMessage> = {}) =>
  aMessage({ id: `${signals[0]!.id}/${to.destination}`, ...to, signalIds: signals.map(({ id }) => id), ...change })

const query = { schedule: "crypto", addressees: [console, desk], symbols: ["BTCUSDT", "ETHUSDT"], since: monday }

describe("ToldStore.signals", () => {
  it.live("gives the last entry of each symbol and direction, for each destination by itself", () =>
    Effect.gen(function*() {
      const store = yield* ToldStore
      expect(yield* store.signals(query)).toEqual([])
      const [first, sold, eth] = [entry(0), entry(1, short), entry(1, { symbol: "ETHUSDT" })]
      yield* told(0, [first], [message(console, [first]), message(desk, [first])])
      yield* told(1, [sold, eth], [message(console, [sold, eth])])
      const again = entry(2)
      yield* told(2, [again], [message(desk, [again], { suppressed: "muted" })])
      const found = yield* store.signals(query)
      expect(found.map((row) => `${row.destination} ${row.symbol} ${row.type} ${row.barClose - monday}`).toSorted())
        .toEqual([
          "desk BTCUSDT LONG 0",
          "terminal BTCUSDT LONG 0",
          "terminal BTCUSDT SHORT 1800000",
          "terminal ETHUSDT LONG 1800000"
        ])
    }))

  it.live("passes over other schedules and symbols, what is older, and what expired", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      const store = yield* ToldStore
      const [old, other, sol] = [entry(0), entry(1, { schedule: "other" }), entry(1, { symbol: "SOLUSDT" })]
      const exit = anExit(old.id)
      const eth = entry(1, { symbol: "ETHUSDT" })
      yield* told(0, [old], [message(desk, [old])])
      yield* told(1, [sol, exit, eth], [message(desk, [sol, exit]), message(desk, [eth])])
      yield* told(1, [other], [message(desk, [other])], "other")
      yield* run("expire", (sql) =>
        sql`
        update outbox set state = 'expired', finished_at = now() where id = ${`${eth.id}/desk`}`)
      const exited = { ...desk, symbol: "BTCUSDT", type: "EXIT_LONG", barClose: exit.signalTimestamp } as const
      expect(yield* store.signals({ ...query, since: monday + 1 })).toEqual([exited])
      expect(yield* store.signals({ ...query, addressees: [{ ...desk, channel: "email" }] })).toEqual([])
      expect(yield* store.signals(query)).toEqual([
        { ...desk, symbol: "BTCUSDT", type: "LONG", barClose: monday },
        exited
      ])
    }))
})

describe("ToldStore.ofSignals", () => {
  it.live("tells who was told of a signal, or will be, and nobody that was spared it", () =>
    Effect.gen(function*() {
      const store = yield* ToldStore
      const [one, two] = [entry(0), entry(0, { symbol: "ETHUSDT" })]
      yield* told(0, [one, two], [
        message(console, [one, two]),
        message(console, [one], { id: "again" }),
        message(desk, [two], { suppressed: "muted" }),
        message(desk, [one], { notBefore: monday + 60 * minute }),
        message({ channel: "email", destination: "mail" }, [two], { kind: "corrected" })
      ])
      const found = yield* store.ofSignals([one.id, two.id, "unknown"])
      const names = (id: string) => found.get(id)?.map(({ destination }) => destination).toSorted()
      expect(names(one.id)).toEqual(["desk", "terminal"])
      expect(names(two.id)).toEqual(["terminal"])
      expect(found.size).toBe(2)
    }))

  it.live("tells apart who was told what became of it", () =>
    Effect.gen(function*() {
      const store = yield* ToldStore
      const one = entry(0)
      const end = (change: Partial<OutcomeUpdate> = {}) => anOutcome({ signalId: one.id, ...change })
      yield* told(0, [one], [
        message(console, [one]),
        message(desk, [one], { kind: "outcome" }),
        message(desk, [one], { kind: "outcome", id: "corrected later", ends: [end({ signalId: "other" }), end()] }),
        message(desk, [one], { kind: "outcome", id: "unheard", ends: [end({ r: 7 })], suppressed: "muted" }),
        message(console, [one], { kind: "outcome", id: "as it was kept before" }),
        message({ channel: "email", destination: "mail" }, [one], { kind: "outcome", suppressed: "muted" })
      ])
      expect((yield* store.ofOutcomes([one.id, "unknown"])).get(one.id)).toMatchObject([
        { ...console, end: null },
        { ...desk, end: end() }
      ])
      expect((yield* store.ofSignals([one.id])).get(one.id)).toMatchObject([console])
    }))
})

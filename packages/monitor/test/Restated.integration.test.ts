/** Outcomes of a source that restates its history with a split: whenever they are looked at, they are what they were. */
import { DbClock } from "@dgas/db/DbClock"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import { Sql } from "@dgas/db/Sql"
import { decodeConfig } from "@dgas/domain/Config"
import { isFinal } from "@dgas/domain/Outcome"
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import { watchOf } from "@dgas/engine/Watch"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { judgeOutcomes, type JudgeQuery } from "../src/Outcomes.ts"
import { database, engine, entriesOf, idOf, runSlots, slots } from "./world.ts"

const it = effectTest(database)

const config = Effect.runSync(decodeConfig("test", {
  sources: { s: { kind: "csv", folder: "none" } },
  universes: {
    u: { source: "s", calendar: "24/7", basis: "split", instruments: ["A", "B", "C"].map((symbol) => ({ symbol })) }
  },
  schedules: [{ name: "test", universe: "u", trading: "30m", higher: "4h" }],
  rules: { entryStrength: 0.3, zoneWeight: 1.5, entryAlignment: 0.6, fillBars: 3, holdBars: 12 }
}))

const query: JudgeQuery = { origin: "LIVE", costs: [], doubts: true }

/** Every slot judged, and these symbols split by `factor` since. */
const lived = (factor: number, symbols: ReadonlyArray<string> = ["A"]) =>
  Effect.gen(function*() {
    yield* Effect.provide(runSlots(0, slots, { origin: "LIVE", of: watchOf(config, config.schedules[0]!) }), engine())
    yield* judgeOutcomes(query)
    const { run } = yield* Sql
    yield* run("age", (sql) =>
      sql`
        with aged as (update bars set stored_at = now() - interval '2 hours'),
          ran as (update prediction_runs set stored_at = now() - interval '2 hours')
        update generated_signals set evaluated_at = date_trunc('milliseconds', now() - interval '1 hour')
        where evaluated_at is not null`)
    const at = yield* (yield* DbClock).now
    const split: PriceEvent = { kind: "split", at: at - 60_000, factor, amount: null, detail: "split" }
    const { entries } = yield* entriesOf("LIVE")
    expect(entries.filter(({ outcome, symbol }) => symbol === "A" && isFinal(outcome)).length).toBeGreaterThan(5)
    const ids = yield* Effect.forEach(symbols, idOf)
    const events = yield* PriceEventStore
    return {
      before: entries,
      restate: Effect.map(Effect.forEach(ids, (id) => events.restate(id, split)), (bars) => Math.min(...bars)),
      record: events.record(ids.map((instrumentId) => ({ instrumentId, source: "s", event: split })))
    }
  })

const outcomesOf = (all: Effect.Success<ReturnType<typeof entriesOf>>["entries"]) =>
  all.map(({ decidedAt, exitReason, id, outcome }) => ({ id, outcome, exitReason, decidedAt }))

const now = Effect.map(entriesOf("LIVE"), ({ entries }) => outcomesOf(entries))

describe("outcomes around a split that a source restates its history for", () => {
  it.live("are left alone while the bars are restated, and the same when the split is recorded", () =>
    Effect.gen(function*() {
      const { before, record, restate } = yield* lived(1 / 4)
      expect(yield* restate).toBeGreaterThan(0)
      expect(yield* judgeOutcomes(query)).toMatchObject({ ended: [], changed: [], failures: [] })
      expect(yield* now).toEqual(outcomesOf(before))
      yield* record
      expect(yield* judgeOutcomes(query)).toMatchObject({ ended: [], changed: [], failures: [] })
      expect(yield* now).toEqual(outcomesOf(before))
    }))

  it.live("are no others by the last digits that a factor leaves", () =>
    Effect.gen(function*() {
      const { before, record, restate } = yield* lived(1 / 3, ["A", "B", "C"])
      yield* restate
      yield* record
      const judged = yield* judgeOutcomes(query)
      expect(judged.changed.map(({ signalId }) => signalId)).toEqual([])
      expect(yield* now).toEqual(outcomesOf(before))
      const { run } = yield* Sql
      expect(yield* run("changes", (sql) => sql`select from outcome_changes`)).toEqual([])
    }))

  it.live("that were judged by restated bars, since nobody recorded the split, are made good when somebody does", () =>
    Effect.gen(function*() {
      const { before, record, restate } = yield* lived(1 / 4)
      yield* restate
      const { run } = yield* Sql
      yield* run("as if an hour had passed", (sql) =>
        sql`
          with aged as (update bar_revisions set replaced_at = replaced_at - interval '30 minutes')
          update instruments set restating_at = restating_at - interval '2 hours'`)
      expect((yield* judgeOutcomes(query)).changed.length).toBeGreaterThan(5)
      yield* record
      expect((yield* judgeOutcomes(query)).changed.length).toBeGreaterThan(5)
      expect(yield* now).toEqual(outcomesOf(before))
      expect((yield* judgeOutcomes(query)).changed).toEqual([])
    }))

  it.live("are left alone by a look that read them before the bars were restated", () =>
    Effect.gen(function*() {
      const { before, record, restate } = yield* lived(1 / 4)
      const { run } = yield* Sql
      // As if nobody had looked at these.
      yield* run("forget", (sql) =>
        sql`
          update generated_signals set outcome = null, exit_reason = null, filled = null, decided_at = null, r = null,
            pnl_pct = null, r_if_loss = null, r_if_win = null, exit_price = null, evaluated_at = null`)
      const store = yield* PriceEventStore
      let looks = 0
      const splitMeanwhile = PriceEventStore.of({
        ...store,
        recordedAfter: (given, knownBy) =>
          Effect.tap(store.recordedAfter(given, knownBy), () =>
            looks++ > 0 ? Effect.void : Effect.orDie(Effect.andThen(restate, record)))
      })
      yield* Effect.provideService(judgeOutcomes(query), PriceEventStore, splitMeanwhile)
      yield* judgeOutcomes(query)
      expect(looks).toBeGreaterThan(1)
      expect(yield* now).toEqual(outcomesOf(before))
      expect(
        yield* run("changes", (sql) =>
          sql`select from outcome_changes`)
      ).toEqual([])
    }))
})

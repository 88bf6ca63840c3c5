import { BarStore } from "@dgas/db/BarStore"
import { OutcomeStore } from "@dgas/db/OutcomeStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import { Sql } from "@dgas/db/Sql"
import { SqlTimeout, StoreUnavailable } from "@dgas/db/SqlFailure"
import type { Bar } from "@dgas/domain/Bar"
import { isFinal } from "@dgas/domain/Outcome"
import type { OutcomeNews, OutcomeTelling } from "@dgas/domain/OutcomeNews"
import type { StoredSignal } from "@dgas/domain/Signal"
import { watchOf } from "@dgas/engine/Watch"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { costsOf } from "../src/Costs.ts"
import { judgeOutcomes, type JudgeQuery } from "../src/Outcomes.ts"
import { config, configOf, database, engine, entriesOf, first, idOf, runSlots, slots, step } from "./world.ts"

const it = effectTest(database)

const query: JudgeQuery = { origin: "REPLAY", costs: costsOf(config), doubts: true }

/** Every slot, and what became of its signals. */
const played = (hidden?: ReadonlySet<number>) =>
  Effect.gen(function*() {
    yield* Effect.provide(runSlots(0, slots), engine(hidden))
    const judged = yield* judgeOutcomes(query)
    return { judged, ...yield* entriesOf() }
  })

/** As if what was judged had been judged an hour ago. */
const anHourLater = Effect.flatMap(Sql, ({ run }) =>
  run("age", (sql) =>
    sql`
      with aged as (update bars set stored_at = now() - interval '2 hours'),
        kept as (update bar_revisions set replaced_at = now() - interval '2 hours')
      update generated_signals set evaluated_at = date_trunc('milliseconds', now() - interval '1 hour') where evaluated_at is not null`))

const revise = (signal: StoredSignal, change: (bar: Bar) => Bar) =>
  Effect.gen(function*() {
    const store = yield* BarStore
    const instrumentId = yield* idOf(signal.symbol)
    const bars = yield* store.range(instrumentId, "30m", signal.signalTimestamp, signal.decidedAt!)
    yield* store.upsert([{ instrumentId, timeframe: "30m", bars: bars.map(change) }])
  })

const changes = Effect.flatMap(
  Sql,
  ({ run }) =>
    run("changes", (sql) => sql`select signal_id, outcome, exit_reason from outcome_changes order by changed_at`)
)

const live: JudgeQuery = { ...query, origin: "LIVE" }

/** Every slot as a worker runs it, judged, and nobody told. */
const lived = Effect.gen(function*() {
  yield* Effect.provide(runSlots(0, slots, { origin: "LIVE" }), engine())
  yield* judgeOutcomes(live)
  return yield* entriesOf("LIVE")
})

/** As if nobody had looked. */
const forgotten = Effect.flatMap(Sql, ({ run }) =>
  run("forget", (sql) =>
    sql`
      update generated_signals set outcome = null, exit_reason = null, filled = null, decided_at = null, r = null,
        pnl_pct = null, r_if_loss = null, r_if_win = null, exit_price = null, evaluated_at = null`))

/** Tells desk of all of them, each by a message of its own. */
const tellAll = (news: ReadonlyArray<OutcomeNews>) =>
  Effect.succeed(news.map(({ known, now: { signalId } }): OutcomeTelling => ({
    signalIds: [signalId],
    messages: [{
      id: `${signalId} ${known?.evaluatedAt}`,
      channel: "webhook",
      destination: "desk",
      kind: "outcome",
      signalIds: [signalId],
      payload: {}
    }]
  })))

const toldIds = Effect.flatMap(Sql, ({ run }) => run("told", (sql) => sql`select unnest(signal_ids) as id from outbox`))
  .pipe(
    Effect.map((rows) => rows.map(({ id }) => String(id)).toSorted())
  )

describe("what became of signals", () => {
  it.live("is known of every one, each ended before the next of its symbol began, and counts add up", () =>
    Effect.gen(function*() {
      const { entries, exits, judged } = yield* played()
      expect(entries.length).toBeGreaterThan(20)
      expect(judged.failures).toEqual([])
      expect(judged.ended.length + judged.pending).toBe(entries.length)
      expect(entries.filter(({ outcome }) => isFinal(outcome))).toHaveLength(judged.ended.length)
      expect(entries.filter(({ outcome }) => outcome === "PENDING")).toHaveLength(judged.pending)
      for (const [index, entry] of entries.entries()) {
        const next = entries.find(({ symbol }, at) => at > index && symbol === entry.symbol)
        // The engine gives an entry only where none lives.
        if (next !== undefined) expect(entry.decidedAt!).toBeLessThanOrEqual(next.signalTimestamp)
        const leaving = exits.find(({ closesSignalId }) => closesSignalId === entry.id)
        if (leaving === undefined) expect(entry.exitReason).not.toBe("EXIT")
        else {
          expect(entry.decidedAt).toBe(leaving.signalTimestamp)
          expect(entry.exitReason).toBe(entry.filled === true ? "EXIT" : "UNFILLED")
          if (entry.filled === true) expect(entry.exitPrice).toBe(leaving.entryPrice)
        }
        expect(entry.r === null).toBe(entry.outcome === "PENDING")
        expect(entry.barsMissing).toBe(0)
        if (entry.filled === false && isFinal(entry.outcome)) expect([entry.r, entry.pnlPct]).toEqual([0, 0])
      }
      expect(new Set(entries.map(({ exitReason }) => exitReason)).size).toBeGreaterThan(3)

      const again = yield* judgeOutcomes(query)
      expect(again).toMatchObject({ ended: [], changed: [], pending: judged.pending })
    }))

  it.live("is the same whether judged after every slot or at the end, and by two at once", () =>
    Effect.gen(function*() {
      const { entries } = yield* played()
      const { run } = yield* Sql
      const outcomes = (all: ReadonlyArray<StoredSignal>) =>
        all.map((one) => ({ ...one, evaluatedAt: 0, origin: "", id: "", runId: "", closesSignalId: "" }))
      const live = { ...query, origin: "LIVE" as const }
      yield* Effect.provide(
        Effect.gen(function*() {
          for (let slot = 0; slot <= slots; slot += 5) {
            yield* runSlots(slot, Math.min(slot + 4, slots), { origin: "LIVE" })
            const both = yield* Effect.all([judgeOutcomes(live), judgeOutcomes(live)], { concurrency: "unbounded" })
            const ended = both.flatMap((one) => one.ended.map(({ signalId }) => signalId))
            expect(new Set(ended).size).toBe(ended.length)
          }
        }),
        engine()
      )
      const now = yield* entriesOf("LIVE")
      expect(outcomes(now.entries)).toEqual(outcomes(entries))
      // Nothing that a live signal was judged by touched those of the replay.
      expect((yield* entriesOf()).entries).toEqual(entries)
      expect(yield* run("none", (sql) => sql`select from outcome_changes`)).toEqual([])
    }))

  it.live("stays pending until its bars are there", () =>
    Effect.gen(function*() {
      const { entries } = yield* played()
      const entry = entries.find(({ barsHeld, exitReason }) => exitReason === "TARGET" && barsHeld! > 1)!
      const slot = (entry.signalTimestamp - first) / step
      const live = { ...query, origin: "LIVE" as const }
      const of = (at: number) =>
        Effect.map(entriesOf("LIVE"), (found) => found.entries.find(({ id }) => entry.id.endsWith(id)) ?? null).pipe(
          Effect.map((found) => [at, found?.outcome ?? null])
        )
      yield* Effect.provide(
        Effect.gen(function*() {
          yield* runSlots(0, slot, { origin: "LIVE" })
          yield* judgeOutcomes(live)
          expect(yield* of(slot)).toEqual([slot, "PENDING"])
          const end = (entry.decidedAt! - first) / step
          yield* runSlots(slot + 1, end - 1, { origin: "LIVE" })
          yield* judgeOutcomes(live)
          expect(yield* of(end - 1)).toEqual([end - 1, "PENDING"])
          yield* runSlots(end, end, { origin: "LIVE" })
          yield* judgeOutcomes(live)
          expect(yield* of(end)).toEqual([end, "WIN"])
        }),
        engine()
      )
    }))

  it.live("counts what is missing as far as its schedule was run, and is found when that comes", () =>
    Effect.gen(function*() {
      const { entries } = yield* played()
      const entry = entries.find(({ barsHeld, exitReason }) => exitReason === "TARGET" && barsHeld! > 1)!
      const end = (entry.decidedAt! - first) / step
      const decisive = entry.decidedAt! - step
      const of = Effect.map(entriesOf("LIVE"), (found) => found.entries.find(({ id }) => entry.id.endsWith(id))!)
      yield* Effect.provide(runSlots(0, end, { origin: "LIVE" }), engine(new Set([decisive])))
      const instrumentId = yield* idOf(entry.symbol)
      const { run } = yield* Sql
      const [bar] = yield* (yield* BarStore).range(instrumentId, "30m", decisive, decisive + 1)
      yield* run(
        "lose",
        (sql) => sql`delete from bars where timeframe = '30m' and open_time = ${decisive}::timestamptz`
      )
      yield* judgeOutcomes({ ...query, origin: "LIVE" })
      expect(yield* of).toMatchObject({ outcome: "PENDING", barsMissing: 1 })
      yield* run("age", (sql) =>
        sql`
          with ran as (update prediction_runs set stored_at = now() - interval '2 hours')
          update generated_signals set evaluated_at = date_trunc('milliseconds', now() - interval '1 hour')
          where evaluated_at is not null`)
      yield* (yield* BarStore).upsert([{ instrumentId, timeframe: "30m", bars: [bar!] }])
      yield* judgeOutcomes({ ...query, origin: "LIVE" })
      expect(yield* of).toMatchObject({ outcome: "WIN", barsMissing: 0 })
    }))

  it.live("is found anew when a bar of its span is revised, and what it had been is kept", () =>
    Effect.gen(function*() {
      const { entries } = yield* played()
      const entry = entries.find(({ barsHeld, outcome, type }) =>
        outcome === "LOSS" && type === "LONG" && barsHeld! >= 3
      )!
      yield* anHourLater
      expect(yield* judgeOutcomes(query)).toMatchObject({ ended: [], changed: [] })
      // It never came down to where it would have filled.
      yield* revise(
        entry,
        (bar) => ({ ...bar, open: bar.open * 2, high: bar.high * 2, low: bar.low * 2, close: bar.close * 2 })
      )
      expect((yield* judgeOutcomes({ ...query, doubts: false })).changed).toEqual([])
      const { changed } = yield* judgeOutcomes(query)
      expect(changed.map(({ signalId }) => signalId)).toContain(entry.id)
      expect(yield* changes).toContainEqual({ signal_id: entry.id, outcome: "LOSS", exit_reason: "STOP" })
      const now = (yield* entriesOf()).entries.find(({ id }) => id === entry.id)!
      expect([now.outcome, now.exitReason, now.filled]).toEqual(["NEUTRAL", "UNFILLED", false])
    }))

  it.live("is the same over a split that is told later, with the bars since at the new prices", () =>
    Effect.gen(function*() {
      const { entries } = yield* played()
      const entry = entries.find(({ barsHeld, exitReason }) => exitReason === "TARGET" && barsHeld! > 2)!
      yield* anHourLater
      const at = entry.decidedAt! - step
      const instrumentId = yield* idOf(entry.symbol)
      const bars = yield* (yield* BarStore).range(instrumentId, "30m", at, first + slots * step)
      const scaled = bars.map(({ close, closeTime, high, low, open, openTime, volume }): Bar => ({
        openTime,
        closeTime,
        volume,
        open: open / 4,
        high: high / 4,
        low: low / 4,
        close: close / 4
      }))
      yield* (yield* BarStore).upsert([{ instrumentId, timeframe: "30m", bars: scaled }])
      yield* judgeOutcomes(query)
      const unknowing = (yield* entriesOf()).entries.find(({ id }) => id === entry.id)!
      expect([unknowing.outcome, unknowing.exitReason]).not.toEqual([entry.outcome, entry.exitReason])

      const split = { kind: "split", at, factor: 1 / 4, amount: null, detail: "4:1 split" } as const
      yield* (yield* PriceEventStore).record([{ instrumentId, source: "s", event: split }])
      yield* judgeOutcomes(query)
      const knowing = (yield* entriesOf()).entries.find(({ id }) => id === entry.id)!
      expect({ ...knowing, evaluatedAt: 0 }).toEqual({ ...entry, evaluatedAt: 0 })
    }))

  it.live("passes over bars that are missing, says how many, and is found anew when they come", () =>
    Effect.gen(function*() {
      const { entries } = yield* played()
      const entry = entries.find(({ outcome, barsHeld, type }) =>
        outcome === "LOSS" && barsHeld! > 1 && type === "LONG"
      )!
      yield* anHourLater
      const instrumentId = yield* idOf(entry.symbol)
      const { run } = yield* Sql
      const at = entry.decidedAt! - step
      const [bar] = yield* (yield* BarStore).range(instrumentId, "30m", at, at + 1)
      yield* run("lose", (sql) =>
        sql`with gone as (
            delete from bars where instrument_id = ${instrumentId} and timeframe = '30m' and open_time = ${at}::timestamptz
          )
          update generated_signals set outcome = null, exit_reason = null, decided_at = null, evaluated_at = null, filled = null,
            exit_price = null
          where id = ${entry.id}`)
      yield* judgeOutcomes(query)
      const of = Effect.map(entriesOf(), (found) => found.entries.find(({ id }) => id === entry.id)!)
      expect((yield* of).barsMissing).toBe(1)
      yield* anHourLater
      yield* (yield* BarStore).upsert([{ instrumentId, timeframe: "30m", bars: [bar!] }])
      yield* judgeOutcomes(query)
      expect({ ...yield* of, evaluatedAt: 0 }).toEqual({ ...entry, evaluatedAt: 0 })
    }))

  it.live("is after the costs of the configuration, also those that it had not when it was judged", () =>
    Effect.gen(function*() {
      const { entries } = yield* played()
      const dear = costsOf(configOf(null, { spreadPct: 0.02, feePct: 0.04 }))
      expect(dear[0]).toEqual({ schedule: "test", symbol: "A", costPct: 0.1 })
      yield* judgeOutcomes({ ...query, costs: dear })
      const now = (yield* entriesOf()).entries
      for (const [index, entry] of entries.entries()) {
        if (!isFinal(entry.outcome)) continue
        expect(now[index]!.costPct).toBe(0.1)
        expect(now[index]!.pnlPct!).toBeCloseTo(entry.pnlPct! - (entry.filled === true ? 0.1 : 0), 9)
      }
      expect(yield* changes).toEqual([])
    }))

  it.live("stays as it was found when its bars have gone, but for its costs", () =>
    Effect.gen(function*() {
      const { entries } = yield* played()
      const { run } = yield* Sql
      yield* run("prune", (sql) => sql`delete from bars`)
      const dear = costsOf(configOf(null, { feePct: 0.05 }))
      yield* judgeOutcomes({ ...query, costs: dear })
      const now = (yield* entriesOf()).entries
      let results = 0
      for (const [index, entry] of entries.entries()) {
        if (!isFinal(entry.outcome)) continue
        const { costPct, decidedAt, exitReason, outcome, pnlPct, r } = now[index]!
        expect([outcome, exitReason, decidedAt, costPct]).toEqual([
          entry.outcome,
          entry.exitReason,
          entry.decidedAt,
          0.1
        ])
        if (entry.filled !== true) continue
        const risk = Math.abs(entry.entryPrice - entry.stopLoss)
        expect(pnlPct!).toBeCloseTo(entry.pnlPct! - 0.1, 9)
        expect(r!).toBeCloseTo(entry.r! - 0.001 * entry.fillPrice! / risk, 9)
        results++
      }
      expect(results).toBeGreaterThan(10)
      expect(yield* changes).toEqual([])
    }))

  it.live("is decided by the finer bars of a schedule that has them", () =>
    Effect.gen(function*() {
      const finer = configOf("5m")
      const of = watchOf(finer, finer.schedules[0])
      yield* Effect.provide(runSlots(0, 60, { of }), engine())
      const { failures } = yield* judgeOutcomes(query)
      expect(failures).toEqual([])
      const { entries } = yield* entriesOf()
      expect(entries.length).toBeGreaterThan(5)
      for (const { ambiguous, barsMissing } of entries) expect([ambiguous, barsMissing]).toEqual([false, 0])
    }))

  it.live("tells of an entry that cannot be judged, and judges the others", () =>
    Effect.gen(function*() {
      yield* Effect.provide(runSlots(0, slots), engine())
      const { entries } = yield* entriesOf()
      const { run } = yield* Sql
      yield* run("break", (sql) =>
        sql`
          insert into run_options (id, options)
          values ('broken', '{"universe": {"source": "s"}, "schedule": {"trading": "30m"}}')`)
      yield* run(
        "point",
        (sql) => sql`update prediction_runs set options_id = 'broken' where id = ${entries[0]!.runId}`
      )
      const { ended, failures, pending } = yield* judgeOutcomes(query)
      const same = entries.filter(({ runId }) => runId === entries[0]!.runId).length
      expect(failures).toHaveLength(same)
      expect(failures[0]).toContain("/2026-01-05T12:00:00.000Z/")
      expect(ended.length + pending).toBe(entries.length - same)
    }))

  it.live("is stored where it cannot be told, which is told of, and keeps no other from being told", () =>
    Effect.gen(function*() {
      const { entries } = yield* lived
      const ended = entries.filter(({ decidedAt }) => decidedAt !== null)
      const [bad] = ended
      yield* forgotten
      const failing: JudgeQuery = {
        ...live,
        messages: (news) =>
          news.some(({ now }) => now.signalId === bad!.id) ? Effect.die(new Error("no\nwords")) : tellAll(news)
      }
      const judged = yield* judgeOutcomes(failing)
      expect(judged.failures).toEqual([`${bad!.id}: what tells of it cannot be made, Error: no words`])
      expect((yield* entriesOf("LIVE")).entries.map(({ outcome }) => outcome)).toEqual(
        entries.map(({ outcome }) => outcome)
      )
      expect(yield* toldIds).toEqual(ended.map(({ id }) => id).filter((id) => id !== bad!.id).toSorted())
      expect(yield* judgeOutcomes(failing)).toMatchObject({ ended: [], failures: [] })
    }))

  it.live("keeps no other from being stored where the tables refuse it, or refuse its message", () =>
    Effect.gen(function*() {
      const { entries } = yield* lived
      const ended = entries.filter(({ decidedAt }) => decidedAt !== null)
      const [bad, untold] = ended
      yield* forgotten
      const { run } = yield* Sql
      yield* run(
        "refuse",
        (sql) =>
          sql.unsafe(
            `alter table generated_signals add constraint sound check (id <> '${bad!.id}' or decided_at is null)`
          )
      )
      const telling: JudgeQuery = {
        ...live,
        messages: (news) =>
          Effect.map(tellAll(news), (tellings) =>
            tellings.map((one) =>
              one.signalIds.includes(untold!.id)
                ? { ...one, messages: one.messages.map((message) => ({ ...message, kind: "" })) }
                : one
            ))
      }
      const judged = yield* judgeOutcomes(telling)
      const others = ended.map(({ id }) => id).filter((id) => id !== bad!.id)
      expect(judged.ended.map(({ signalId }) => signalId).toSorted()).toEqual(others.toSorted())
      expect(judged.failures.filter((one) => one.startsWith(`${bad!.id}: its outcome is not stored`))).toHaveLength(1)
      expect(judged.failures.filter((one) => one.startsWith(`${untold!.id}: what tells of it is not stored`)))
        .toHaveLength(1)
      expect(yield* toldIds).toEqual(others.filter((id) => id !== untold!.id).toSorted())
      yield* run("mend", (sql) => sql`alter table generated_signals drop constraint sound`)
      expect((yield* judgeOutcomes({ ...live, messages: tellAll })).ended).toMatchObject([{ signalId: bad!.id }])
    }))

  it.live("is told of though a later page cannot be read", () =>
    Effect.gen(function*() {
      const { entries } = yield* lived
      yield* forgotten
      const { run } = yield* Sql
      const columns = yield* run("columns", (sql) =>
        sql`
          select string_agg(quote_ident(column_name), ',') as names from information_schema.columns
          where table_name = 'generated_signals' and column_name <> 'id' and is_generated = 'NEVER'`)
      const names = String(columns[0]!["names"])
      const copies = Math.ceil(200 / entries.length)
      yield* run("copy", (sql) =>
        sql`
          insert into generated_signals (id, ${sql.unsafe(names)})
          select id || '/' || i, ${sql.unsafe(names)} from generated_signals, generate_series(1, ${copies}::int) as i
          where signal_type in ('LONG', 'SHORT')`)
      const store = yield* OutcomeStore
      const broken = OutcomeStore.of({
        ...store,
        living: (page) =>
          page.after === null
            ? store.living(page)
            : new SqlTimeout({ statement: "living entries", timeoutMs: 5000, detail: "slow" })
      })
      const telling: JudgeQuery = { ...live, messages: tellAll }
      const judged = yield* Effect.provideService(
        judgeOutcomes({ ...telling, doubts: false }),
        OutcomeStore,
        broken
      )
      expect(judged.stopped).not.toBe(null)
      expect(judged.ended.length).toBeGreaterThan(50)
      expect(yield* toldIds).toEqual(judged.ended.map(({ signalId }) => signalId).toSorted())
    }))

  it.live("is found of the others when one of them is not read in time", () =>
    Effect.gen(function*() {
      const { entries } = yield* lived
      yield* forgotten
      const store = yield* BarStore
      const slow = entries[0]!
      const slowId = yield* idOf(slow.symbol)
      const timeout = new SqlTimeout({ statement: "bars", timeoutMs: 5000, detail: "slow" })
      const broken = BarStore.of({
        ...store,
        range: (id, timeframe, from, to) =>
          id === slowId && from === slow.signalTimestamp ? timeout : store.range(id, timeframe, from, to)
      })
      const judged = yield* Effect.provideService(judgeOutcomes(live), BarStore, broken)
      expect(judged.stopped).toBe(null)
      expect(judged.failures).toEqual([`${slow.id}: ${timeout.message}`])
      expect(judged.ended.length + judged.pending).toBe(entries.length - 1)
      const gone = BarStore.of({
        ...store,
        range: () => new StoreUnavailable({ target: "db:5432/dgas", reason: "gone" })
      })
      yield* forgotten
      const stopped = yield* Effect.provideService(judgeOutcomes(live), BarStore, gone)
      expect(stopped).toMatchObject({ failures: [], ended: [] })
      expect(stopped.stopped).not.toBe(null)
    }))

  it.live("is told again when it has become another one, once, by two who look at once", () =>
    Effect.gen(function*() {
      const { entries } = yield* lived
      const entry = entries.find(({ barsHeld, outcome, type }) =>
        outcome === "LOSS" && type === "LONG" && barsHeld! >= 3
      )!
      yield* anHourLater
      yield* revise(
        entry,
        (bar) => ({ ...bar, open: bar.open * 2, high: bar.high * 2, low: bar.low * 2, close: bar.close * 2 })
      )
      const told: Array<OutcomeNews> = []
      const telling: JudgeQuery = {
        ...live,
        messages: (news) => {
          told.push(...news)
          return tellAll(news)
        }
      }
      const both = yield* Effect.all([judgeOutcomes(telling), judgeOutcomes(telling)], { concurrency: "unbounded" })
      const changed = both.flatMap((one) => one.changed.map(({ signalId }) => signalId))
      expect(changed).toContain(entry.id)
      expect(new Set(changed).size).toBe(changed.length)
      expect(yield* toldIds).toEqual(changed.toSorted())
      const news = told.find(({ now }) => now.signalId === entry.id)!
      expect([news.known?.exitReason, news.now.exitReason]).toEqual(["STOP", "UNFILLED"])
      expect(yield* judgeOutcomes(telling)).toMatchObject({ changed: [], ended: [] })
      expect((yield* toldIds).length).toBe(changed.length)
    }))
})

import type { OutcomeUpdate } from "@dgas/domain/Outcome"
import type { Signal } from "@dgas/domain/Signal"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { BarStore } from "../src/BarStore.ts"
import { DbClock } from "../src/DbClock.ts"
import type { EntriesQuery } from "../src/EntriesQuery.ts"
import { InstrumentStore } from "../src/InstrumentStore.ts"
import { OptionStore } from "../src/OptionStore.ts"
import { OutcomeStore } from "../src/OutcomeStore.ts"
import { PriceEventStore } from "../src/PriceEventStore.ts"
import { SignalStore } from "../src/SignalStore.ts"
import { SignalWords } from "../src/SignalWords.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aBar, aMessage, anExit, anInstrument, anOutcome, aRun, aSignal, minute, monday, someInputs } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

const it = effectTest(TestDatabase.layer)

const step = 30 * minute

/** A run that gave `signals`, and one two bars later. */
const stored = (signals: ReadonlyArray<Signal>, schedule: Readonly<Record<string, string>> = { trading: "30m" }) =>
  Effect.gen(function*() {
    const id = (yield* (yield* InstrumentStore).ensure("s", [anInstrument()])).get("BTCUSDT")!
    yield* (yield* OptionStore).ensure("options 1", { universe: { source: "s" }, schedule })
    yield* storeRun({ run: aRun({ inputs: someInputs() }), signals })
    yield* storeRun({ run: aRun({ id: "later", slotAt: monday + 2 * step, inputs: someInputs() }) })
    return { id, store: yield* OutcomeStore }
  })

const live: EntriesQuery = { origin: "LIVE", limit: 99 }
const idsOf = (found: ReadonlyArray<{ readonly id: string }>) => found.map(({ id }) => id)

/** As if everything that is stored had been stored an hour ago, before the outcome was found. */
const longAgo = Effect.flatMap(Sql, ({ run }) =>
  run("age", (sql) =>
    sql`
      with aged as (
        update bars set stored_at = now() - interval '2 hours'
      ), ran as (
        update prediction_runs set stored_at = now() - interval '2 hours'
      )
      update generated_signals set evaluated_at = date_trunc('milliseconds', now() - interval '1 hour') where evaluated_at is not null`))

describe("OutcomeStore", () => {
  it.live("gives entries that live, oldest first, with how far they can be judged and what closes them", () =>
    Effect.gen(function*() {
      const { id, store } = yield* stored([
        aSignal({ id: "b", signalTimestamp: monday + 1 }),
        aSignal({ id: "c", signalTimestamp: monday + 1 }),
        aSignal({ id: "a", signalTimestamp: monday + 2 }),
        anExit("c"),
        aSignal({ id: "other", origin: "DEMO" }),
        aSignal({ id: "elsewhere", schedule: "never run" })
      ])
      const found = yield* store.living(live)
      expect(idsOf(found)).toEqual(["b", "c", "a"])
      expect(found[0]).toMatchObject({ instrumentId: id, optionsId: "options 1", until: monday + 2 * step, exit: null })
      expect(found[1]!.exit).toEqual({ at: monday + step, price: 104, runId: aRun().id })
      expect(found[2]).toMatchObject({ known: null, type: "LONG", entryPrice: 100.1, stopLoss: 95 })
      const rest = yield* store.living({ ...live, limit: 1, after: { at: monday + 1, id: "b" } })
      expect(idsOf(rest)).toEqual(["c"])
      expect(yield* store.living({ ...live, schedules: ["stocks"] })).toEqual([])
      expect(yield* store.living({ ...live, schedules: ["crypto"] })).toHaveLength(3)
    }))

  it.live("does not give what was given without inputs, since nobody knows the rules", () =>
    Effect.gen(function*() {
      yield* storeRun({ signals: [aSignal()] })
      expect(yield* (yield* OutcomeStore).living(live)).toEqual([])
    }))

  it.live("keeps what is pending among those that live, as it was found, and what is final not", () =>
    Effect.gen(function*() {
      const { store } = yield* stored([aSignal({ id: "a" }), aSignal({ id: "b" })])
      const pending = anOutcome({
        signalId: "a",
        outcome: "PENDING",
        exitReason: null,
        exitPrice: null,
        r: null,
        rIfLoss: null,
        rIfWin: null,
        pnlPct: null,
        decidedAt: null
      })
      yield* store.write([{ update: pending, readOver: null }, {
        update: anOutcome({ signalId: "b" }),
        readOver: null
      }])
      const found = yield* store.living(live)
      expect(found.map(({ known }) => known)).toEqual([pending])
      const { signalId, ...outcome } = anOutcome({ signalId: "b" })
      expect(yield* (yield* SignalStore).get(signalId)).toMatchObject(outcome)
    }))

  it.live("writes once, however many workers have read the same", () =>
    Effect.gen(function*() {
      const { store } = yield* stored(Array.from({ length: 50 }, (_, index) => aSignal({ id: `signal ${index}` })))
      const found = yield* store.living(live)
      const all = found.map(({ id }) => ({ update: anOutcome({ signalId: id }), readOver: null }))
      const written = yield* Effect.all([store.write(all), store.write(all.toReversed()), store.write(all)], {
        concurrency: "unbounded"
      })
      expect(written.map(({ size }) => size).toSorted((a, b) => a - b)).toEqual([0, 0, 50])
      expect((yield* store.write(all)).size).toBe(0)
      expect((yield* store.write([{ update: anOutcome({ signalId: "none" }), readOver: null }])).size).toBe(0)
    }))

  it.live("writes messages with all that they tell, or neither, and loses none of what another one left", () =>
    Effect.gen(function*() {
      const { store } = yield* stored(["a", "b", "c"].map((id) => aSignal({ id })))
      const found = (...ids: ReadonlyArray<string>) =>
        ids.map((signalId) => ({ update: anOutcome({ signalId }), readOver: null }))
      const told = (...ids: ReadonlyArray<string>) =>
        aMessage({ id: ids.join("+"), kind: "outcome", signalIds: ids, repliesTo: ids[0]! })
      expect(yield* store.write(found("a", "b"), [told("a", "b")])).toEqual(new Set(["a", "b"]))
      expect(yield* store.write(found("b", "c"), [told("b", "c")])).toEqual(new Set())
      expect((yield* store.living(live)).map(({ id }) => id)).toEqual(["c"])
      yield* store.write(found("c"), [told("c"), { ...told("c"), id: "c again", destination: "desk" }])
      const { run } = yield* Sql
      const rows = yield* run("messages", (sql) => sql`select id, kind, replies_to, state from outbox order by id`)
      expect(rows).toEqual([
        { id: "a+b", kind: "outcome", replies_to: "a", state: "pending" },
        { id: "c", kind: "outcome", replies_to: "c", state: "pending" },
        { id: "c again", kind: "outcome", replies_to: "c", state: "pending" }
      ])
    }))

  it.live("tells each outcome once, however many workers tell of sets that overlap", () =>
    Effect.gen(function*() {
      const ids = Array.from({ length: 12 }, (_, index) => `signal ${index}`)
      const { store } = yield* stored(ids.map((id) => aSignal({ id })))
      const tell = (from: number, to: number) => {
        const some = ids.slice(from, to)
        return store.write(
          some.map((signalId) => ({ update: anOutcome({ signalId }), readOver: null })),
          [aMessage({ id: `${from}..${to}`, kind: "outcome", signalIds: some })]
        )
      }
      const all = yield* Effect.all([tell(0, 5), tell(3, 9), tell(8, 12), tell(0, 12)], { concurrency: "unbounded" })
      const written = all.flatMap((some) => [...some]).toSorted()
      const { run } = yield* Sql
      const told = (yield* run("told", (sql) => sql`select unnest(signal_ids) as id from outbox`)).map(({ id }) => id)
      expect(told.toSorted()).toEqual(written)
      expect(new Set(told).size).toBe(told.length)
      expect(told.length).toBeGreaterThan(0)
    }))

  it.live("keeps the outcome that was final and is another one now", () =>
    Effect.gen(function*() {
      const { store } = yield* stored([aSignal()])
      const first = anOutcome()
      yield* store.write([{ update: first, readOver: null }])
      const same = anOutcome({ evaluatedAt: first.evaluatedAt + 1, costPct: 0.1 })
      yield* store.write([{ update: same, readOver: first.evaluatedAt }])
      const digits = anOutcome({
        evaluatedAt: same.evaluatedAt + 1,
        fillPrice: same.fillPrice! * (1 + 1e-15),
        exitPrice: same.exitPrice! * (1 - 1e-15)
      })
      yield* store.write([{ update: digits, readOver: same.evaluatedAt }])
      const loss = anOutcome({
        outcome: "LOSS",
        exitReason: "STOP",
        exitPrice: 95,
        r: -1,
        evaluatedAt: digits.evaluatedAt + 1
      })
      yield* store.write([{ update: loss, readOver: digits.evaluatedAt }])
      const later = anOutcome({ ...loss, exitPrice: 94.99, evaluatedAt: loss.evaluatedAt + 1 })
      yield* store.write([{ update: later, readOver: loss.evaluatedAt }])
      const { run } = yield* Sql
      const changes = yield* run("changes", (sql) => sql`select * from outcome_changes order by changed_at`)
      expect(changes).toMatchObject([
        { signal_id: aSignal().id, outcome: "WIN", exit_reason: "TARGET" },
        { signal_id: aSignal().id, outcome: "LOSS", exit_reason: "STOP", exit_price: 95 }
      ])
      expect(changes[0]!["exit_price"]).toBeCloseTo(110.3, 9)
      expect((yield* (yield* SignalStore).get(aSignal().id))?.outcome).toBe("LOSS")
    }))

  it.live("knows since when an outcome is what it is, however often it is found again", () =>
    Effect.gen(function*() {
      const { store } = yield* stored([aSignal()])
      const { run } = yield* Sql
      let readOver: number | null = null
      let evaluatedAt = anOutcome().evaluatedAt
      const foundAt = (change: Partial<OutcomeUpdate>) =>
        Effect.gen(function*() {
          yield* store.write([{ update: anOutcome({ ...change, evaluatedAt }), readOver }])
          readOver = evaluatedAt++
          const [row] = yield* run("found", (sql) => sql`select found_at::text as at from generated_signals`)
          return row!["at"]
        })
      expect(yield* foundAt({ outcome: "PENDING", exitReason: null, r: null, decidedAt: null })).toBe(null)
      const first = yield* foundAt({})
      expect(first).not.toBe(null)
      expect(yield* foundAt({})).toBe(first)
      expect(yield* foundAt({ r: anOutcome().r! + 1e-12, mfe: 9 })).toBe(first)
      const dearer = yield* foundAt({ r: anOutcome().r! - 0.01 })
      expect(dearer).not.toBe(first)
      const loss = { outcome: "LOSS", exitReason: "STOP", r: -1 } as const
      const other = yield* foundAt(loss)
      expect(other).not.toBe(dearer)
      expect(yield* foundAt(loss)).toBe(other)
    }))

  /** What happens after a signal was judged, and whether it is in doubt then. */
  const doubts: ReadonlyArray<
    readonly [
      what: string,
      inDoubt: boolean,
      happens: (id: number) => Effect.Effect<unknown, unknown, BarStore | PriceEventStore | SignalStore>,
      missing?: number
    ]
  > = [
    ["nothing", false, () => Effect.void],
    ["a bar of its span was revised", true, (id) => upsert(id, [aBar(1, { close: 101.2 })])],
    ["a bar was stored again as it was", false, (id) => upsert(id, [aBar(1)])],
    ["a bar after its end was revised", false, (id) => upsert(id, [aBar(2, { close: 102.2 })])],
    ["a bar before it was revised", false, (id) => upsert(id, [aBar(-1, { close: 99.2 })])],
    ["a bar of another timeframe was revised", false, (id) => upsert(id, [aBar(1, { close: 101.2 })], "1h")],
    ["a bar that was missing came", true, (id) => upsert(id, [aBar(1.5)]), 1],
    ["a bar came where none was missing", false, (id) => upsert(id, [aBar(1.5)])],
    ["a bar after its end came", false, (id) => upsert(id, [aBar(5)]), 1],
    ["a split in its span was told", true, (id) => tell(id, 1, 1 / 7)],
    ["a dividend in its span was told", false, (id) => tell(id, 1, 1)],
    ["a split before it was told", false, (id) => tell(id, -1, 1 / 7)],
    ["a split after its end was told", false, (id) => tell(id, 2, 1 / 7)],
    ["an exit from before its end came", true, () => leave(monday + step)],
    ["an exit from its end came", false, () => leave(monday + 2 * step)]
  ]

  const upsert = (
    instrumentId: number,
    bars: ReadonlyArray<ReturnType<typeof aBar>>,
    timeframe: "30m" | "1h" = "30m"
  ) => Effect.flatMap(BarStore, (store) => store.upsert([{ instrumentId, timeframe, bars }]))
  const tell = (instrumentId: number, index: number, factor: number) =>
    Effect.flatMap(PriceEventStore, (store) =>
      store.record([{
        instrumentId,
        source: "s",
        event: {
          kind: factor === 1 ? "dividend" : "split",
          at: monday + index * step,
          factor,
          amount: null,
          detail: ""
        }
      }]))
  const leave = (at: number) =>
    Effect.flatMap(SignalStore, (store) => store.insertMany(aRun().id, [anExit(aSignal().id, { signalTimestamp: at })]))

  for (const [what, inDoubt, happens, missing = 0] of doubts) {
    it.live(`${inDoubt ? "doubts" : "does not doubt"} an outcome when ${what}`, () =>
      Effect.gen(function*() {
        const { id, store } = yield* stored([aSignal()])
        yield* upsert(id, [-1, 0, 1, 2].map((index) => aBar(index)))
        yield* upsert(id, [aBar(1)], "1h")
        yield* store.write([{ update: anOutcome({ barsMissing: missing }), readOver: null }])
        yield* longAgo
        yield* happens(id)
        expect(idsOf(yield* store.doubtful(live, []))).toEqual(inDoubt ? [aSignal().id] : [])
        expect(yield* store.living(live)).toEqual([])
      }))
  }

  it.live("doubts an outcome of prices that are adjusted for splits when one was told, whenever it was, but not half-way", () =>
    Effect.gen(function*() {
      const { id, store } = yield* stored([aSignal()])
      yield* (yield* InstrumentStore).ensure("s", [anInstrument({ basis: "split" })])
      yield* upsert(id, [aBar(0), aBar(1)])
      yield* store.write([{ update: anOutcome(), readOver: null }])
      yield* longAgo
      const splits = yield* PriceEventStore
      const at = (yield* (yield* DbClock).now) - 60 * minute
      const event = { kind: "split", at, factor: 1 / 7, amount: null, detail: "" } as const
      expect(yield* splits.restate(id, event)).toBe(2)
      expect(yield* store.doubtful(live, [])).toEqual([])
      yield* splits.record([{ instrumentId: id, source: "s", event }])
      expect(idsOf(yield* store.doubtful(live, []))).toEqual([aSignal().id])
      yield* longAgo
      yield* (yield* Sql).run("aged", (sql) =>
        sql`
          with former as (update bar_revisions set replaced_at = now() - interval '2 hours')
          update price_events set recorded_at = now() - interval '2 hours'`)
      expect(yield* store.doubtful(live, [])).toEqual([])
      yield* tell(id, -1, 1 / 7)
      expect(idsOf(yield* store.doubtful(live, []))).toEqual([aSignal().id])
    }))

  it.live("doubts an outcome by what happened since the last look, but for what was stored while that began", () =>
    Effect.gen(function*() {
      const { id, store } = yield* stored([aSignal()])
      yield* upsert(id, [aBar(0), aBar(1)])
      yield* store.write([{ update: anOutcome({ barsMissing: 1 }), readOver: null }])
      yield* longAgo
      const before = yield* (yield* DbClock).now
      yield* upsert(id, [aBar(1, { close: 101.2 })])
      yield* tell(id, 1, 1 / 7)
      const since = (at: number) => Effect.map(store.doubtful(live, [], at), ({ length }) => length)
      expect(yield* since(before + 5000)).toBe(1)
      expect(yield* since(before + 60_000)).toBe(0)
      expect(yield* store.doubtful(live, [])).toHaveLength(1)
      // A bar that comes years after its time is looked for by those who look at all.
      yield* longAgo
      yield* (yield* Sql).run("aged", (sql) =>
        sql`
          with former as (update bar_revisions set replaced_at = now() - interval '2 hours')
          update price_events set recorded_at = now() - interval '2 hours'`)
      yield* upsert(id, [aBar(1.5)])
      expect(yield* since(before + 60_000)).toBe(0)
      expect(yield* store.doubtful(live, [])).toHaveLength(1)
      yield* (yield* Sql).run(
        "lately",
        (sql) => sql`update generated_signals set decided_at = now() - interval '6 days'`
      )
      expect(yield* since(before + 60_000)).toBe(1)
    }))

  const pending = (change: Partial<OutcomeUpdate> = {}) =>
    anOutcome({
      outcome: "PENDING",
      exitReason: null,
      exitPrice: null,
      r: null,
      rIfLoss: null,
      rIfWin: null,
      pnlPct: null,
      decidedAt: null,
      ...change
    })
  /** What happens after a pending entry was looked at, and whether it is looked at again. */
  const news: ReadonlyArray<
    readonly [what: string, isNews: boolean, happens: (typeof doubts)[number][2], missing?: number]
  > = [
    ["nothing", false, () => Effect.void, 1],
    ["a bar of its span came", true, (id) => upsert(id, [aBar(1.5)]), 1],
    ["a bar came where none was missing", false, (id) => upsert(id, [aBar(1.5)])],
    ["a bar of its span was revised", true, (id) => upsert(id, [aBar(1, { close: 101.2 })])],
    ["a bar came that its schedule has not come to", false, (id) => upsert(id, [aBar(9)]), 1],
    ["a bar before it came", false, (id) => upsert(id, [aBar(-5)]), 1],
    ["a split in its span was told", true, (id) => tell(id, 1, 1 / 7)],
    ["an exit came", true, () => leave(monday + step)]
  ]
  for (const [what, isNews, happens, missing = 0] of news) {
    it.live(`looks ${isNews ? "again" : "no more"} at a pending entry when ${what}`, () =>
      Effect.gen(function*() {
        const { id, store } = yield* stored([aSignal()])
        yield* upsert(id, [-1, 0, 1, 2].map((index) => aBar(index)))
        yield* store.write([{ update: pending({ barsMissing: missing }), readOver: null }])
        yield* longAgo
        yield* happens(id)
        expect(yield* store.living(live)).toHaveLength(isNews ? 1 : 0)
        expect(yield* store.pending({ origin: "LIVE" })).toBe(1)
        expect(yield* store.pending({ origin: "LIVE", schedules: ["other"] })).toBe(0)
      }))
  }

  it.live("looks again at a pending entry when a slot of its schedule was run, and says when nobody does", () =>
    Effect.gen(function*() {
      const { store } = yield* stored([aSignal(), aSignal({ id: "other", symbol: "ETHUSDT" })])
      yield* (yield* InstrumentStore).ensure("s", [anInstrument({ symbol: "ETHUSDT" })])
      yield* store.write([{ update: pending(), readOver: null }])
      yield* longAgo
      expect(idsOf(yield* store.living(live))).toEqual(["other"])
      const evaluatedAt = (yield* (yield* SignalStore).get(aSignal().id))!.evaluatedAt!
      expect(yield* store.overdue(evaluatedAt - 60 * minute)).toEqual([])
      yield* storeRun({ run: aRun({ id: "latest", slotAt: monday + 3 * step, inputs: someInputs() }) })
      const found = yield* store.living(live)
      expect(found.map(({ id, until }) => [id, until])).toEqual(
        [aSignal().id, "other"].map((id) => [id, monday + 3 * step])
      )
      const inAnHour = Date.now() + 60 * minute
      expect(yield* store.overdue(inAnHour)).toEqual([{ schedule: "crypto", count: 2, since: monday }])
      yield* store.write([pending({ evaluatedAt: inAnHour })].map((update) => ({ update, readOver: evaluatedAt })))
      expect(yield* store.overdue(inAnHour)).toEqual([{ schedule: "crypto", count: 1, since: monday }])
    }))

  it.live("looks at the bars that are fetched, of the lower timeframe where there is one", () =>
    Effect.gen(function*() {
      const { id, store } = yield* stored([aSignal()], { trading: "1h", lower: "30m" })
      yield* upsert(id, [aBar(1)])
      yield* store.write([{ update: anOutcome(), readOver: null }])
      yield* longAgo
      yield* upsert(id, [aBar(1, { close: 101.2 })])
      expect(yield* store.doubtful(live, [])).toHaveLength(1)
    }))

  it.live("doubts an outcome when the costs are others, and not when nobody knows them any more", () =>
    Effect.gen(function*() {
      const { store } = yield* stored([aSignal()])
      yield* store.write([{ update: anOutcome({ costPct: 0.1 + 0.2 }), readOver: null }])
      yield* longAgo
      const cost = (costPct: number, symbol = "BTCUSDT") =>
        Effect.map(store.doubtful(live, [{ schedule: "crypto", symbol, costPct }]), ({ length }) => length)
      expect(yield* cost(0.1 + 0.2)).toBe(0)
      expect(yield* cost(0.3)).toBe(1)
      expect(yield* cost(0.3, "ETHUSDT")).toBe(0)
    }))

  it.live("gives pages of outcomes in doubt that are full, however many before them a person has corrected", () =>
    Effect.gen(function*() {
      const ids = ["a", "b", "c", "d"]
      const { store } = yield* stored(ids.map((id, index) => aSignal({ id, signalTimestamp: monday + index })))
      yield* store.write(ids.map((signalId) => ({ update: anOutcome({ signalId, costPct: 0.1 }), readOver: null })))
      yield* longAgo
      const words = yield* SignalWords
      const said = { ...anOutcome(), costPct: 0.1, decidedAt: monday + step }
      yield* Effect.forEach(
        ["a", "b"],
        (signalId) => words.correct({ by: "ann", note: "by hand", outcome: { ...said, signalId } })
      )
      const page = (limit: number, after: EntriesQuery["after"] = null) =>
        Effect.map(
          store.doubtful({ ...live, limit, after }, [{ schedule: "crypto", symbol: "BTCUSDT", costPct: 0.5 }]),
          idsOf
        )
      expect(yield* page(99)).toEqual(["c", "d"])
      expect(yield* page(1)).toEqual(["c"])
      expect(yield* page(1, { at: monday + 2, id: "c" })).toEqual(["d"])
    }))
})

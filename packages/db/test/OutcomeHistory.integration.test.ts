import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import postgres from "postgres"
import { type JudgedFilter, OutcomeHistory } from "../src/OutcomeHistory.ts"
import { OutcomeStore } from "../src/OutcomeStore.ts"
import { SignalWords } from "../src/SignalWords.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { anExit, anOutcome, aRun, aSignal, minute, monday } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

const it = effectTest(TestDatabase.layer)

const all: JudgedFilter = { origin: "ALL" }
const stampOf = (filter: JudgedFilter) => Effect.flatMap(OutcomeHistory, (history) => history.stamp(filter))
const statement = (text: string) => Effect.flatMap(Sql, ({ run }) => run("change", (sql) => sql.unsafe(text)))

/** A connection of its own, for what is at work meanwhile. */
const another = Effect.gen(function*() {
  const { url } = yield* TestDatabase
  const sql = yield* Effect.acquireRelease(
    Effect.sync(() => postgres(Redacted.value(url), { max: 1, onnotice: () => undefined })),
    (sql) => Effect.promise(() => sql.end({ timeout: 1 }))
  )
  return (text: string) => Effect.promise(() => sql.unsafe(text))
})

const judged = storeRun({ signals: [aSignal(), anExit(aSignal().id)] }).pipe(
  Effect.andThen(Effect.flatMap(OutcomeStore, (store) => store.write([{ update: anOutcome(), readOver: null }])))
)

/** Whether what `change` does makes another stamp. */
const restamps = <E, R>(change: Effect.Effect<unknown, E, R>, filter: JudgedFilter = {}) =>
  Effect.gen(function*() {
    const before = yield* stampOf(filter)
    expect(yield* stampOf(filter)).toBe(before)
    yield* change
    return (yield* stampOf(filter)) !== before
  })

const { signalId, outcome, exitReason, filled, fillPrice, exitPrice, pnlPct, r } = anOutcome()
const said = { signalId, outcome, exitReason, filled, fillPrice, exitPrice, pnlPct, r, costPct: 0, decidedAt: monday }

describe("the stamp of judged entries", () => {
  const changes: ReadonlyArray<readonly [string, Effect.Effect<unknown, unknown, Sql | SignalWords | OutcomeStore>]> = [
    ["an outcome", statement("update generated_signals set r = r - 1e-12 where id like '%LONG'")],
    [
      "whether it filled",
      statement("update generated_signals set filled = false, exit_reason = 'UNFILLED' where filled")
    ],
    ["a correction", Effect.flatMap(SignalWords, (words) => words.correct({ outcome: said, by: "ann", note: "" }))],
    ["a probability", statement("update generated_signals set probability = 0.5, calibration = '1'")],
    ["an entry that is taken out with its run", statement("delete from prediction_runs")]
  ]
  for (const [what, change] of changes) {
    it.live(`is another one after ${what}`, () =>
      Effect.gen(function*() {
        yield* judged
        expect(yield* restamps(change)).toBe(true)
      }))
  }

  it.live("is another one after each of many changes, by a transaction or several", () =>
    Effect.gen(function*() {
      yield* judged
      const seen = new Set<string>()
      for (let round = 0; round < 5; round++) {
        yield* statement("update generated_signals set r = r + 1 where filled")
        seen.add(yield* stampOf({}))
        yield* statement(
          "do $$ begin for n in 1..3 loop update generated_signals set mae = mae + 1 where filled; end loop; end $$"
        )
        seen.add(yield* stampOf({}))
      }
      expect(seen.size).toBe(10)
      expect(yield* statement("select from outcome_versions")).toHaveLength(1)
    }))

  it.live("is another one after a run, with an entry and without one", () =>
    Effect.gen(function*() {
      yield* judged
      const later = (id: string, slotAt: number) => aRun({ id, slotAt: monday + slotAt * minute })
      expect(yield* restamps(storeRun({ run: later("b", 30) }))).toBe(true)
      const signals = [aSignal({ id: "b" })]
      expect(yield* restamps(storeRun({ run: later("a", 10), signals }))).toBe(true)
    }))

  it.live("is the same after what no report tells", () =>
    Effect.gen(function*() {
      yield* judged
      const change = statement(
        "update generated_signals set acknowledged_at = now(), acknowledged_by = 'ann', evaluated_at = now() where filled"
      )
      expect(yield* restamps(change)).toBe(false)
    }))

  it.live("is of an origin and a schedule", () =>
    Effect.gen(function*() {
      yield* judged
      const other = storeRun({
        run: aRun({ id: "other", origin: "DEMO", schedule: "other" }),
        signals: [aSignal({ id: "other", origin: "DEMO", schedule: "other" })]
      })
      expect(yield* restamps(other)).toBe(false)
      const said = (probability: number, which = "true") =>
        statement(`update generated_signals set probability = ${probability}, calibration = '1' where ${which}`)
      expect(yield* restamps(said(0.1, "id = 'other'"), all)).toBe(true)
      expect(yield* restamps(said(0.2, "id = 'other'"))).toBe(false)
      expect(yield* restamps(said(0.3), { schedule: "crypto" })).toBe(true)
      expect(yield* restamps(said(0.4), { origin: "DEMO", schedule: "other" })).toBe(true)
    }))

  it.live("is another one after each of two transactions at once, in whatever order they end, and none waits", () =>
    Effect.gen(function*() {
      yield* judged
      yield* storeRun({ run: aRun({ id: "b", slotAt: monday + 1 }), signals: [aSignal({ id: "b" })] })
      const [one, two] = [yield* another, yield* another]
      const seen = [yield* stampOf({})]
      for (let round = 0; round < 3; round++) {
        yield* one("begin")
        yield* one(`update generated_signals set r = ${round + 10} where filled`)
        yield* two(
          `set lock_timeout = 100; update generated_signals set probability = 0.${
            round + 1
          }, calibration = '1' where id = 'b'`
        )
        seen.push(yield* stampOf({}))
        yield* one("commit")
        seen.push(yield* stampOf({}))
      }
      expect(new Set(seen).size).toBe(7)
      expect(yield* statement("select from outcome_versions")).toHaveLength(2)
    }))

  it.live("reads no signal", () =>
    Effect.gen(function*() {
      yield* judged
      const other = yield* another
      yield* other("begin")
      yield* other("lock table generated_signals in access exclusive mode")
      for (const filter of [all, {}, { schedule: "crypto", symbol: "BTCUSDT", since: 0 }]) yield* stampOf(filter)
      yield* other("rollback")
    }))
})

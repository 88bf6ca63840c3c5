/**
 * What people say of signals: that somebody has seen one, and what became of an entry in the place of what the bars say.
 *
 * A corrected outcome is left alone by whoever judges. What it was before is kept, as is the correction once it is withdrawn
 * or replaced; then nothing is known of the entry until the next look at its bars.
 */
import type { OutcomeUpdate } from "@dgas/domain/Outcome"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DbClock } from "./DbClock.ts"
import { outcomeNulls, outcomeRecord, outcomeRecordTypes, outcomeSets } from "./OutcomeColumns.ts"
import { type Client, Sql, type SqlFailure } from "./Sql.ts"

/** An outcome as somebody says it was. What only bars can tell is not in it, and there is no doubt. */
export type CorrectedOutcome = Pick<
  OutcomeUpdate,
  | "signalId"
  | "outcome"
  | "exitReason"
  | "filled"
  | "fillPrice"
  | "exitPrice"
  | "pnlPct"
  | "r"
  | "costPct"
  | "decidedAt"
>

export interface Correction {
  readonly outcome: CorrectedOutcome
  /** Name of the key that says so. */
  readonly by: string
  readonly note: string
}

export class SignalWords extends Context.Service<SignalWords, {
  /** The first one stands. False when there is no such signal. */
  readonly acknowledge: (id: string, by: string) => Effect.Effect<boolean, SqlFailure>
  /** Of an entry, whatever was known of it; said again it changes nothing. False when there is no such entry. */
  readonly correct: (correction: Correction) => Effect.Effect<boolean, SqlFailure>
  /** False when the outcome of the signal is nobody's word. */
  readonly withdraw: (id: string) => Effect.Effect<boolean, SqlFailure>
}>()("@dgas/db/SignalWords") {
  static readonly layer = Layer.effect(
    SignalWords,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const clock = yield* DbClock

      const acknowledge = Effect.fn("SignalWords.acknowledge")(function*(id: string, by: string) {
        const at = yield* clock.instant
        const rows = yield* run("acknowledge signal", (sql) =>
          sql`
            with seen as (
              update generated_signals
              set acknowledged_at = coalesce(${at}::timestamptz, clock_timestamp()), acknowledged_by = ${by}
              where id = ${id} and acknowledged_at is null
            )
            select id from generated_signals where id = ${id}`)
        return rows.length > 0
      })

      const correct = Effect.fn("SignalWords.correct")(function*({ by, note, outcome }: Correction) {
        const now = yield* clock.now
        const record = outcomeRecord({ ...ofBars, ...outcome, ...certain(outcome), evaluatedAt: now }, null)
        const rows = yield* run("correct outcome", (sql) =>
          sql`
            with given as (
              select * from jsonb_to_record(${JSON.stringify(record)}::text::jsonb)
                as x(${sql.unsafe(outcomeRecordTypes)})
            ), entry as (
              select id from generated_signals where id = ${outcome.signalId} and signal_type in ('LONG', 'SHORT')
            ), ${
            former(
              sql,
              sql`
                id in (select id from entry) and not exists (
                  select from given where (corrected_by, correction_note, ${sql.unsafe(said("generated_signals"))})
                    is not distinct from (${by}, ${note}, ${sql.unsafe(said("given"))})
                )`
            )
          }, changed as (
              update generated_signals as signal
              set ${sql.unsafe(outcomeSets)}, corrected_at = ${now}::timestamptz, corrected_by = ${by},
                correction_note = ${note}
              from given join former using (id) where signal.id = former.id
            )
            select id from entry`)
        return rows.length > 0
      })

      const withdraw = Effect.fn("SignalWords.withdraw")(function*(id: string) {
        const rows = yield* run("withdraw correction", (sql) =>
          sql`
            with ${former(sql, sql`id = ${id} and corrected_at is not null`)}
            update generated_signals as signal
            set ${sql.unsafe(outcomeNulls)}, corrected_at = null, corrected_by = null, correction_note = null
            from former where signal.id = former.id returning signal.id`)
        return rows.length > 0
      })

      return SignalWords.of({ acknowledge, correct, withdraw })
    })
  )
}

/** `former`, the row as it was, and `kept`: its outcome among those that had been, if it was final. */
const former = (sql: Client, which: ReturnType<Client>) =>
  sql`
    former as (
      select id, outcome, exit_reason, fill_price, exit_price, r, decided_at, corrected_by
      from generated_signals where ${which} for update
    ), kept as (
      insert into outcome_changes (signal_id, outcome, exit_reason, fill_price, exit_price, r, decided_at, corrected_by)
      select id, outcome, exit_reason, fill_price, exit_price, r, decided_at, corrected_by
      from former where decided_at is not null
    )`

const ofBars = {
  actualHigh: null,
  actualLow: null,
  actualClose: null,
  mfe: null,
  mae: null,
  barsHeld: null,
  barsMissing: null
}

/** By which a correction is the same as another one. */
const said = (table: string) =>
  ["exit_reason", "fill_price", "exit_price", "decided_at", "cost_pct"].map((column) => `${table}.${column}`).join(", ")

const certain = ({ r }: CorrectedOutcome) => ({ ambiguous: false, rIfLoss: r, rIfWin: r })

/** One signal with all that is stored behind it and all that came after. */
import { ExitReason, Outcome } from "@dgas/domain/Outcome"
import { Timeframe } from "@dgas/domain/Timeframe"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SignalItem, signalItemColumns } from "./SignalPages.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** What it had been, until when, and whose word that was: null where the bars had said so. Epoch milliseconds. */
export const FormerOutcome = Schema.Struct({
  changedAt: Schema.Int,
  outcome: Outcome,
  exitReason: Schema.NullOr(ExitReason),
  fillPrice: Schema.NullOr(Schema.Finite),
  exitPrice: Schema.NullOr(Schema.Finite),
  r: Schema.NullOr(Schema.Finite),
  correctedBy: Schema.NullOr(Schema.String)
})
export type FormerOutcome = typeof FormerOutcome.Type

export const StoredDetail = Schema.Struct({
  ...SignalItem.fields,
  patternContext: Schema.Record(Schema.String, Schema.Json),
  /** The trading timeframe. */
  timeframe: Timeframe,
  /** Of the bars that its run used; null where the run did not keep its options. */
  source: Schema.NullOr(Schema.String),
  /** Smallest step of its price; null when not known. */
  tick: Schema.NullOr(Schema.Finite),
  /** The first exit that closes it; of an exit the entry that it closes. */
  counterpartId: Schema.NullOr(Schema.String)
})
export type StoredDetail = typeof StoredDetail.Type

export class SignalDetails extends Context.Service<SignalDetails, {
  /** Null when there is no such signal. */
  readonly get: (id: string) => Effect.Effect<StoredDetail | null, SqlFailure>
  /** Former final outcomes, oldest first. */
  readonly formerOutcomes: (id: string) => Effect.Effect<ReadonlyArray<FormerOutcome>, SqlFailure>
}>()("@dgas/db/SignalDetails") {
  static readonly layer = Layer.effect(
    SignalDetails,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const get = Effect.fn("SignalDetails.get")(function*(id: string) {
        const [found] = yield* run("signal in full", (sql) =>
          sql`
            select ${sql.unsafe(signalItemColumns)}, pattern_context as "patternContext", made.timeframe, made.source,
              (pattern_context->>'tick')::float8 as tick,
              coalesce(closes_signal_id, (
                select exit.id from generated_signals as exit where exit.closes_signal_id = signal.id
                order by exit.signal_timestamp, exit.id limit 1
              )) as "counterpartId"
            from generated_signals as signal join lateral (
              select interval_type as timeframe, options->'universe'->>'source' as source
              from prediction_runs as run left join run_options on run_options.id = run.options_id
              where run.id = signal.run_id
            ) as made on true
            where id = ${id}`).pipe(Effect.flatMap(decodeDetails))
        return found ?? null
      })

      const formerOutcomes = Effect.fn("SignalDetails.formerOutcomes")(function*(id: string) {
        return yield* run("former outcomes", (sql) =>
          sql`
            select changed_at as "changedAt", outcome, exit_reason as "exitReason", fill_price as "fillPrice",
              exit_price as "exitPrice", r, corrected_by as "correctedBy"
            from outcome_changes where signal_id = ${id} order by changed_at`).pipe(Effect.flatMap(decodeFormer))
      })

      return SignalDetails.of({ get, formerOutcomes })
    })
  )
}

const decodeDetails = rowsOf(StoredDetail)
const decodeFormer = rowsOf(FormerOutcome)

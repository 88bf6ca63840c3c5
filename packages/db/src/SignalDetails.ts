/** One signal with all that is stored behind it and all that came after, in one statement. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { messageBriefColumns, withLastTry } from "./DeliveryHistory.ts"
import { withIsoInstants } from "./Instant.ts"
import { signalItemColumns } from "./SignalItem.ts"
import { type Row, Sql, type SqlFailure } from "./Sql.ts"

export class SignalDetails extends Context.Service<SignalDetails, {
  /**
   * As JSON has it, instants in ISO 8601; null when there is no such signal. For whoever only passes it on: nothing is checked
   * or encoded, as of `SignalPages.pageText`.
   *
   * A `SignalItem` with `patternContext`, the trading `timeframe`, `source` of the bars that its run used (null where the run
   * did not keep its options), `tick`, `notices`, `counterpart` (the first exit that closes it; of an exit the entry that it
   * closes), `outcomeChanges` (former final outcomes) and `deliveries` (messages that tell of it), oldest first.
   */
  readonly get: (id: string) => Effect.Effect<Row | null, SqlFailure>
}>()("@dgas/db/SignalDetails") {
  static readonly layer = Layer.effect(
    SignalDetails,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const get = Effect.fn("SignalDetails.get")(function*(id: string) {
        const rows = yield* run("signal in full", (sql) =>
          sql`
            select ${sql.unsafe(signalItemColumns)}, pattern_context as "patternContext", made.timeframe, made.source,
              (pattern_context->>'tick')::float8 as tick,
              (
                select jsonb_agg(to_jsonb(notice)) from (
                  select id, signal_id as "signalId", kind, detail from signal_notices
                  where signal_id = signal.id order by noticed_at, id
                ) as notice
              ) as notices,
              (
                select to_jsonb(item) from (
                  select ${sql.unsafe(signalItemColumns)} from generated_signals where id = coalesce(
                    signal.closes_signal_id, (
                      select exit.id from generated_signals as exit where exit.closes_signal_id = signal.id
                      order by exit.signal_timestamp, exit.id limit 1
                    )
                  )
                ) as item
              ) as counterpart,
              (
                select jsonb_agg(to_jsonb(former)) from (
                  select changed_at as "changedAt", outcome, exit_reason as "exitReason", fill_price as "fillPrice",
                    exit_price as "exitPrice", r, corrected_by as "correctedBy"
                  from outcome_changes where signal_id = signal.id order by changed_at
                ) as former
              ) as "outcomeChanges",
              (
                select jsonb_agg(to_jsonb(message)) from (
                  select ${sql.unsafe(messageBriefColumns)} from outbox ${sql.unsafe(withLastTry)}
                  where signal_ids @> array[signal.id] order by created_at, position
                ) as message
              ) as deliveries
            from generated_signals as signal join lateral (
              select interval_type as timeframe, options->'universe'->>'source' as source
              from prediction_runs as run left join run_options on run_options.id = run.options_id
              where run.id = signal.run_id
            ) as made on true
            where id = ${id}`)
        const [found] = rows
        return found === undefined ? null : wireOf(found)
      })

      return SignalDetails.of({ get })
    })
  )
}

const parts = (value: unknown): ReadonlyArray<Row> => Array.isArray(value) ? value.map(withIsoInstants) : []

const wireOf = (row: Row): Row => ({
  ...withIsoInstants(row),
  notices: parts(row["notices"]),
  counterpart: parts([row["counterpart"]].filter((one) => one !== null))[0] ?? null,
  outcomeChanges: parts(row["outcomeChanges"]),
  deliveries: parts(row["deliveries"])
})

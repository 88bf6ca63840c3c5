/**
 * Runs, and the one statement that ends a slot.
 *
 * `finish` writes run, signals, metrics, messages and the slot's final state together, and only for whoever still
 * holds the slot: nothing is ever half written, and two workers never both write. A signal that is not fit to be
 * stored is left out with a reason that the run keeps. Repeating a finish that was in truth committed changes nothing.
 */
import type { OutboxMessage } from "@dgas/domain/Announce"
import { Gate } from "@dgas/domain/Gate"
import type { Metric } from "@dgas/domain/Metric"
import type { Origin } from "@dgas/domain/Origin"
import { PredictionRun, type RunStatus } from "@dgas/domain/PredictionRun"
import type { Signal } from "@dgas/domain/Signal"
import type { SlotClaim, SlotReason, SlotState } from "@dgas/domain/Slot"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type postgres from "postgres"
import { metricRecords, metricRecordTypes } from "./MetricColumns.ts"
import { messageRecord, messageRecordTypes, runColumns, runRecord, runRecordTypes } from "./RunColumns.ts"
import { checkSignals, type RejectedSignal } from "./SignalCheck.ts"
import { insertedColumns } from "./SignalColumns.ts"
import { givenSignals } from "./SignalStore.ts"
import { LeaseLost } from "./SlotStore.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"
import { storableJson } from "./StorableJson.ts"

/** Everything that a cycle leaves behind. */
export interface FinishedCycle {
  readonly claim: SlotClaim
  readonly run: PredictionRun
  readonly signals: ReadonlyArray<Signal>
  readonly metrics: ReadonlyArray<Metric>
  readonly outbox: ReadonlyArray<OutboxMessage>
  readonly slot: { readonly state: SlotState; readonly reason: SlotReason | null }
}

/** How often a gate was the first that stopped a symbol, and how many different symbols it stopped. */
export const GateCount = Schema.Struct({ gate: Gate, stopped: Schema.Int, symbols: Schema.Int })
export type GateCount = typeof GateCount.Type

/** What is left out does not filter. `since` in epoch milliseconds, of the slot; without `origin` only LIVE ones. */
export interface RunFilter {
  readonly status?: RunStatus
  readonly schedule?: string
  readonly since?: number
  readonly origin?: Origin | "ALL"
  readonly limit: number
}

export class RunStore extends Context.Service<RunStore, {
  /**
   * Ends the claimed slot. Of the stored run `signalsGenerated` counts the stored signals, and SUCCESS is PARTIAL
   * when one was rejected; a message all of whose signals were rejected is not written.
   */
  readonly finish: (cycle: FinishedCycle) => Effect.Effect<
    { readonly rejected: ReadonlyArray<RejectedSignal> },
    LeaseLost | SqlFailure
  >
  /** By slot, newest first. */
  readonly recent: (filter: RunFilter) => Effect.Effect<ReadonlyArray<PredictionRun>, SqlFailure>
  /** Gates of the runs that `filter` finds, in the order in which they are tried; `limit` has no part in it. */
  readonly gateCounts: (filter: Omit<RunFilter, "limit">) => Effect.Effect<ReadonlyArray<GateCount>, SqlFailure>
  /** Null when there is no such run. */
  readonly get: (id: string) => Effect.Effect<PredictionRun | null, SqlFailure>
}>()("@dgas/db/RunStore") {
  static readonly layer = Layer.effect(
    RunStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const finish = Effect.fn("RunStore.finish")(function*(cycle: FinishedCycle) {
        const { claim, metrics, outbox, slot } = cycle
        const { fit, rejected } = checkSignals(cycle.signals)
        const [result] = yield* run("finish run", (sql) =>
          sql`
            with held as (
              update slots set state = ${slot.state}::slot_state, reason = ${slot.reason}::slot_reason,
                updated_at = clock_timestamp()
              where schedule = ${claim.schedule} and origin = ${claim.origin}::origin
                and slot_at = ${claim.slotAt}::timestamptz
                and owner = ${claim.owner} and fence = ${claim.fence} and state = 'running'
              returning fence
            ), ${givenSignals(sql, fit)}, rejected as (
              select id, reason from orphans
              union all
              select * from jsonb_to_recordset(${storableJson(rejected)}::text::jsonb) as x(id text, reason text)
            ), run as (
              insert into prediction_runs
              select id, schedule, slot_at, origin, run_timestamp, interval_type, symbols_requested,
                symbols_processed, greatest(signals_generated - (select count(*) from rejected), 0),
                execution_time_ms, data_fetch_ms, indicator_calc_ms, signal_generation_ms, notification_ms,
                case when status = 'SUCCESS' and exists (select from rejected) then 'PARTIAL' else status end,
                errors || array(
                  select 'signal ' || rejected.id || ' was rejected: ' || reason from rejected order by rejected.id
                ), gates, rules
              from held, jsonb_to_record(${storableJson(runRecord(cycle.run))}::text::jsonb)
                as x(${sql.unsafe(runRecordTypes)})
              on conflict (id) do nothing
            ), signals as (
              insert into generated_signals (run_id, ${sql.unsafe(insertedColumns)})
              select ${cycle.run.id}, ${sql.unsafe(insertedColumns)} from held, given
              where id not in (select id from rejected)
              on conflict (id) do nothing
            ), metrics as (
              insert into prediction_metrics
              select x.* from held, jsonb_to_recordset(${storableJson(metricRecords(metrics))}::text::jsonb)
                as x(${sql.unsafe(metricRecordTypes)})
              on conflict (id) do nothing
            ), messages as (
              insert into outbox (run_id, id, channel, destination, kind, signal_ids, payload)
              select ${cycle.run.id}, id, channel, destination, kind, kept, payload
              from held, jsonb_to_recordset(${storableJson(outbox.map(messageRecord))}::text::jsonb)
                as x(${sql.unsafe(messageRecordTypes)}),
              lateral (
                select array(
                  select one from unnest(signal_ids) with ordinality as listed(one, place)
                  where one not in (select rejected.id from rejected) order by place
                ) as kept
              ) as signals
              where cardinality(signal_ids) = 0 or cardinality(kept) > 0
              order by place
              on conflict (id) do nothing
            )
            select exists (select from held) as held,
              coalesce((select jsonb_agg(jsonb_build_object('id', id, 'reason', reason) order by id) from rejected),
                '[]') as rejected`).pipe(Effect.flatMap(decodeFinished))
        if (result?.held !== true && !(yield* isFinished(claim, cycle.run.id))) {
          const { fence, schedule, slotAt } = claim
          return yield* new LeaseLost({ schedule, slotAt, fence })
        }
        return { rejected: result?.rejected ?? [] }
      })

      /** Whether an earlier try of the same finish was committed although its answer was lost. */
      const isFinished = Effect.fnUntraced(function*(claim: SlotClaim, runId: string) {
        const rows = yield* run("finished run", (sql) =>
          sql`
            select from slots
            where schedule = ${claim.schedule} and origin = ${claim.origin}::origin
              and slot_at = ${claim.slotAt}::timestamptz
              and owner = ${claim.owner} and fence = ${claim.fence} and state <> 'running'
              and exists (select from prediction_runs where id = ${runId})`)
        return rows.length > 0
      })

      const recent = Effect.fn("RunStore.recent")(function*(filter: RunFilter) {
        const rows = yield* run("recent runs", (sql) =>
          sql`
            select ${sql.unsafe(runColumns)} from prediction_runs where ${matching(sql, filter)}
            order by slot_at desc, run_timestamp desc, id limit ${filter.limit}`)
        return yield* decodeRuns(rows)
      })

      const gateCounts = Effect.fn("RunStore.gateCounts")(function*(filter: Omit<RunFilter, "limit">) {
        const rows = yield* run("gate counts", (sql) =>
          sql`
            select stop->>'gate' as gate, count(*)::int as stopped, count(distinct stop->>'symbol')::int as symbols
            from prediction_runs, jsonb_array_elements(gates) as stop
            where ${matching(sql, filter)}
            group by stop->>'gate'`)
        const counts = yield* decodeGateCounts(rows)
        return counts.toSorted((a, b) => Gate.literals.indexOf(a.gate) - Gate.literals.indexOf(b.gate))
      })

      const get = Effect.fn("RunStore.get")(function*(id: string) {
        const [found] = yield* run(
          "run",
          (sql) => sql`select ${sql.unsafe(runColumns)} from prediction_runs where id = ${id}`
        ).pipe(Effect.flatMap(decodeRuns))
        return found ?? null
      })

      return RunStore.of({ finish, recent, gateCounts, get })
    })
  )
}

const decodeFinished = rowsOf(Schema.Struct({
  held: Schema.Boolean,
  rejected: Schema.Array(Schema.Struct({ id: Schema.String, reason: Schema.String }))
}))
const decodeRuns = rowsOf(PredictionRun)
const decodeGateCounts = rowsOf(GateCount)

/** The condition that a filter stands for. */
const matching = (sql: postgres.Sql, { origin = "LIVE", schedule, since, status }: Omit<RunFilter, "limit">) =>
  sql`true
    ${origin === "ALL" ? sql`` : sql`and origin = ${origin}::origin`}
    ${status === undefined ? sql`` : sql`and status = ${status}::run_status`}
    ${schedule === undefined ? sql`` : sql`and schedule = ${schedule}`}
    ${since === undefined ? sql`` : sql`and slot_at >= ${since}::timestamptz`}`

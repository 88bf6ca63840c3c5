/**
 * The one statement that ends a slot.
 *
 * It writes run, signals, level events, metrics, messages and the slot's final state together, and only under the
 * claim's fence: nothing is ever half written, and two workers never both write.
 */
import type { OutboxMessage } from "@dgas/domain/Announce"
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import type { Metric } from "@dgas/domain/Metric"
import type { OddsOf } from "@dgas/domain/Odds"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import type { Signal } from "@dgas/domain/Signal"
import type { SignalNotice } from "@dgas/domain/SignalNotice"
import type { SlotClaim, SlotReason, SlotState } from "@dgas/domain/Slot"
import * as Schema from "effect/Schema"
import { checkEvents } from "./LevelEventCheck.ts"
import { eventRecord, insertedEventColumns, insertedEventRecord } from "./LevelEventColumns.ts"
import { metricRecords, metricRecordTypes } from "./MetricColumns.ts"
import {
  insertedMessage,
  insertedMessageColumns,
  insertedRunColumns,
  messageRecord,
  messageRecordTypes,
  runRecord,
  runRecordTypes
} from "./RunColumns.ts"
import { checkSignals } from "./SignalCheck.ts"
import { insertedColumns } from "./SignalColumns.ts"
import { givenSignals } from "./SignalStore.ts"
import { type Client, rowsOf } from "./Sql.ts"
import { storableJson } from "./StorableJson.ts"

/** Everything that a cycle leaves behind. */
export interface FinishedCycle {
  readonly claim: SlotClaim
  readonly run: PredictionRun
  readonly signals: ReadonlyArray<Signal>
  readonly odds?: OddsOf
  readonly events: ReadonlyArray<LevelEvent>
  readonly metrics: ReadonlyArray<Metric>
  readonly outbox: ReadonlyArray<OutboxMessage>
  /** What the run found out about signals of earlier ones. */
  readonly notices?: ReadonlyArray<SignalNotice>
  /** Closes, epoch ms, of bars that changed after earlier runs of the schedule had used them: these are flagged. */
  readonly revisedCloses?: ReadonlyArray<number>
  readonly slot: { readonly state: SlotState; readonly reason: SlotReason | null }
}

/** A signal or level event that was left out, and why. */
export const RejectedRow = Schema.Struct({
  what: Schema.Literals(["signal", "level event"]),
  id: Schema.String,
  reason: Schema.String
})
export type RejectedRow = typeof RejectedRow.Type

/** Comes back with one row: whether the claim held, and what was left out. */
export const finishStatement = (sql: Client, cycle: FinishedCycle) => {
  const { claim, events, metrics, notices = [], odds, outbox, revisedCloses = [], run, signals, slot } = cycle
  const checked = { signals: checkSignals(signals), events: checkEvents(events) }
  const unfit: ReadonlyArray<RejectedRow> = [
    ...checked.signals.rejected.map((row) => ({ what: "signal" as const, ...row })),
    ...checked.events.rejected.map((row) => ({ what: "level event" as const, ...row }))
  ]
  return sql`
    with held as (
      update slots set state = ${slot.state}::slot_state, reason = ${slot.reason}::slot_reason,
        updated_at = clock_timestamp()
      where schedule = ${claim.schedule} and origin = ${claim.origin}::origin
        and slot_at = ${claim.slotAt}::timestamptz
        and owner = ${claim.owner} and fence = ${claim.fence} and state = 'running'
      returning fence
    ), ${givenSignals(sql, checked.signals.fit, odds)}, rejected as (
      select 'signal' as what, id, reason from orphans
      union all
      select * from jsonb_to_recordset(${storableJson(unfit)}::text::jsonb) as x(what text, id text, reason text)
    ), run as (
      insert into prediction_runs (${sql.unsafe(insertedRunColumns)})
      select id, schedule, slot_at, origin, run_timestamp, interval_type, symbols_requested, symbols_processed,
        greatest(signals_generated - (select count(*) from rejected where what = 'signal'), 0),
        execution_time_ms, data_fetch_ms, indicator_calc_ms, signal_generation_ms, notification_ms,
        case when status = 'SUCCESS' and exists (select from rejected) then 'PARTIAL' else status end,
        errors || array(
          select what || ' ' || rejected.id || ' was rejected: ' || reason from rejected
          order by what desc, rejected.id
        ), gates, rules, options_id, bars_from, bars_used, inputs_hash, signals_since, late_ms, bars_read_since,
        without_data
      from held, jsonb_to_record(${storableJson(runRecord(run))}::text::jsonb)
        as x(${sql.unsafe(runRecordTypes)})
      on conflict (id) do nothing
    ), signals as (
      insert into generated_signals (run_id, ${sql.unsafe(insertedColumns)})
      select ${run.id}, ${sql.unsafe(insertedColumns)} from held, given
      where id not in (select id from rejected)
      on conflict (id) do nothing
    ), events as (
      insert into level_events (run_id, ${sql.unsafe(insertedEventColumns)})
      select ${run.id}, x.* from held,
        jsonb_to_recordset(${storableJson(checked.events.fit.map(eventRecord))}::text::jsonb)
        as x(${sql.unsafe(insertedEventRecord)})
      on conflict (id) do nothing
    ), notices as (
      insert into signal_notices (id, signal_id, run_id, kind, detail)
      select x.id, x."signalId", ${run.id}, x.kind, x.detail from held,
        jsonb_to_recordset(${storableJson(notices)}::text::jsonb)
        as x(id text, "signalId" text, kind signal_notice_kind, detail text)
      on conflict (id) do nothing
    ), revised as (
      select to_timestamp(text::float8 / 1000) as close_time
      from held, jsonb_array_elements_text(${JSON.stringify(revisedCloses)}::text::jsonb) as given(text)
    ), flagged as (
      update prediction_runs as earlier set bars_revised = bars_revised + revisions
      from (
        select used.id, count(*)::int as revisions from revised join prediction_runs as used
          on used.schedule = ${claim.schedule} and used.origin = ${claim.origin}::origin
          and used.slot_at >= revised.close_time and used.slot_at < ${claim.slotAt}::timestamptz
        group by used.id
      ) as counted
      where earlier.id = counted.id
    ), metrics as (
      insert into prediction_metrics
      select x.* from held, jsonb_to_recordset(${storableJson(metricRecords(metrics))}::text::jsonb)
        as x(${sql.unsafe(metricRecordTypes)})
      on conflict (id) do nothing
    ), messages as (
      insert into outbox (run_id, signal_ids, ${sql.unsafe(insertedMessageColumns)})
      select ${run.id}, kept, ${sql.unsafe(insertedMessage)}
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
      coalesce(
        (select jsonb_agg(jsonb_build_object('what', what, 'id', id, 'reason', reason) order by what desc, id)
          from rejected),
        '[]'
      ) as rejected`
}

export const decodeFinished = rowsOf(Schema.Struct({ held: Schema.Boolean, rejected: Schema.Array(RejectedRow) }))

/** The columns of `prediction_runs` and of `outbox`, as the statements of `RunStore` name them. */
import type { OutboxMessage } from "@dgas/domain/Announce"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import type { RunInputs } from "@dgas/domain/RunInputs"
import { instantText } from "./Instant.ts"

/** Select list of a run without what it decided of each symbol and what it was computed from. */
export const plainRunColumns = `id, schedule, slot_at as "slotAt", origin, run_timestamp as "runTimestamp",
  interval_type as "intervalType", symbols_requested as "symbolsRequested", symbols_processed as "symbolsProcessed",
  signals_generated as "signalsGenerated", execution_time_ms as "executionTimeMs", data_fetch_ms as "dataFetchMs",
  indicator_calc_ms as "indicatorCalcMs", signal_generation_ms as "signalGenerationMs",
  notification_ms as "notificationMs", status, to_jsonb(errors) as errors, rules, late_ms as "lateMs",
  bars_revised as "barsRevised"`

/** Select list whose names and shapes are those of the `PredictionRun` schema. */
export const runColumns = `${plainRunColumns}, gates,
  case when options_id is not null then jsonb_build_object(
    'optionsId', options_id, 'barsFrom', (extract(epoch from bars_from) * 1000)::int8, 'bars', bars_used,
    'hash', inputs_hash, 'signalsSince', (extract(epoch from signals_since) * 1000)::int8,
    'readSince', (extract(epoch from bars_read_since) * 1000)::int8
  ) end as inputs`

/** Columns and types of a run, for `jsonb_to_record`. */
export const runRecordTypes = `id text, schedule text, slot_at timestamptz, origin origin, run_timestamp timestamptz,
  interval_type timeframe, symbols_requested int, symbols_processed int, signals_generated int,
  execution_time_ms float8, data_fetch_ms float8, indicator_calc_ms float8, signal_generation_ms float8,
  notification_ms float8, status run_status, errors text[], gates jsonb, rules text, options_id text,
  bars_from timestamptz, bars_used int, inputs_hash text, signals_since timestamptz, late_ms float8,
  bars_read_since timestamptz, without_data text[]`

/** Columns that an insert writes, in that order. */
export const insertedRunColumns = runRecordTypes.split(",").map((column) => column.trim().split(" ")[0]).join(", ")

export const runRecord = (run: PredictionRun) => ({
  id: run.id,
  schedule: run.schedule,
  slot_at: instantText(run.slotAt),
  origin: run.origin,
  run_timestamp: instantText(run.runTimestamp),
  interval_type: run.intervalType,
  symbols_requested: run.symbolsRequested,
  symbols_processed: run.symbolsProcessed,
  signals_generated: run.signalsGenerated,
  execution_time_ms: run.executionTimeMs,
  data_fetch_ms: run.dataFetchMs,
  indicator_calc_ms: run.indicatorCalcMs,
  signal_generation_ms: run.signalGenerationMs,
  notification_ms: run.notificationMs,
  status: run.status,
  errors: run.errors,
  gates: run.gates,
  rules: run.rules,
  late_ms: run.lateMs,
  without_data: run.gates.filter(({ gate }) => gate === "NO_DATA").map(({ symbol }) => symbol),
  ...run.inputs === null ? {} : inputsRecord(run.inputs)
})

const inputsRecord = ({ bars, barsFrom, hash, optionsId, readSince, signalsSince }: RunInputs) => ({
  options_id: optionsId,
  bars_from: instantText(barsFrom),
  bars_used: bars,
  inputs_hash: hash,
  signals_since: signalsSince === null ? null : instantText(signalsSince),
  bars_read_since: readSince === null ? null : instantText(readSince)
})

/** Columns and types of a message, for `jsonb_to_recordset`. */
export const messageRecordTypes =
  `place int, id text, channel text, destination text, kind text, signal_ids text[], payload jsonb, suppressed text,
  not_before timestamptz, replies_to text, ends jsonb`

/** Columns of a message that an insert writes besides its run and its signals, and what they are of such a record. */
export const insertedMessageColumns =
  "id, channel, destination, kind, payload, replies_to, ends, not_before, next_attempt_at, due_since, state, reason, finished_at"
export const insertedMessage = `id, channel, destination, kind, payload, replies_to, ends, not_before, not_before,
  greatest(not_before, now()), case when suppressed is null then 'pending' else 'suppressed' end::outbox_state, suppressed,
  case when suppressed is not null then now() end`

export const messageRecord = (message: OutboxMessage, place: number) => ({
  place,
  id: message.id,
  channel: message.channel,
  destination: message.destination,
  kind: message.kind,
  signal_ids: message.signalIds,
  payload: message.payload,
  suppressed: message.suppressed ?? null,
  not_before: message.notBefore === undefined ? null : instantText(message.notBefore),
  replies_to: message.repliesTo ?? null,
  ends: message.ends ?? null
})

/** What a database holds in the end, as the checks want it. */
import { Sql } from "@dgas/db/Sql"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { halfWritten } from "./Watcher.ts"

/** A row as text under what identifies it, so that two databases can be compared. */
const Row = Schema.Struct({ id: Schema.String, row: Schema.String })
export type Row = typeof Row.Type

const SlotRow = Schema.Struct({
  schedule: Schema.String,
  slotAt: Schema.Int,
  state: Schema.String,
  owner: Schema.String,
  fence: Schema.Int,
  /** When it came to its final state, by the database. */
  updatedAt: Schema.Int
})
export type SlotRow = typeof SlotRow.Type

/** A message to the console. */
const MessageRow = Schema.Struct({
  id: Schema.String,
  kind: Schema.String,
  state: Schema.String,
  signalIds: Schema.Array(Schema.String),
  payload: Schema.Struct({
    title: Schema.String,
    columns: Schema.Array(Schema.Struct({ header: Schema.String, align: Schema.Literals(["left", "right"]) })),
    rows: Schema.Array(Schema.Array(Schema.String)),
    footer: Schema.String
  })
})
export type MessageRow = typeof MessageRow.Type

/** A message to a webhook. */
const DeliveryRow = Schema.Struct({
  id: Schema.String,
  destination: Schema.String,
  kind: Schema.String,
  state: Schema.String,
  signalIds: Schema.Array(Schema.String),
  runId: Schema.String,
  attempts: Schema.Int,
  body: Schema.String
})
export type DeliveryRow = typeof DeliveryRow.Type

/** A try that was settled; `attemptedAt` by the clock of deliveries. */
const AttemptRow = Schema.Struct({
  messageId: Schema.String,
  attempt: Schema.Int,
  attemptedAt: Schema.Int,
  status: Schema.NullOr(Schema.Int),
  durationMs: Schema.Int,
  answer: Schema.String
})
export type AttemptRow = typeof AttemptRow.Type

const SignalFact = Schema.Struct({
  id: Schema.String,
  schedule: Schema.String,
  at: Schema.Int,
  late: Schema.Boolean,
  /** By which channels it is marked as told; null when it is not. */
  toldBy: Schema.NullOr(Schema.Array(Schema.String))
})
export type SignalFact = typeof SignalFact.Type

export interface Tables {
  readonly slots: ReadonlyArray<SlotRow>
  readonly runs: ReadonlyArray<Row>
  readonly signals: ReadonlyArray<Row>
  readonly events: ReadonlyArray<Row>
  readonly bars: ReadonlyArray<Row>
  readonly messages: ReadonlyArray<MessageRow>
  readonly deliveries: ReadonlyArray<DeliveryRow>
  /** In their order. */
  readonly attempts: ReadonlyArray<AttemptRow>
  readonly signalFacts: ReadonlyArray<SignalFact>
  /** Runs in time that found level events. */
  readonly runsWithEvents: ReadonlyArray<{ readonly id: string }>
  /** Runs that were stored before that of an earlier slot of their schedule. */
  readonly runsInTime: ReadonlyArray<{ readonly id: string }>
  readonly outOfOrder: number
  readonly halfWritten: number
  /** Stored bars whose values were replaced. */
  readonly revised: number
}

const decode = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decodeAll = Schema.decodeUnknownEffect(Schema.Array(schema))
  return (rows: unknown) => Effect.orDie(decodeAll(rows))
}
const Counts = Schema.Struct({ disorder: Schema.Int, half: Schema.Int, revised: Schema.Int })

export const readTables = (url: string): Effect.Effect<Tables> =>
  Effect.gen(function*() {
    const { run } = yield* Sql
    const ask = (name: string, text: string) => run(name, (sql) => sql.unsafe(text))
    const rows = (name: string, text: string) => Effect.flatMap(ask(name, text), decode(Row))
    const counts = yield* ask(
      "counts",
      `select (${halfWritten})::int as half, (select count(*)::int from bar_revisions) as revised, (
          select count(*)::int from (
            select stored_at < max(stored_at) over (partition by schedule order by slot_at
              rows between unbounded preceding and 1 preceding) as early
            from prediction_runs
          ) as ordered where early
        ) as disorder`
    ).pipe(Effect.flatMap(decode(Counts)))
    return {
      slots: yield* ask(
        "slots",
        `select schedule, slot_at as "slotAt", state, owner, fence, updated_at as "updatedAt" from slots
          order by schedule, slot_at`
      ).pipe(Effect.flatMap(decode(SlotRow))),
      runs: yield* rows(
        "runs",
        `select id, jsonb_build_array(schedule, slot_at, origin, interval_type, symbols_requested, symbols_processed,
            signals_generated, status, errors, gates, rules, options_id)::text as row from prediction_runs`
      ),
      signals: yield* rows(
        "signals",
        // What became of a signal is found as far as its schedule was run when somebody looked.
        `select id, (to_jsonb(one) - array['notification_sent', 'notification_channels', 'notification_timestamp',
            'outcome', 'exit_reason', 'filled', 'ambiguous', 'fill_price', 'exit_price', 'actual_high', 'actual_low',
            'actual_close', 'pnl_pct', 'r', 'r_if_loss', 'r_if_win', 'mfe', 'mae', 'bars_held', 'bars_missing', 'cost_pct',
            'decided_at', 'evaluated_at'])::text as row from generated_signals as one`
      ),
      events: yield* rows("events", "select id, to_jsonb(one)::text as row from level_events as one"),
      bars: yield* rows(
        "bars",
        `select symbol || ' ' || timeframe || ' ' || open_time as id,
            jsonb_build_array(close_time, open, high, low, close, volume)::text as row
          from bars join instruments on instruments.id = instrument_id`
      ),
      messages: yield* ask(
        "messages",
        `select id, kind, state, to_jsonb(signal_ids) as "signalIds", payload from outbox where channel = 'console'
          order by position`
      ).pipe(Effect.flatMap(decode(MessageRow))),
      deliveries: yield* ask(
        "deliveries",
        `select id, destination, kind, state, to_jsonb(signal_ids) as "signalIds", run_id as "runId", attempts,
            payload->>'body' as body from outbox where channel = 'webhook' order by position`
      ).pipe(Effect.flatMap(decode(DeliveryRow))),
      attempts: yield* ask(
        "attempts",
        `select message_id as "messageId", attempt, attempted_at as "attemptedAt", status, duration_ms as "durationMs",
            answer from delivery_attempts order by message_id, attempt`
      ).pipe(Effect.flatMap(decode(AttemptRow))),
      signalFacts: yield* ask(
        "signal facts",
        `select one.id, one.schedule, one.signal_timestamp as at, run.late_ms is not null as late,
            case when notification_sent then to_jsonb(notification_channels) end as "toldBy"
          from generated_signals as one join prediction_runs as run on run.id = one.run_id`
      ).pipe(Effect.flatMap(decode(SignalFact))),
      runsWithEvents: yield* ask(
        "runs with events",
        `select id from prediction_runs as run where late_ms is null
          and exists (select from level_events where run_id = run.id)`
      ).pipe(Effect.flatMap(decode(Schema.Struct({ id: Schema.String })))),
      runsInTime: yield* ask("runs in time", "select id from prediction_runs where late_ms is null")
        .pipe(Effect.flatMap(decode(Schema.Struct({ id: Schema.String })))),
      outOfOrder: counts[0]?.disorder ?? 0,
      halfWritten: counts[0]?.half ?? 0,
      revised: counts[0]?.revised ?? 0
    }
  }).pipe(Effect.provide(Sql.layer({ url: Redacted.make(url), pool: "chaos" })), Effect.orDie)

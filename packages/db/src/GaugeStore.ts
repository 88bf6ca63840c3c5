/**
 * What a collector of metrics asks of the database: how many live slots, runs, signals, outcomes and messages there were in
 * the last 24 hours, and how old the newest and the oldest are.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { type Client, rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** `name` without a prefix; an age is in seconds by the database's clock. */
export const Gauge = Schema.Struct({
  name: Schema.Literals([
    "slots",
    "runs",
    "run_age_seconds",
    "run_duration_seconds",
    "signals",
    "outcomes",
    "messages",
    "messages_due_age_seconds",
    "worker_age_seconds",
    "worker_status"
  ]),
  labels: Schema.Record(Schema.String, Schema.String),
  value: Schema.Finite
})
export type Gauge = typeof Gauge.Type

export class GaugeStore extends Context.Service<GaugeStore, {
  readonly read: Effect.Effect<ReadonlyArray<Gauge>, SqlFailure>
}>()("@dgas/db/GaugeStore") {
  static readonly layer = Layer.effect(
    GaugeStore,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const read = run("gauges", gaugesStatement).pipe(Effect.flatMap(decodeGauges), Effect.withSpan("GaugeStore.read"))
      return GaugeStore.of({ read })
    })
  )
}

/** Each bound stands where it bounds: an index is used for what the planner can estimate. */
export const gaugesStatement = (sql: Client) =>
  sql`
    select 'slots' as name, jsonb_build_object('schedule', schedule, 'state', state) as labels,
      count(*)::float8 as value
    from slots where origin = 'LIVE' and slot_at >= now() - interval '24 hours' group by schedule, state
    union all
    select 'runs', jsonb_build_object('schedule', schedule, 'status', status), count(*)
    from prediction_runs where origin = 'LIVE' and slot_at >= now() - interval '24 hours' group by schedule, status
    union all
    select age.name, jsonb_build_object('schedule', newest.schedule), age.value
    from (
      select distinct on (schedule) schedule, run_timestamp, execution_time_ms from prediction_runs
      where origin = 'LIVE' and slot_at >= now() - interval '8 days' order by schedule, slot_at desc
    ) as newest, lateral (values
      ('run_age_seconds', extract(epoch from now() - run_timestamp)::float8),
      ('run_duration_seconds', execution_time_ms / 1000)
    ) as age (name, value)
    union all
    select 'signals', jsonb_build_object('schedule', schedule, 'type', signal_type), count(*)
    from generated_signals where origin = 'LIVE' and signal_timestamp >= now() - interval '24 hours' group by schedule, signal_type
    union all
    select 'outcomes', jsonb_build_object('schedule', schedule, 'outcome', outcome), count(*)
    from generated_signals where origin = 'LIVE' and decided_at >= now() - interval '24 hours' group by schedule, outcome
    union all
    select 'messages', jsonb_build_object('destination', destination, 'channel', channel, 'state', state), count(*)
    from outbox where state in ('pending', 'leased', 'held') or finished_at >= now() - interval '24 hours'
    group by destination, channel, state
    union all
    select 'messages_due_age_seconds', jsonb_build_object('destination', destination, 'channel', channel),
      extract(epoch from now() - min(due_since))
    from outbox where state in ('pending', 'leased') and due_since <= now() group by destination, channel
    union all
    select 'worker_age_seconds', '{}', extract(epoch from now() - updated_at) from scheduler_state
    union all
    select 'worker_status', jsonb_build_object('status', status), 1 from scheduler_state`

const decodeGauges = rowsOf(Gauge)

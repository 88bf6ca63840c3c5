/**
 * How the live runs of a time did: how long their parts took, how many failed, which slots were done on time, and how
 * long messages took from the close of the bar to their destination.
 *
 * Percentiles interpolate between order statistics (definition 7 of Hyndman and Fan, PostgreSQL's `percentile_cont`).
 * Messages of runs that were late are not in the times of delivery: that is what the slots tell. One that waits is a case
 * with its age so far once that is past the target, and one that was given up is over it, however soon that was: else a
 * destination that takes nothing would look well.
 */
import { SchedulePerformance } from "@dgas/domain/SchedulePerformance"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DbClock } from "./DbClock.ts"
import { liveNames } from "./LiveNames.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** Bar closes from `since` until `until`, not included, epoch ms. */
export interface PerformanceQuery {
  readonly since: number
  readonly until: number
  readonly schedule?: string
  readonly cycleTargetMs: number
  readonly deliveredTargetMs: number
  /** False leaves out the parts of a cycle, as if there were no cases: over a month most of the time goes into them. */
  readonly parts?: boolean
}

export class PerformanceStore extends Context.Service<PerformanceStore, {
  /** By schedule, of those that had a slot or a run in that time. */
  readonly measure: (query: PerformanceQuery) => Effect.Effect<ReadonlyArray<SchedulePerformance>, SqlFailure>
}>()("@dgas/db/PerformanceStore") {
  static readonly layer = Layer.effect(
    PerformanceStore,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const clock = yield* DbClock

      const measure = Effect.fn("PerformanceStore.measure")(function*(query: PerformanceQuery) {
        const { cycleTargetMs, deliveredTargetMs, parts = true, since, until } = query
        const part = (column: string) => parts ? spread(column) : "null::jsonb"
        const only = query.schedule ?? null
        const at = yield* clock.instant
        return yield* run("performance", (sql) =>
          sql`
            with recursive ran (name) as (${liveNames(sql, "prediction_runs", "ran")}),
            due (name) as (${liveNames(sql, "slots", "due")}),
            of_runs as (
              select name as schedule, run.* from ran, lateral (
                select count(*)::int as runs, (count(*) filter (where status = 'FAILED'))::int as failed,
                  (count(*) filter (where status = 'PARTIAL'))::int as partial,
                  coalesce(sum(symbols_processed), 0)::int as symbols, coalesce(sum(signals_generated), 0)::int as signals,
                  ${sql.unsafe(spread("execution_time_ms", String(cycleTargetMs)))} as cycle,
                  ${sql.unsafe(part("data_fetch_ms"))} as "fetch",
                  ${sql.unsafe(part("indicator_calc_ms"))} as indicators,
                  ${sql.unsafe(part("signal_generation_ms"))} as signal_generation,
                  ${sql.unsafe(part("notification_ms"))} as notification
                from prediction_runs
                where origin = 'LIVE' and schedule = name and (${only}::text is null or schedule = ${only})
                  and slot_at >= ${since}::timestamptz and slot_at < ${until}::timestamptz
              ) as run
              where runs > 0
            ),
            told as (
              select run.schedule,
                case when state in ('dead', 'expired') then greatest(ms, ${
            deliveredTargetMs + 1
          }::float8) else ms end as ms
              from prediction_runs as run join outbox as message on message.run_id = run.id, lateral (
                select extract(epoch from coalesce(finished_at, ${at}::timestamptz, clock_timestamp())
                  - greatest(run.slot_at, not_before))::float8 * 1000 as ms
              ) as since_close
              where run.origin = 'LIVE' and run.slot_at >= ${since}::timestamptz and run.slot_at < ${until}::timestamptz
                and (${only}::text is null or run.schedule = ${only}) and run.late_ms is null
                and channel <> 'console' and kind in ('signals', 'exit', 'levels') and state <> 'suppressed'
                and (finished_at is not null or ms > ${deliveredTargetMs}::float8)
            ),
            of_messages as (
              select schedule, ${sql.unsafe(spread("ms", String(deliveredTargetMs)))} as delivered
              from told group by schedule
            ),
            of_slots as (
              select name as schedule, slot.* from due, lateral (
                select count(*) as slots, (count(*) filter (where state <> 'running'))::int as ended,
                  (count(*) filter (where state = 'done'))::int as on_time
                from slots
                where origin = 'LIVE' and schedule = name and (${only}::text is null or schedule = ${only})
                  and slot_at >= ${since}::timestamptz and slot_at < ${until}::timestamptz
              ) as slot
              where slots > 0
            )
            select schedule, coalesce(runs, 0) as runs, coalesce(failed, 0) as failed, coalesce(partial, 0) as partial,
              coalesce(symbols, 0) as symbols, coalesce(signals, 0) as signals, coalesce(cycle, ${none}::text::jsonb) as cycle,
              coalesce("fetch", ${none}::text::jsonb) as "fetch", coalesce(indicators, ${none}::text::jsonb) as indicators,
              coalesce(signal_generation, ${none}::text::jsonb) as "signalGeneration",
              coalesce(notification, ${none}::text::jsonb) as notification, coalesce(delivered, ${none}::text::jsonb) as delivered,
              coalesce(ended, 0) as "slotsEnded", coalesce(on_time, 0) as "slotsOnTime"
            from of_slots full join of_runs using (schedule) full join of_messages using (schedule)
            order by schedule`).pipe(Effect.flatMap(decodePerformance))
      })

      return PerformanceStore.of({ measure })
    })
  )
}

/** Percentiles of one column share its sort. */
const percentile = (column: string, p: number) => `percentile_cont(${p}) within group (order by ${column})`

/** `target` is a number of this program. */
const spread = (column: string, target = "'Infinity'::float8") =>
  `jsonb_build_object('n', count(*), 'meanMs', avg(${column}), 'p50', ${percentile(column, 0.5)}, 'p95', ${
    percentile(column, 0.95)
  },
    'p99', ${percentile(column, 0.99)}, 'max', max(${column}), 'over', count(*) filter (where ${column} > ${target}))`

const none = JSON.stringify({ n: 0, meanMs: null, p50: null, p95: null, p99: null, max: null, over: 0 })

const decodePerformance = rowsOf(SchedulePerformance)

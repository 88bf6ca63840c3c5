/**
 * The worker's view of itself: one row, which exists from the first migration on.
 *
 * Several workers share it, and it is the view of whoever wrote last; but one that has nothing to do does not hide that
 * another is at work.
 */
import { SchedulerState } from "@dgas/domain/SchedulerState"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DbClock } from "./DbClock.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** Fields that are left out stay as they are; null empties one. */
export type SchedulerStateChange = Partial<Omit<SchedulerState, "updatedAt">>

/** The end of a worker's work, for now or for good. `runId` is the run that it was at last, null for none. */
export interface WorkEnd {
  readonly status: "IDLE" | "STOPPED"
  readonly owner: string
  readonly runId: string | null
  /** Epoch ms; left out, it stays as it is. */
  readonly nextScheduledRun?: number
}

export class SchedulerStateStore extends Context.Service<SchedulerStateStore, {
  readonly read: Effect.Effect<SchedulerState, SqlFailure>
  /** Changes the row, dates it by the database's clock, and comes back with it. */
  readonly update: (change: SchedulerStateChange) => Effect.Effect<SchedulerState, SqlFailure>
  /**
   * Says that `owner` is not at work and that nothing is wrong. The row stays `RUNNING` where it names a run of
   * somebody else, and somebody else holds a slot.
   */
  readonly settle: (end: WorkEnd) => Effect.Effect<SchedulerState, SqlFailure>
}>()("@dgas/db/SchedulerStateStore") {
  static readonly layer = Layer.effect(
    SchedulerStateStore,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const clock = yield* DbClock

      const read = run("read scheduler state", (sql) => sql`select ${sql.unsafe(columns)} from scheduler_state`).pipe(
        Effect.flatMap(decodeState),
        Effect.map(([state]) => state!),
        Effect.withSpan("SchedulerStateStore.read")
      )

      const update = Effect.fn("SchedulerStateStore.update")(function*(change: SchedulerStateChange) {
        const { currentRunId, errorMessage, lastRunTimestamp, nextScheduledRun, status } = change
        const rows = yield* run("update scheduler state", (sql) =>
          sql`
            update scheduler_state set updated_at = clock_timestamp()
              ${status === undefined ? sql`` : sql`, status = ${status}::scheduler_status`}
              ${lastRunTimestamp === undefined ? sql`` : sql`, last_run_timestamp = ${lastRunTimestamp}::timestamptz`}
              ${nextScheduledRun === undefined ? sql`` : sql`, next_scheduled_run = ${nextScheduledRun}::timestamptz`}
              ${currentRunId === undefined ? sql`` : sql`, current_run_id = ${currentRunId}`}
              ${errorMessage === undefined ? sql`` : sql`, error_message = ${errorMessage}`}
            returning ${sql.unsafe(columns)}`)
        const [state] = yield* decodeState(rows)
        return state!
      })

      const settle = Effect.fn("SchedulerStateStore.settle")(function*(end: WorkEnd) {
        const { nextScheduledRun, owner, runId, status } = end
        const at = yield* clock.instant
        const rows = yield* run("settle scheduler state", (sql) =>
          sql`
            update scheduler_state set updated_at = clock_timestamp(), error_message = null
              ${nextScheduledRun === undefined ? sql`` : sql`, next_scheduled_run = ${nextScheduledRun}::timestamptz`}
              , (status, current_run_id) = (
                select case when others then scheduler_state.status else ${status}::scheduler_status end,
                  case when others then scheduler_state.current_run_id end
                from (select scheduler_state.status = 'RUNNING'
                  and scheduler_state.current_run_id is distinct from ${runId}::text
                  and exists (
                    select from slots
                    where origin = 'LIVE' and state = 'running' and owner <> ${owner}
                      and lease_until > coalesce(${at}::timestamptz, clock_timestamp())
                  ) as others) as work
              )
            returning ${sql.unsafe(columns)}`)
        const [state] = yield* decodeState(rows)
        return state!
      })

      return SchedulerStateStore.of({ read, update, settle })
    })
  )
}

const columns = `status, last_run_timestamp as "lastRunTimestamp", next_scheduled_run as "nextScheduledRun",
  current_run_id as "currentRunId", error_message as "errorMessage", updated_at as "updatedAt"`

const decodeState = rowsOf(SchedulerState)

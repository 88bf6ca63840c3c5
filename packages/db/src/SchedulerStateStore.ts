/** The worker's view of itself: one row, which exists from the first migration on. */
import { SchedulerState } from "@dgas/domain/SchedulerState"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** Fields that are left out stay as they are; null empties one. */
export type SchedulerStateChange = Partial<Omit<SchedulerState, "updatedAt">>

export class SchedulerStateStore extends Context.Service<SchedulerStateStore, {
  readonly read: Effect.Effect<SchedulerState, SqlFailure>
  /** Changes the row, dates it by the database's clock, and comes back with it. */
  readonly update: (change: SchedulerStateChange) => Effect.Effect<SchedulerState, SqlFailure>
}>()("@dgas/db/SchedulerStateStore") {
  static readonly layer = Layer.effect(
    SchedulerStateStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

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

      return SchedulerStateStore.of({ read, update })
    })
  )
}

const columns = `status, last_run_timestamp as "lastRunTimestamp", next_scheduled_run as "nextScheduledRun",
  current_run_id as "currentRunId", error_message as "errorMessage", updated_at as "updatedAt"`

const decodeState = rowsOf(SchedulerState)

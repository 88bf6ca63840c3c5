/** The worker's view of itself: one row, shared by all schedules. What each schedule owes is in the slots. */
import * as Schema from "effect/Schema"

export const SchedulerStatus = Schema.Literals(["IDLE", "RUNNING", "STOPPED", "ERROR"])
export type SchedulerStatus = typeof SchedulerStatus.Type

export const SchedulerState = Schema.Struct({
  status: SchedulerStatus,
  lastRunTimestamp: Schema.NullOr(Schema.Int),
  nextScheduledRun: Schema.NullOr(Schema.Int),
  currentRunId: Schema.NullOr(Schema.String),
  errorMessage: Schema.NullOr(Schema.String),
  updatedAt: Schema.Int
})
export type SchedulerState = typeof SchedulerState.Type

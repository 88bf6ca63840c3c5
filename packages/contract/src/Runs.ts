/** Runs, slots and the worker. */
import { Gate } from "@dgas/domain/Gate"
import { PredictionRun, RunStatus, SymbolGate } from "@dgas/domain/PredictionRun"
import { SchedulerStatus } from "@dgas/domain/SchedulerState"
import { SlotReason, SlotState } from "@dgas/domain/Slot"
import * as Schema from "effect/Schema"
import { route } from "./Route.ts"
import { SignalItem } from "./Signals.ts"
import { Instant, Name, ordered, OriginQuery, pageOf, paging } from "./Wire.ts"

const { gates: _, inputs: __, ...plain } = PredictionRun.fields

/** One cycle of one schedule. `slotAt` is the bar close that it is for. */
const Run = Schema.Struct({ ...plain, slotAt: Instant, runTimestamp: Instant }).annotate({ identifier: "Run" })

/** `gates` has the symbols without a signal, each with what stopped it. */
const RunDetail = Schema.Struct({
  ...Run.fields,
  gates: Schema.Array(SymbolGate),
  /** Symbols whose bars came after it, and how long they took: what stopped these is of then. */
  late: Schema.Array(Schema.Struct({ symbol: Schema.String, lateMs: Schema.Finite })),
  gateCounts: Schema.Array(Schema.Struct({ gate: Gate, stopped: Schema.Int })),
  signals: Schema.Array(SignalItem)
}).annotate({ identifier: "RunDetail" })

const Slot = Schema.Struct({
  schedule: Schema.String,
  origin: PredictionRun.fields.origin,
  slotAt: Instant,
  state: SlotState,
  reason: Schema.NullOr(SlotReason),
  owner: Schema.String,
  updatedAt: Instant,
  lateMs: Schema.NullOr(Schema.Finite),
  runId: Schema.NullOr(Schema.String)
}).annotate({ identifier: "Slot" })

/** Slots of one day (UTC) of one schedule by how they ended, and why those that were missed or failed did. */
export const SlotDay = Schema.Struct({
  schedule: Schema.String,
  day: Schema.String,
  running: Schema.Int,
  done: Schema.Int,
  late: Schema.Int,
  missed: Schema.Int,
  failed: Schema.Int,
  reasons: Schema.Array(Schema.Struct({ reason: SlotReason, count: Schema.Int }))
}).annotate({ identifier: "SlotDay" })
export type SlotDay = typeof SlotDay.Type

/** `kind` is how the worker does by its last word and its leases. */
const Scheduler = Schema.Struct({
  status: SchedulerStatus,
  kind: Schema.Literals(["none", "idle", "running", "stopped", "error", "silent", "died"]),
  lastRun: Schema.NullOr(Instant),
  nextRun: Schema.NullOr(Instant),
  currentRunId: Schema.NullOr(Schema.String),
  errorMessage: Schema.NullOr(Schema.String),
  updatedAt: Instant,
  schedules: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      universe: Schema.String,
      source: Schema.String,
      calendar: Schema.String,
      trading: Schema.String,
      higher: Schema.String,
      lower: Schema.NullOr(Schema.String),
      symbols: Schema.Int,
      nextClose: Instant,
      lastRun: Schema.NullOr(Run)
    })
  )
}).annotate({ identifier: "Scheduler" })

/** A look that was asked for, of all schedules for null; `result` says in words what came of it, of each that a worker was at. */
const RunRequest = Schema.Struct({
  id: Schema.String,
  schedule: Schema.NullOr(Schema.String),
  requestedAt: Instant,
  requestedBy: Schema.String,
  state: Schema.Literals(["waiting", "done"]),
  doneAt: Schema.NullOr(Instant),
  result: Schema.NullOr(Schema.String)
}).annotate({ identifier: "RunRequest" })

export const runRoutes = {
  listRuns: route({
    method: "get",
    path: "/v1/runs",
    policy: "read",
    tag: "runs",
    summary: "Cycles that ran, newest first",
    query: ordered({
      schedule: Schema.optionalKey(Name),
      status: Schema.optionalKey(RunStatus),
      since: Schema.optionalKey(Instant),
      until: Schema.optionalKey(Instant),
      origin: Schema.optionalKey(OriginQuery),
      ...paging
    }),
    answer: pageOf(Run)
  }),
  getRun: route({
    method: "get",
    path: "/v1/runs/:id",
    policy: "read",
    tag: "runs",
    summary: "One cycle with its signals and, of every other symbol, what stopped it",
    params: Schema.Struct({ id: Schema.String }),
    answer: RunDetail,
    fails: [404]
  }),
  listSlots: route({
    method: "get",
    path: "/v1/slots",
    policy: "read",
    tag: "runs",
    summary: "Bar closes and what became of each, newest first",
    query: ordered({
      schedule: Schema.optionalKey(Name),
      state: Schema.optionalKey(SlotState),
      since: Schema.optionalKey(Instant),
      until: Schema.optionalKey(Instant),
      origin: Schema.optionalKey(OriginQuery),
      ...paging
    }),
    answer: pageOf(Slot)
  }),
  slotDays: route({
    method: "get",
    path: "/v1/slots/days",
    policy: "read",
    tag: "runs",
    summary: "Live slots by day and state, of at most 366 days unless configured",
    query: Schema.Struct({ schedule: Schema.optionalKey(Name), since: Instant, until: Schema.optionalKey(Instant) }),
    answer: Schema.Struct({ items: Schema.Array(SlotDay) })
  }),
  getScheduler: route({
    method: "get",
    path: "/v1/scheduler",
    policy: "read",
    tag: "scheduler",
    summary: "The worker, its last and next run, and the schedules",
    answer: Scheduler
  }),
  runNow: route({
    method: "post",
    path: "/v1/scheduler/runs",
    policy: "write",
    tag: "scheduler",
    summary: "Asks the worker to look at once, also for symbols whose bars are late",
    body: Schema.Struct({ schedule: Schema.NullOr(Name) }),
    answer: RunRequest,
    status: 202,
    fails: [404]
  }),
  getRunRequest: route({
    method: "get",
    path: "/v1/scheduler/runs/:id",
    policy: "read",
    tag: "scheduler",
    summary: "What came of a look that was asked for",
    params: Schema.Struct({ id: Schema.String }),
    answer: RunRequest,
    fails: [404]
  })
}

/** How the live runs of a schedule went in a span of time. */
import * as Schema from "effect/Schema"

/** Milliseconds; null without cases. `over` are those above the target. */
export const Spread = Schema.Struct({
  n: Schema.Int,
  meanMs: Schema.NullOr(Schema.Finite),
  p50: Schema.NullOr(Schema.Finite),
  p95: Schema.NullOr(Schema.Finite),
  p99: Schema.NullOr(Schema.Finite),
  max: Schema.NullOr(Schema.Finite),
  over: Schema.Int
}).annotate({ identifier: "Spread" })
export type Spread = typeof Spread.Type

export const SchedulePerformance = Schema.Struct({
  schedule: Schema.String,
  runs: Schema.Int,
  failed: Schema.Int,
  partial: Schema.Int,
  symbols: Schema.Int,
  signals: Schema.Int,
  cycle: Spread,
  fetch: Spread,
  indicators: Spread,
  signalGeneration: Spread,
  notification: Spread,
  delivered: Spread,
  /** Slots with a final state; what nobody has run yet is not among them. */
  slotsEnded: Schema.Int,
  slotsOnTime: Schema.Int
})
export type SchedulePerformance = typeof SchedulePerformance.Type

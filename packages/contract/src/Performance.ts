/** How the worker does: what it measured, and whether it kept its promises. */
import { AggregationPeriod } from "@dgas/domain/Metric"
import { SchedulePerformance as Performed } from "@dgas/domain/SchedulePerformance"
import * as Schema from "effect/Schema"
import { route } from "./Route.ts"
import { Instant, Name, ordered, pageOf, paging } from "./Wire.ts"

const tag = "evidence"

const Promise = Schema.Struct({
  promise: Schema.Literals(["cycle p95", "errors", "uptime", "delivered p95"]),
  unit: Schema.Literals(["ms", "share"]),
  target: Schema.Finite,
  found: Schema.NullOr(Schema.Finite),
  kept: Schema.NullOr(Schema.Boolean),
  budget: Schema.Struct({ n: Schema.Int, allowed: Schema.Finite, used: Schema.Int }),
  text: Schema.String
}).annotate({ identifier: "Promise" })

const SchedulePerformance = Schema.Struct({
  ...Performed.fields,
  slotsDue: Schema.Int,
  symbolsPerSecond: Schema.NullOr(Schema.Finite),
  promises: Schema.Array(Promise)
}).annotate({ identifier: "SchedulePerformance" })

const PerformanceReport = Schema.Struct({
  since: Instant,
  until: Instant,
  /** True when a promise is broken. */
  broken: Schema.Boolean,
  schedules: Schema.Array(SchedulePerformance)
}).annotate({ identifier: "Performance" })

const Metric = Schema.Struct({
  metricType: Schema.String,
  metricValue: Schema.Finite,
  metricTimestamp: Instant,
  aggregationPeriod: Schema.NullOr(AggregationPeriod),
  metadata: Schema.Record(Schema.String, Schema.Json)
}).annotate({ identifier: "Metric" })

export const performanceRoutes = {
  getPerformance: route({
    method: "get",
    path: "/v1/performance",
    policy: "read",
    tag,
    summary: "How the worker did, and whether it kept its promises",
    query: Schema.Struct({ since: Schema.optionalKey(Instant) }),
    answer: PerformanceReport
  }),
  listMetrics: route({
    method: "get",
    path: "/v1/metrics",
    policy: "read",
    tag,
    summary: "Measured numbers and their roll-ups, newest first",
    query: ordered({
      type: Schema.optionalKey(Name),
      period: Schema.optionalKey(AggregationPeriod),
      since: Schema.optionalKey(Instant),
      until: Schema.optionalKey(Instant),
      ...paging
    }),
    answer: pageOf(Metric)
  })
}

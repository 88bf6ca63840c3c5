/** A measured number about the system's own work. */
import * as Schema from "effect/Schema"

export const AggregationPeriod = Schema.Literals(["hourly", "daily", "weekly", "monthly"])
export type AggregationPeriod = typeof AggregationPeriod.Type

/** `metricTimestamp` in epoch milliseconds; `aggregationPeriod` is null for a single measurement. */
export const Metric = Schema.Struct({
  metricType: Schema.NonEmptyString,
  metricValue: Schema.Finite,
  metricTimestamp: Schema.Int,
  aggregationPeriod: Schema.NullOr(AggregationPeriod),
  metadata: Schema.Record(Schema.String, Schema.Json)
})
export type Metric = typeof Metric.Type

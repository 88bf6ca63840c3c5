/** Metrics as records of an insert. */
import type { Metric } from "@dgas/domain/Metric"
import { createHash } from "node:crypto"
import { instantText } from "./Instant.ts"

/** Columns and types, for `jsonb_to_recordset`. */
export const metricRecordTypes =
  "id text, metric_type text, metric_value float8, metric_timestamp timestamptz, aggregation_period aggregation_period, metadata jsonb"

/** One record an id; of several the last. The id is made of all but the value, so a repeat is the same row. */
export const metricRecords = (metrics: ReadonlyArray<Metric>) => {
  const records = metrics.map((metric) => ({
    id: metricId(metric),
    metric_type: metric.metricType,
    metric_value: metric.metricValue,
    metric_timestamp: instantText(metric.metricTimestamp),
    aggregation_period: metric.aggregationPeriod,
    metadata: metric.metadata
  }))
  return [...new Map(records.map((record) => [record.id, record])).values()]
}

const metricId = ({ aggregationPeriod, metadata, metricTimestamp, metricType }: Metric): string => {
  const sorted = Object.entries(metadata).toSorted(([a], [b]) => a < b ? -1 : 1)
  const key = JSON.stringify([metricType, metricTimestamp, aggregationPeriod, sorted])
  return createHash("sha256").update(key).digest("hex").slice(0, 32)
}

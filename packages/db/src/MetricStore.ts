/** Measured numbers about the work of the system. Writing one again replaces its value. */
import { AggregationPeriod, Metric } from "@dgas/domain/Metric"
import type { Place } from "@dgas/domain/Place"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { metricRecords, metricRecordTypes } from "./MetricColumns.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"
import { storableJson } from "./StorableJson.ts"

/** `since` in epoch milliseconds. `period` null asks for single measurements; left out, for any. */
export interface MetricQuery {
  readonly type: string
  readonly since: number
  readonly period?: AggregationPeriod | null
}

/** What is left out does not filter; `until` in epoch milliseconds, not included. `after` is the row that a page begins after. */
export interface MetricPage {
  readonly type?: string
  readonly period?: AggregationPeriod
  readonly since?: number
  readonly until?: number
  readonly after?: Place
  readonly limit: number
}

export const StoredMetric = Schema.Struct({ ...Metric.fields, id: Schema.String })
export type StoredMetric = typeof StoredMetric.Type

export type MetricAggregate = "avg" | "min" | "max" | "sum" | "count"

interface Query {
  /** The metrics themselves, oldest first. */
  (query: MetricQuery & { readonly aggregate: "raw" }): Effect.Effect<ReadonlyArray<Metric>, SqlFailure>
  /** One number over all of them; null when there is none, but 0 for the count. */
  (query: MetricQuery & { readonly aggregate: MetricAggregate }): Effect.Effect<number | null, SqlFailure>
}

export class MetricStore extends Context.Service<MetricStore, {
  readonly save: (metrics: ReadonlyArray<Metric>) => Effect.Effect<void, SqlFailure>
  readonly query: Query
  /** Newest first. */
  readonly page: (wanted: MetricPage) => Effect.Effect<ReadonlyArray<StoredMetric>, SqlFailure>
}>()("@dgas/db/MetricStore") {
  static readonly layer = Layer.effect(
    MetricStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const save = Effect.fn("MetricStore.save")(function*(metrics: ReadonlyArray<Metric>) {
        if (metrics.length === 0) return
        yield* run("store metrics", (sql) =>
          sql`
            insert into prediction_metrics
            select * from jsonb_to_recordset(${storableJson(metricRecords(metrics))}::text::jsonb)
              as x(${sql.unsafe(metricRecordTypes)})
            on conflict (id) do update set metric_value = excluded.metric_value`)
      })

      const list = Effect.fn("MetricStore.query")(function*({ period, since, type }: MetricQuery) {
        const rows = yield* run("list metrics", (sql) =>
          sql`
            select ${sql.unsafe(columns)}
            from prediction_metrics
            where metric_type = ${type} and metric_timestamp >= ${since}::timestamptz
              ${period === undefined ? sql`` : sql`and aggregation_period is not distinct from ${period}`}
            order by metric_timestamp, id`)
        return yield* decodeMetrics(rows)
      })

      const aggregated = Effect.fn("MetricStore.query")(function*(
        { period, since, type }: MetricQuery,
        aggregate: MetricAggregate
      ) {
        const [row] = yield* run("aggregate metrics", (sql) =>
          sql`
            select ${sql.unsafe(aggregate)}(metric_value)::float8 as value
            from prediction_metrics
            where metric_type = ${type} and metric_timestamp >= ${since}::timestamptz
              ${period === undefined ? sql`` : sql`and aggregation_period is not distinct from ${period}`}`)
          .pipe(Effect.flatMap(decodeValue))
        return row?.value ?? null
      })

      function query(asked: MetricQuery & { readonly aggregate: "raw" }): ReturnType<typeof list>
      function query(asked: MetricQuery & { readonly aggregate: MetricAggregate }): ReturnType<typeof aggregated>
      function query(
        asked: MetricQuery & { readonly aggregate: MetricAggregate | "raw" }
      ): Effect.Effect<ReadonlyArray<Metric> | number | null, SqlFailure> {
        return asked.aggregate === "raw" ? list(asked) : aggregated(asked, asked.aggregate)
      }

      const page = Effect.fn("MetricStore.page")(function*(wanted: MetricPage) {
        const { after, limit, period, since, type, until } = wanted
        return yield* run("page of metrics", (sql) =>
          sql`
            select id, ${sql.unsafe(columns)}
            from prediction_metrics
            where true
              ${type === undefined ? sql`` : sql`and metric_type = ${type}`}
              ${period === undefined ? sql`` : sql`and aggregation_period = ${period}::aggregation_period`}
              ${since === undefined ? sql`` : sql`and metric_timestamp >= ${since}::timestamptz`}
              ${until === undefined ? sql`` : sql`and metric_timestamp < ${until}::timestamptz`}
              ${after === undefined ? sql`` : sql`and (metric_timestamp, id) < (${after.at}::timestamptz, ${after.id})`}
            order by metric_timestamp desc, id desc limit ${limit}`).pipe(Effect.flatMap(decodePage))
      })

      return MetricStore.of({ save, query, page })
    })
  )
}

const columns = `metric_type as "metricType", metric_value as "metricValue", metric_timestamp as "metricTimestamp",
  aggregation_period as "aggregationPeriod", metadata`

const decodePage = rowsOf(StoredMetric)
const decodeMetrics = rowsOf(Metric)
const decodeValue = rowsOf(Schema.Struct({ value: Schema.NullOr(Schema.Finite) }))

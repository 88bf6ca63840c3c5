/**
 * Which rows have had their days, as queries for the `ctid` of each and the instant that tells its age.
 *
 * None of them is a row that another one needs.
 */
import type { RetentionConfig } from "@dgas/domain/RetentionConfig"
import type postgres from "postgres"
import type { Client } from "../Sql.ts"

/** Part of a statement. */
export type Query = postgres.PendingQuery<Array<postgres.Row>>

/** `now` and `before` in epoch milliseconds: rows that were done with before that are old. */
export interface Age {
  readonly now: number
  readonly before: number
}

export interface OldRows {
  readonly kind: Exclude<keyof RetentionConfig, "bars1m" | "runsLive" | "runsReplay">
  readonly table: string
  /** Rows that go at once: fewer where each takes others with it. */
  readonly rowsAtOnce: number
  /** Selects `ctid` and `age`. */
  readonly query: (sql: Client, age: Age) => Query
}

export const rowsAtOnce = 5000
/** With up to 14 attempts of delivery each. */
const messagesAtOnce = 300
/** A slot is run up to 31 days late, and then signals that no message tells are told. */
const toldDays = 32

export const oldRows: ReadonlyArray<OldRows> = [
  {
    kind: "revisions",
    table: "bar_revisions",
    rowsAtOnce,
    query: (sql, { before }) =>
      sql`select ctid, replaced_at as age from bar_revisions where replaced_at < ${before}::timestamptz`
  },
  {
    kind: "quarantine",
    table: "quarantined_bars",
    rowsAtOnce,
    query: (sql, { before }) =>
      sql`select ctid, quarantined_at as age from quarantined_bars where quarantined_at < ${before}::timestamptz`
  },
  {
    kind: "requests",
    table: "run_requests",
    rowsAtOnce,
    query: (sql, { before }) =>
      sql`
        select ctid, requested_at as age from run_requests
        where requested_at < ${before}::timestamptz and done_at < ${before}::timestamptz`
  },
  {
    kind: "metrics",
    table: "prediction_metrics",
    rowsAtOnce,
    query: (sql, { before }) =>
      sql`
        select ctid, metric_timestamp as age from prediction_metrics
        where metric_timestamp < ${before}::timestamptz and aggregation_period is null`
  },
  {
    kind: "metricsHourly",
    table: "prediction_metrics",
    rowsAtOnce,
    query: (sql, { before }) =>
      sql`
        select ctid, metric_timestamp as age from prediction_metrics
        where metric_timestamp < ${before}::timestamptz and aggregation_period = 'hourly'`
  },
  {
    kind: "metricsDaily",
    table: "prediction_metrics",
    rowsAtOnce,
    query: (sql, { before }) =>
      sql`
        select ctid, metric_timestamp as age from prediction_metrics
        where metric_timestamp < ${before}::timestamptz and aggregation_period in ('daily', 'weekly', 'monthly')`
  },
  {
    kind: "delivered",
    table: "outbox",
    rowsAtOnce: messagesAtOnce,
    query: (sql, { before, now }) =>
      sql`
        select ctid, finished_at as age from outbox as message
        where created_at < ${before}::timestamptz and state in ('done', 'expired', 'suppressed')
          and finished_at < ${before}::timestamptz and ${nothingToTell(sql, now)}`
  },
  {
    kind: "undelivered",
    table: "outbox",
    rowsAtOnce: messagesAtOnce,
    query: (sql, { before, now }) =>
      sql`
        select ctid, created_at as age from outbox as message
        where created_at < ${before}::timestamptz and state in ('held', 'dead')
          and coalesce(finished_at, restored_at, created_at) < ${before}::timestamptz and ${nothingToTell(sql, now)}`
  }
]

/** No signal of the message is so young that it would be told again if the message were not there. */
const nothingToTell = (sql: Client, now: number) =>
  sql`not exists (
    select from generated_signals as told
    where told.id = any(message.signal_ids)
      and told.signal_timestamp >= ${now - toldDays * 86_400_000}::timestamptz
  )`

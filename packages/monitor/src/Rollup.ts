/**
 * What is kept of performance for years: numbers of each hour, day, week and month, in UTC, weeks from Monday.
 *
 * A period is written once it is over, and again whenever something of it was done since, such as a slot that was run late
 * after an outage, or a message that arrived late. What is written again replaces its value, so a repeat changes nothing.
 * What retention has taken out is not counted as if it had never been: such a period keeps the numbers it has.
 */
import { MetricStore } from "@dgas/db/MetricStore"
import { PerformanceStore, type SchedulePerformance, type Spread } from "@dgas/db/PerformanceStore"
import { RollupStore } from "@dgas/db/RollupStore"
import type { AggregationPeriod, Metric } from "@dgas/domain/Metric"
import type { RetentionConfig } from "@dgas/domain/RetentionConfig"
import type { SlaConfig } from "@dgas/domain/SlaConfig"
import * as Effect from "effect/Effect"
import type { Period } from "./Performance.ts"

const hour = 3_600_000
const day = 24 * hour
/** Thursday 1970-01-01 is the epoch: weeks begin four days later. */
const monday = 4 * day

const startOf = (period: AggregationPeriod, at: number): number => {
  switch (period) {
    case "hourly":
      return Math.floor(at / hour) * hour
    case "daily":
      return Math.floor(at / day) * day
    case "weekly":
      return Math.floor((at - monday) / (7 * day)) * 7 * day + monday
    case "monthly": {
      const { month, year } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO("UTC")
      return Date.UTC(year, month - 1)
    }
  }
}

const nextOf = (period: AggregationPeriod, since: number): number => {
  switch (period) {
    case "hourly":
      return since + hour
    case "daily":
      return since + day
    case "weekly":
      return since + 7 * day
    case "monthly":
      return startOf("monthly", since + 31 * day)
  }
}

/** Those that are over at `now` and hold one of the instants, oldest first. */
export const periodsOf = (
  period: AggregationPeriod,
  instants: ReadonlyArray<number>,
  now: number
): ReadonlyArray<Period> =>
  [...new Set(instants.map((at) => startOf(period, at)))].toSorted((a, b) => a - b)
    .map((since) => ({ since, until: nextOf(period, since) })).filter(({ until }) => until <= now)

const valuesOf = (found: SchedulePerformance): Readonly<Record<string, number | null>> => ({
  runs: found.runs,
  runs_failed: found.failed,
  signals: found.signals,
  slots_ended: found.slotsEnded,
  slots_on_time: found.slotsOnTime,
  cycle_p50_ms: found.cycle.p50,
  cycle_p95_ms: found.cycle.p95,
  cycle_p99_ms: found.cycle.p99,
  fetch_p95_ms: found.fetch.p95,
  notification_p95_ms: found.notification.p95,
  delivered_p50_ms: found.delivered.p50,
  delivered_p95_ms: found.delivered.p95
})

const metricsOf = (found: SchedulePerformance, aggregationPeriod: AggregationPeriod, since: number) =>
  Object.entries(valuesOf(found)).flatMap(([metricType, metricValue]): ReadonlyArray<Metric> =>
    metricValue === null
      ? []
      : [{ metricType, metricValue, metricTimestamp: since, aggregationPeriod, metadata: { schedule: found.schedule } }]
  )

export interface Rolling {
  readonly now: number
  /** `now` of the last time that it came to its end; null for the first time. */
  readonly last: number | null
  readonly sla: SlaConfig
  readonly retention: RetentionConfig
}

/** Writes what has changed since `last`, and comes back with how many periods it wrote. */
export const rollUp = Effect.fn("rollUp")(function*({ last, now, retention, sla }: Rolling) {
  const metrics = yield* MetricStore
  const performance = yield* PerformanceStore
  const changed = yield* (yield* RollupStore).changedHours(last, now)
  // The period that was going on then has not been written.
  const instants = last === null ? changed : [...changed, last]
  const keptFrom = (days: number | null) => days === null ? Number.NEGATIVE_INFINITY : now - days * day
  const messagesFrom = keptFrom(retention.delivered)
  let written = 0
  for (const period of ["hourly", "daily", "weekly", "monthly"] as const) {
    const days = period === "hourly" ? retention.metricsHourly : retention.metricsDaily
    const from = Math.max(keptFrom(days), keptFrom(retention.runsLive))
    for (const due of periodsOf(period, instants, now).filter(({ since }) => since >= from)) {
      const found = yield* performance.measure({
        ...due,
        cycleTargetMs: sla.cycleP95Ms,
        deliveredTargetMs: sla.deliveredP95Ms
      })
      const given = due.since >= messagesFrom ? found : found.map((one) => ({ ...one, delivered: unknown }))
      yield* metrics.save(given.flatMap((one) => metricsOf(one, period, due.since)))
      written++
    }
  }
  return written
})

const unknown: Spread = { n: 0, meanMs: null, p50: null, p95: null, p99: null, max: null, over: 0 }

/**
 * What is kept of performance for years: numbers of each hour, day, week and month, in UTC, weeks from Monday.
 *
 * A period is written once it is over, and the latest ones again each time, since slots that are run late change them. What
 * is written again replaces its value.
 */
import { MetricStore } from "@dgas/db/MetricStore"
import { PerformanceStore, type SchedulePerformance } from "@dgas/db/PerformanceStore"
import type { AggregationPeriod, Metric } from "@dgas/domain/Metric"
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

/** How far back periods are written again: a slot may be run 31 days late. */
const againMs: Readonly<Record<AggregationPeriod, number>> = {
  hourly: 3 * hour,
  daily: 2 * day,
  weekly: 7 * day,
  monthly: 31 * day
}
/** Of a database that had none before, at most so many of each. */
const mostPeriods: Readonly<Record<AggregationPeriod, number>> = { hourly: 48, daily: 35, weekly: 10, monthly: 6 }

/** Those that are over at `now` and not written since they are, oldest first; `written` is the start of the last that was. */
export const periodsDue = (period: AggregationPeriod, now: number, written: number | null): ReadonlyArray<Period> => {
  const periods: Array<Period> = []
  let until = startOf(period, now)
  const from = written === null ? Number.NEGATIVE_INFINITY : written - againMs[period]
  while (periods.length < mostPeriods[period]) {
    const since = startOf(period, until - 1)
    if (since < from) break
    periods.unshift({ since, until })
    until = since
  }
  return periods
}

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

/** Writes what is due, and comes back with how many periods it wrote. */
export const rollUp = Effect.fn("rollUp")(function*(now: number, sla: SlaConfig) {
  const metrics = yield* MetricStore
  const performance = yield* PerformanceStore
  let written = 0
  for (const period of ["hourly", "daily", "weekly", "monthly"] as const) {
    const since = now - 400 * day
    const [last] = (yield* metrics.query({ type: "runs", since, period, aggregate: "raw" })).slice(-1)
    for (const due of periodsDue(period, now, last?.metricTimestamp ?? null)) {
      const found = yield* performance.measure({
        ...due,
        cycleTargetMs: sla.cycleP95Ms,
        deliveredTargetMs: sla.deliveredP95Ms
      })
      yield* metrics.save(found.flatMap((one) => metricsOf(one, period, due.since)))
      written++
    }
  }
  return written
})

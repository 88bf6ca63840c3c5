/**
 * What is kept of performance for years: numbers of each hour, day, week and month, in UTC, weeks from Monday.
 *
 * A period is written once it is over, and again whenever something of it was done since, such as a slot that was run late
 * after an outage, or a message that arrived late, or is late by now. What is written again replaces its value, so a repeat changes nothing.
 * What retention has taken out is not counted as if it had never been: such a period keeps the numbers it has.
 */
import { MetricStore } from "@dgas/db/MetricStore"
import { PerformanceStore } from "@dgas/db/PerformanceStore"
import { RollupStore } from "@dgas/db/RollupStore"
import type { AggregationPeriod, Metric } from "@dgas/domain/Metric"
import type { RetentionConfig } from "@dgas/domain/RetentionConfig"
import type { SchedulePerformance, Spread } from "@dgas/domain/SchedulePerformance"
import type { SlaConfig } from "@dgas/domain/SlaConfig"
import { lateness } from "@dgas/engine/RunRow"
import type { Watch } from "@dgas/engine/Watch"
import * as Effect from "effect/Effect"
import { nothingOf, overdueSlots, type Period, perSecond } from "./Performance.ts"

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

const parts = {
  cycle: "cycle",
  fetch: "fetch",
  indicators: "indicators",
  signalGeneration: "signal_generation",
  notification: "notification",
  delivered: "delivered"
} as const

/** With what is due: slots that ended, and `overdue` that nobody has run. */
const valuesOf = (found: SchedulePerformance, overdue: number): Readonly<Record<string, number | null>> => ({
  runs: found.runs,
  runs_failed: found.failed,
  runs_partial: found.partial,
  symbols: found.symbols,
  symbols_per_second: perSecond(found),
  signals: found.signals,
  slots_due: found.slotsEnded + overdue,
  slots_ended: found.slotsEnded,
  slots_on_time: found.slotsOnTime,
  ...Object.fromEntries(
    (Object.keys(parts) as ReadonlyArray<keyof typeof parts>).flatMap((part) => [
      [`${parts[part]}_p50_ms`, found[part].p50],
      [`${parts[part]}_p95_ms`, found[part].p95],
      [`${parts[part]}_p99_ms`, found[part].p99]
    ])
  )
})

const metricsOf = (
  found: SchedulePerformance,
  overdue: number,
  aggregationPeriod: AggregationPeriod,
  since: number
) =>
  Object.entries(valuesOf(found, overdue)).flatMap(([metricType, metricValue]): ReadonlyArray<Metric> =>
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
  /** What is due is known of these. */
  readonly watches: ReadonlyArray<Watch>
}

/** Writes what has changed since `last`, and comes back with how many periods it wrote. */
export const rollUp = Effect.fn("rollUp")(function*({ last, now, retention, sla, watches }: Rolling) {
  const metrics = yield* MetricStore
  const performance = yield* PerformanceStore
  const changed = yield* (yield* RollupStore).changedHours(last, now)
  const overdue = new Map<string, ReadonlyArray<number>>()
  /** What nobody did changes an hour when it becomes late. */
  const lateSince: Array<number> = []
  for (const watch of watches) {
    const slots = yield* overdueSlots(watch, now)
    overdue.set(watch.schedule.name, slots)
    lateSince.push(...slots.filter((slotAt) => last === null || lateness(watch, slotAt, "LIVE", last) === null))
  }
  // The period that was going on then has not been written.
  const instants = [...changed, ...lateSince, ...last === null ? [] : [last]]
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
      const dueOf = (schedule: string) =>
        overdue.get(schedule)?.filter((slotAt) => slotAt >= due.since && slotAt < due.until).length ?? 0
      const idle = watches.map(({ schedule: { name } }) => name).filter((name) =>
        dueOf(name) > 0 && !found.some(({ schedule }) => schedule === name)
      )
      const all = [...found, ...idle.map(nothingOf)]
      const given = due.since >= messagesFrom ? all : all.map((one) => ({ ...one, delivered: unknown }))
      yield* metrics.save(given.flatMap((one) => metricsOf(one, dueOf(one.schedule), period, due.since)))
      written++
    }
  }
  return written
})

const unknown: Spread = { n: 0, meanMs: null, p50: null, p95: null, p99: null, max: null, over: 0 }

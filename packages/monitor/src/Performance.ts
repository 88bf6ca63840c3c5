/**
 * How the live worker did over a time, and whether it kept what its desk holds it to.
 *
 * Slots that are due and that nobody has run count as not done on time: silence is no uptime.
 */
import { PerformanceStore } from "@dgas/db/PerformanceStore"
import { SlotStore } from "@dgas/db/SlotStore"
import type { SchedulePerformance } from "@dgas/domain/SchedulePerformance"
import type { SlaConfig } from "@dgas/domain/SlaConfig"
import { owedSlots } from "@dgas/engine/OwedSlots"
import { lateness } from "@dgas/engine/RunRow"
import type { Watch } from "@dgas/engine/Watch"
import * as Effect from "effect/Effect"
import { type Kept, slaOf } from "./Sla.ts"

export interface Performance extends SchedulePerformance {
  /** Slots with a final state, and those that are late by now and have none. */
  readonly slotsDue: number
  /** Symbols analysed a second of work; null without work. */
  readonly symbolsPerSecond: number | null
  readonly promises: ReadonlyArray<Kept>
}

/** Epoch ms; `until` is not included. */
export interface Period {
  readonly since: number
  readonly until: number
}

/**
 * Bar closes that are late at `now` and have no final state, epoch ms. What a schedule that was never run owes is for a
 * worker to begin with, and nobody's failure.
 */
export const overdueSlots = Effect.fnUntraced(function*(watch: Watch, now: number) {
  const { due, tooOld } = yield* owedSlots(watch, now)
  const { after, before } = yield* (yield* SlotStore).around(watch.schedule.name, "LIVE", now)
  return before === null && after === null
    ? []
    : [...due, ...tooOld].filter((slotAt) => lateness(watch, slotAt, "LIVE", now) !== null)
})

/** Of each watch, in their order; one that had nothing in the period has zeros. `parts` as in `PerformanceQuery`. */
export const performanceOf = Effect.fn("performanceOf")(function*(
  watches: ReadonlyArray<Watch>,
  { since, until }: Period,
  sla: SlaConfig,
  parts = true
) {
  const targets = { cycleTargetMs: sla.cycleP95Ms, deliveredTargetMs: sla.deliveredP95Ms }
  const measured = yield* (yield* PerformanceStore).measure({ since, until, parts, ...targets })
  return yield* Effect.forEach(watches, (watch) =>
    Effect.gen(function*() {
      const { name } = watch.schedule
      const found = measured.find(({ schedule }) => schedule === name) ?? nothingOf(name)
      const overdue = (yield* overdueSlots(watch, until)).filter((slotAt) => slotAt >= since && slotAt < until)
      const slotsDue = found.slotsEnded + overdue.length
      return {
        ...found,
        slotsDue,
        symbolsPerSecond: perSecond(found),
        promises: slaOf({
          cycles: found.cycle,
          runs: found.runs,
          errors: found.failed,
          slotsDue,
          slotsOnTime: found.slotsOnTime,
          deliveries: found.delivered
        }, sla)
      } satisfies Performance
    }))
})

export const perSecond = ({ cycle: { meanMs, n }, symbols }: SchedulePerformance): number | null =>
  meanMs === null || meanMs * n === 0 ? null : symbols / (meanMs * n / 1000)

const none = { n: 0, meanMs: null, p50: null, p95: null, p99: null, max: null, over: 0 }

/** Of a schedule that had nothing. */
export const nothingOf = (schedule: string): SchedulePerformance => ({
  schedule,
  runs: 0,
  failed: 0,
  partial: 0,
  symbols: 0,
  signals: 0,
  cycle: none,
  fetch: none,
  indicators: none,
  signalGeneration: none,
  notification: none,
  delivered: none,
  slotsEnded: 0,
  slotsOnTime: 0
})

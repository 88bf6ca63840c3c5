/** What a worker counts about its slots, for whoever collects metrics; see `Telemetry`. Counted since its start. */
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import type { CycleResult } from "@dgas/engine/PredictionEngine"
import { finalState } from "@dgas/engine/RunRow"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"

const slots = Metric.counter("dgas.slots", {
  description: "Slots that came to their final state: done, late, failed or missed",
  incremental: true
})
const signals = Metric.counter("dgas.signals", { description: "Signals that were stored", incremental: true })
const bars = Metric.counter("dgas.bars.stored", { description: "Bars that were read and stored", incremental: true })
const cycles = Metric.histogram("dgas.cycle", {
  description: "How long a cycle took",
  attributes: { unit: "ms" },
  boundaries: [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000]
})

const ended = ({ schedule }: Pick<PredictionRun, "schedule">, state: string, count: number) =>
  Metric.update(Metric.withAttributes(slots, { schedule, state }), count)

export const countCycle = ({ refreshed, run, signals: found }: CycleResult): Effect.Effect<void> =>
  Effect.all([
    ended(run, finalState(run).state, 1),
    Metric.update(Metric.withAttributes(signals, { schedule: run.schedule }), found.length),
    Metric.update(Metric.withAttributes(bars, { schedule: run.schedule }), refreshed.stored),
    Metric.update(Metric.withAttributes(cycles, { schedule: run.schedule }), run.executionTimeMs)
  ], { discard: true })

export const countMissed = (schedule: string, count: number): Effect.Effect<void> =>
  count === 0 ? Effect.void : ended({ schedule }, "missed", count)

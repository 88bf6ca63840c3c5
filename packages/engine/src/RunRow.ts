/** From what a cycle concluded and how long it took to the run that is stored. */
import type { RejectedRow } from "@dgas/db/RunStore"
import type { Metric } from "@dgas/domain/Metric"
import type { Origin } from "@dgas/domain/Origin"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import type { RunInputs, RunOptions } from "@dgas/domain/RunInputs"
import type { SlotReason, SlotState } from "@dgas/domain/Slot"
import { timeframeMs } from "@dgas/domain/Timeframe"
import { createHash } from "node:crypto"
import type { Conclusion } from "./Cycle.ts"
import type { Refreshed } from "./RefreshBars.ts"
import { runId, type RunKey } from "./SignalRow.ts"
import type { SymbolState } from "./SymbolState.ts"
import { optionsOf, type Watch } from "./Watch.ts"

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex")

const known = new WeakMap<Watch, { readonly id: string; readonly options: RunOptions }>()

/** The watch as plain JSON, and the hash under which it is stored. */
export const runOptions = (watch: Watch): { readonly id: string; readonly options: RunOptions } => {
  const found = known.get(watch)
  if (found !== undefined) return found
  const options = optionsOf(watch)
  const made = { id: sha256(JSON.stringify(options)).slice(0, 16), options }
  known.set(watch, made)
  return made
}

/** What the states of a slot were made from. The order of the symbols has no part in the hash. */
export const runInputs = (
  watch: Watch,
  states: ReadonlyArray<SymbolState>,
  slotAt: number,
  { readSince, signalsSince }: Pick<RunInputs, "signalsSince" | "readSince">
): RunInputs => {
  const lines = states.map(({ instrument, trail }) => `${instrument.symbol} ${trail.bars} ${trail.text}`)
  return {
    optionsId: runOptions(watch).id,
    barsFrom: states[0]?.trail.from ?? slotAt,
    bars: states.reduce((sum, { trail }) => sum + trail.bars, 0),
    hash: sha256(lines.toSorted().join("\n")).slice(0, 32),
    signalsSince,
    readSince
  }
}

/**
 * How long after its bar could be had a live run is made at `now`, when it is too late to be acted on as fresh: more than
 * half a bar, or 15 minutes. Null in time, and for replays.
 */
export const lateness = ({ schedule, settleMs }: Watch, slotAt: number, origin: Origin, now: number): number | null => {
  const late = now - slotAt - settleMs
  const allowed = Math.min(timeframeMs(schedule.trading) / 2, 15 * 60_000)
  return origin === "LIVE" && late > allowed ? late : null
}

/** The run as it is before people are told of it. `spans` are what its parts took; `now` is when it is made. */
export const draftOf = (
  watch: Watch,
  { origin, rules, schedule }: RunKey,
  slotAt: number,
  states: ReadonlyArray<SymbolState>,
  { gates, processed, signals }: Pick<Conclusion, "gates" | "processed" | "signals">,
  { now, readSince, signalsSince, spans: { storeMs, ...spans } }: Pick<RunInputs, "signalsSince" | "readSince"> & {
    readonly now: number
    readonly spans: Pick<PredictionRun, "dataFetchMs" | "indicatorCalcMs" | "signalGenerationMs"> & {
      readonly storeMs: number
    }
  }
): PredictionRun => {
  const requested = states.length
  return {
    id: runId(schedule, slotAt, origin),
    schedule,
    slotAt,
    runTimestamp: now,
    intervalType: watch.schedule.trading,
    symbolsRequested: requested,
    symbolsProcessed: processed,
    signalsGenerated: signals.length,
    executionTimeMs: spans.dataFetchMs + spans.indicatorCalcMs + spans.signalGenerationMs + storeMs,
    ...spans,
    notificationMs: 0,
    status: processed === 0 ? "FAILED" : processed < requested ? "PARTIAL" : "SUCCESS",
    errors: errorLines(states),
    gates,
    rules,
    origin,
    lateMs: lateness(watch, slotAt, origin, now),
    barsRevised: 0,
    inputs: runInputs(watch, states, slotAt, { signalsSince, readSince })
  }
}

/** The run as it is stored when the database refuses some of what it found: `kept` signals are left. */
export const withoutRejected = (
  run: PredictionRun,
  kept: number,
  rejected: ReadonlyArray<RejectedRow>
): PredictionRun => ({
  ...run,
  status: run.status === "SUCCESS" && rejected.length > 0 ? "PARTIAL" : run.status,
  signalsGenerated: kept,
  errors: [...run.errors, ...rejected.map(({ id, reason, what }) => `${what} ${id} was rejected: ${reason}`)]
})

/** Why reads failed, one line a reason, with the symbols it hit. */
const errorLines = (states: ReadonlyArray<SymbolState>): ReadonlyArray<string> => {
  const byReason = new Map<string, Array<string>>()
  for (const { failure, instrument } of states) {
    if (failure !== null) byReason.set(failure, [...byReason.get(failure) ?? [], instrument.symbol])
  }
  return [...byReason].map(([reason, symbols]) =>
    symbols.length === 1 ? reason : `${reason} (${symbols.length} symbols)`
  )
}

export const finalState = (
  run: PredictionRun
): { readonly state: SlotState; readonly reason: SlotReason | null } => {
  if (run.status === "FAILED") return { state: "failed", reason: "no_data" }
  return { state: run.lateMs === null ? "done" : "late", reason: null }
}

export const metricsOf = (run: PredictionRun, refreshed: Refreshed): ReadonlyArray<Metric> => {
  const values = {
    cycle_ms: run.executionTimeMs,
    bars_stored: refreshed.stored,
    bars_quarantined: refreshed.quarantined,
    bars_outside_sessions: refreshed.outsideSessions
  }
  return Object.entries(values).map(([metricType, metricValue]) => ({
    metricType,
    metricValue,
    metricTimestamp: run.runTimestamp,
    aggregationPeriod: null,
    metadata: { run: run.id, schedule: run.schedule, origin: run.origin }
  }))
}

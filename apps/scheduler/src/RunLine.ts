/** One line about a run, as the worker tells it. */
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import { durationText, timeText } from "@dgas/domain/TimeText"

/** A run without any data also says why, and what shows the system at work without a network. */
export const runLine = (run: PredictionRun, zone: string): string => {
  const late = run.lateMs
  const head = `${timeText(run.slotAt, zone)} ${zone}  ${run.schedule}  ${run.status}${
    late === null ? "" : `  late by ${durationText(late)}`
  }`
  const why = run.errors.join("; ") || run.gates.find(({ gate }) => gate === "NO_DATA")?.detail
  if (run.status === "FAILED") {
    return `${head}  no data: ${why ?? "no symbol had a bar"} (bun run demo needs no network)`
  }
  const counts = `${run.symbolsProcessed}/${run.symbolsRequested} symbols, ${run.signalsGenerated} ${
    run.signalsGenerated === 1 ? "signal" : "signals"
  }, ${durationText(run.executionTimeMs)}`
  return `${head}  ${counts}${run.status === "PARTIAL" && why !== undefined ? `  ${why}` : ""}`
}

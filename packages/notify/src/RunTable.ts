/** The one table in which runs are shown to people. */
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import type { TableColumn } from "./Table.ts"
import { durationText, timeText } from "./TimeText.ts"

export const runTableColumns = (zone: string): ReadonlyArray<TableColumn> => [
  { header: `bar close (${zone})`, align: "left" },
  { header: "schedule", align: "left" },
  { header: "origin", align: "left" },
  { header: "status", align: "left" },
  { header: "symbols", align: "right" },
  { header: "signals", align: "right" },
  { header: "took", align: "right" },
  { header: "no signal because", align: "left" }
]

/** How many symbols each gate stopped, most first. */
export const gateText = (run: PredictionRun): string => {
  const counts = new Map<string, number>()
  for (const { gate } of run.gates) counts.set(gate, (counts.get(gate) ?? 0) + 1)
  return [...counts].toSorted((a, b) => b[1] - a[1]).map(([gate, count]) => `${count} ${gate}`).join(", ")
}

export const runCells = (run: PredictionRun, zone: string): ReadonlyArray<string> => [
  timeText(run.slotAt, zone),
  run.schedule,
  run.origin,
  run.status,
  `${run.symbolsProcessed}/${run.symbolsRequested}`,
  String(run.signalsGenerated),
  durationText(run.executionTimeMs),
  run.status === "FAILED" ? run.errors.join("; ") || gateText(run) : gateText(run)
]

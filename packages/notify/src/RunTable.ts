/** The one table in which runs are shown to people. */
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import { durationText, timeText } from "@dgas/domain/TimeText"
import { left, right, type TableColumn } from "./Table.ts"

export const runTableColumns = (zone: string): ReadonlyArray<TableColumn> => [
  left(`bar close (${zone})`),
  left("schedule"),
  left("origin"),
  left("status"),
  right("symbols"),
  right("signals"),
  right("took"),
  left("no signal because")
]

/** How many symbols each gate stopped, most first. */
export const gateText = (run: PredictionRun): string => {
  const counts = new Map<string, number>()
  for (const { gate } of run.gates) counts.set(gate, (counts.get(gate) ?? 0) + 1)
  return [...counts].toSorted((a, b) => b[1] - a[1]).map(([gate, count]) => `${count} ${gate}`).join(", ")
}

const revisedText = ({ barsRevised }: PredictionRun): ReadonlyArray<string> =>
  barsRevised === 0 ? [] : [`${barsRevised} ${barsRevised === 1 ? "bar was" : "bars were"} revised since`]

export const runCells = (run: PredictionRun, zone: string): ReadonlyArray<string> => [
  timeText(run.slotAt, zone),
  run.schedule,
  run.origin,
  run.status,
  `${run.symbolsProcessed}/${run.symbolsRequested}`,
  String(run.signalsGenerated),
  durationText(run.executionTimeMs),
  [gateText(run), ...run.errors, ...revisedText(run)].filter((text) => text !== "").join("; ")
]

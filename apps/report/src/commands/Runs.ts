/** `report runs`: the cycles that ran, newest first. */
import { RunStore } from "@dgas/db/RunStore"
import type { PredictionRun, RunStatus } from "@dgas/domain/PredictionRun"
import { isoText } from "@dgas/domain/TimeText"
import { gateText, runCells, runTableColumns } from "@dgas/notify/RunTable"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Column, type Format, print } from "../Rows.ts"
import { emptyText, type OriginFlag, originOf, withStore } from "../Store.ts"

interface Flags {
  readonly format: Format
  readonly limit: number
  readonly schedule: Option.Option<string>
  readonly since: Option.Option<string>
  readonly origin: OriginFlag
  readonly status: Option.Option<RunStatus>
}

const columns: ReadonlyArray<Column<PredictionRun>> = [
  { name: "slotAt", value: (run) => isoText(run.slotAt) },
  { name: "schedule", value: (run) => run.schedule },
  { name: "intervalType", value: (run) => run.intervalType },
  { name: "origin", value: (run) => run.origin },
  { name: "status", value: (run) => run.status },
  { name: "symbolsRequested", value: (run) => run.symbolsRequested },
  { name: "symbolsProcessed", value: (run) => run.symbolsProcessed },
  { name: "signalsGenerated", value: (run) => run.signalsGenerated },
  { name: "executionTimeMs", value: (run) => run.executionTimeMs },
  { name: "dataFetchMs", value: (run) => run.dataFetchMs },
  { name: "indicatorCalcMs", value: (run) => run.indicatorCalcMs },
  { name: "signalGenerationMs", value: (run) => run.signalGenerationMs },
  { name: "notificationMs", value: (run) => run.notificationMs },
  { name: "runTimestamp", value: (run) => isoText(run.runTimestamp) },
  { name: "lateMs", value: (run) => run.lateMs },
  { name: "barsRevised", value: (run) => run.barsRevised },
  { name: "gates", value: gateText, json: (run) => run.gates },
  { name: "errors", value: (run) => run.errors.join("; "), json: (run) => run.errors },
  { name: "rules", value: (run) => run.rules },
  { name: "id", value: (run) => run.id }
]

export const runs = (flags: Flags) =>
  withStore(flags, (zone, since) =>
    Effect.gen(function*() {
      const rows = yield* (yield* RunStore).recent({
        limit: flags.limit,
        origin: originOf(flags.origin),
        ...Option.match(flags.status, { onNone: () => ({}), onSome: (status) => ({ status }) }),
        ...Option.match(flags.schedule, { onNone: () => ({}), onSome: (schedule) => ({ schedule }) }),
        ...since
      })
      yield* print(flags.format, rows, {
        columns,
        table: runTableColumns(zone),
        cells: (run) => runCells(run, zone),
        empty: emptyText("runs", flags.origin)
      })
    }))

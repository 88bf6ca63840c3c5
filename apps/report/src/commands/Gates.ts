/**
 * `report gates`: which gate stopped how many symbols, in the order in which gates are tried; of one symbol, what
 * stopped it at each bar close, newest first.
 */
import { type GateCount, RunStore } from "@dgas/db/RunStore"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import { isoText, timeText } from "@dgas/domain/TimeText"
import { left, right } from "@dgas/notify/Table"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Column, type Format, print } from "../Rows.ts"
import { emptyText, type OriginFlag, originOf, withStore } from "../Store.ts"

interface Flags {
  readonly format: Format
  readonly limit: number
  readonly symbol: Option.Option<string>
  readonly schedule: Option.Option<string>
  readonly since: Option.Option<string>
  readonly origin: OriginFlag
}

/** `share` is of all stops that were found, 0 to 1. */
interface Row extends GateCount {
  readonly share: number
}

const columns: ReadonlyArray<Column<Row>> = [
  { name: "gate", value: (row) => row.gate },
  { name: "stopped", value: (row) => row.stopped },
  { name: "share", value: (row) => row.share },
  { name: "symbols", value: (row) => row.symbols }
]

/** What stopped a symbol at one bar close, with the numbers. */
interface Stop {
  readonly run: PredictionRun
  readonly gate: string
  readonly detail: string
}

const stopColumns: ReadonlyArray<Column<Stop>> = [
  { name: "slotAt", value: ({ run }) => isoText(run.slotAt) },
  { name: "schedule", value: ({ run }) => run.schedule },
  { name: "gate", value: (stop) => stop.gate },
  { name: "detail", value: (stop) => stop.detail }
]

export const gates = (flags: Flags) =>
  withStore(flags, (zone, since) =>
    Effect.gen(function*() {
      const filter = {
        origin: originOf(flags.origin),
        ...Option.match(flags.schedule, { onNone: () => ({}), onSome: (schedule) => ({ schedule }) }),
        ...since
      }
      const store = yield* RunStore
      const symbol = Option.getOrNull(flags.symbol)
      if (symbol !== null) {
        const runs = yield* store.recent({ ...filter, limit: flags.limit })
        const stops = runs.flatMap((run) =>
          run.gates.filter((stop) => stop.symbol === symbol).map(({ detail, gate }) => ({ run, gate, detail }))
        )
        return yield* print(flags.format, stops, {
          columns: stopColumns,
          table: [left(`bar close (${zone})`), left("schedule"), left("gate"), left("found")],
          cells: ({ detail, gate, run }) => [timeText(run.slotAt, zone), run.schedule, gate, detail],
          empty: emptyText(`stops of ${symbol} in the last ${flags.limit} runs`, flags.origin)
        })
      }
      const counts = yield* store.gateCounts(filter)
      const all = counts.reduce((sum, { stopped }) => sum + stopped, 0)
      yield* print(flags.format, counts.map((one) => ({ ...one, share: one.stopped / all })), {
        columns,
        table: [left("gate"), right("stopped"), right("share"), right("symbols")],
        cells: (row) => [row.gate, String(row.stopped), `${(row.share * 100).toFixed(1)} %`, String(row.symbols)],
        empty: emptyText("stops", flags.origin)
      })
    }))

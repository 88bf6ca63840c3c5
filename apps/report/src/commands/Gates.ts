/** `report gates`: which gate stopped how many symbols, in the order in which gates are tried. */
import { type GateCount, RunStore } from "@dgas/db/RunStore"
import { left, right } from "@dgas/notify/Table"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Column, type Format, print } from "../Rows.ts"
import { sinceInstant } from "../Since.ts"
import { emptyText, type OriginFlag, originOf, withStore } from "../Store.ts"

interface Flags {
  readonly format: Format
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

export const gates = (flags: Flags) =>
  withStore(() =>
    Effect.gen(function*() {
      const since = yield* sinceInstant(flags.since)
      const counts = yield* (yield* RunStore).gateCounts({
        origin: originOf(flags.origin),
        ...Option.match(flags.schedule, { onNone: () => ({}), onSome: (schedule) => ({ schedule }) }),
        ...since === null ? {} : { since }
      })
      const all = counts.reduce((sum, { stopped }) => sum + stopped, 0)
      yield* print(flags.format, counts.map((one) => ({ ...one, share: one.stopped / all })), {
        columns,
        table: [left("gate"), right("stopped"), right("share"), right("symbols")],
        cells: (row) => [row.gate, String(row.stopped), `${(row.share * 100).toFixed(1)} %`, String(row.symbols)],
        empty: emptyText("stops", flags.origin)
      })
    })
  )

/** `report events`: what price did at the levels that schedules watch, newest first. */
import { LevelEventStore } from "@dgas/db/LevelEventStore"
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import { isoText } from "@dgas/domain/TimeText"
import { levelEventCells, levelEventColumns } from "@dgas/notify/LevelTable"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Column, type Format, print } from "../Rows.ts"
import { emptyText, type OriginFlag, recentOf, withStore } from "../Store.ts"

interface Flags {
  readonly format: Format
  readonly limit: number
  readonly symbol: Option.Option<string>
  readonly schedule: Option.Option<string>
  readonly since: Option.Option<string>
  readonly origin: OriginFlag
}

const columns: ReadonlyArray<Column<LevelEvent>> = [
  { name: "eventTimestamp", value: (event) => isoText(event.eventTimestamp) },
  { name: "symbol", value: (event) => event.symbol },
  { name: "timeframe", value: (event) => event.timeframe },
  { name: "level", value: (event) => event.level },
  { name: "kind", value: (event) => event.kind },
  { name: "side", value: (event) => event.side },
  { name: "low", value: (event) => event.low },
  { name: "high", value: (event) => event.high },
  { name: "close", value: (event) => event.close },
  { name: "weight", value: (event) => event.weight },
  { name: "schedule", value: (event) => event.schedule },
  { name: "origin", value: (event) => event.origin },
  { name: "rules", value: (event) => event.rules },
  { name: "id", value: (event) => event.id }
]

export const events = (flags: Flags) =>
  withStore(flags, (zone, since) =>
    Effect.gen(function*() {
      const rows = yield* (yield* LevelEventStore).recent(recentOf(flags, since))
      yield* print(flags.format, rows, {
        columns,
        table: levelEventColumns(zone, false),
        cells: (event) => levelEventCells(event, zone),
        empty: emptyText("level events", flags.origin)
      })
    }))

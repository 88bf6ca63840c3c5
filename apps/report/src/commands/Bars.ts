/** `report bars`: the newest stored bars of one symbol, oldest first, and the holes among them. */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import type { Bar } from "@dgas/domain/Bar"
import type { CalendarName } from "@dgas/domain/Instrument"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { barGaps, gapText } from "@dgas/market/BarGaps"
import { type BarGrid, barGrid } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"
import { priceText } from "@dgas/notify/PriceText"
import { left, right } from "@dgas/notify/Table"
import { isoText, timeText } from "@dgas/notify/TimeText"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Column, type Format, print } from "../Rows.ts"
import { withStore } from "../Store.ts"

/** No instrument of that symbol was ever stored. */
export class SymbolUnknown extends Schema.TaggedError<SymbolUnknown>()("SymbolUnknown", { symbol: Schema.String }) {
  override get message() {
    return `symbol ${this.symbol} is not stored, expected one that a schedule has watched: see dgas.config.ts`
  }
}

interface Flags {
  readonly format: Format
  readonly limit: number
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly since: Option.Option<string>
}

interface Row extends Bar {
  readonly source: string
  readonly tick: number | null
}

const columns: ReadonlyArray<Column<Row>> = [
  { name: "openTime", value: (row) => isoText(row.openTime) },
  { name: "closeTime", value: (row) => isoText(row.closeTime) },
  { name: "open", value: (row) => row.open },
  { name: "high", value: (row) => row.high },
  { name: "low", value: (row) => row.low },
  { name: "close", value: (row) => row.close },
  { name: "volume", value: (row) => row.volume },
  { name: "source", value: (row) => row.source }
]

/** The grid that the bars lie on: a source's is not stored with them, but its bars tell. */
const gridOf = (calendar: CalendarName, timeframe: Timeframe, rows: ReadonlyArray<Bar>): BarGrid => {
  const session = barGrid(calendarOf(calendar), timeframe, "session")
  return rows.every((bar) => session.slotOf(bar.openTime)?.closeTime === bar.closeTime)
    ? session
    : barGrid(calendarOf(calendar), timeframe, "clock")
}

export const bars = (flags: Flags) =>
  withStore(flags, (zone, { since = -Infinity }) =>
    Effect.gen(function*() {
      const known = yield* (yield* InstrumentStore).find(flags.symbol)
      if (known.length === 0) return yield* new SymbolUnknown({ symbol: flags.symbol })
      const store = yield* BarStore
      const rows: Array<Row> = []
      for (const { id, instrument, source } of known) {
        const latest = yield* store.latest(id, flags.timeframe, flags.limit)
        const found = latest.filter((bar) => bar.openTime >= since)
        rows.push(...found.map((bar) => ({ ...bar, source, tick: instrument.tick })))
        for (const gap of barGaps(gridOf(instrument.calendar, flags.timeframe, found), found)) {
          yield* Console.error(gapText(gap))
        }
      }
      yield* print(flags.format, rows, {
        columns,
        table: [
          left(`open time (${zone})`),
          right("open"),
          right("high"),
          right("low"),
          right("close"),
          right("volume"),
          left("source")
        ],
        cells: (row) => [
          timeText(row.openTime, zone),
          ...[row.open, row.high, row.low, row.close].map((value) => priceText(value, row.tick)),
          String(row.volume),
          row.source
        ],
        empty: `No ${flags.timeframe} bars of ${flags.symbol} are stored.`
      })
    }))

/**
 * `report bars`: the newest stored bars of one symbol, oldest first, with the holes, splits, dividends and rolls among them; or
 * how whole all are.
 */
import { WrongUsage } from "@dgas/cli/WrongUsage"
import { BarStore } from "@dgas/db/BarStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import type { Bar } from "@dgas/domain/Bar"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { isoText, timeText } from "@dgas/domain/TimeText"
import { gridOf, instrumentsOf } from "@dgas/engine/StoredSymbol"
import { barGaps, gapText } from "@dgas/market/BarGaps"
import { priceText } from "@dgas/notify/PriceText"
import { left, right } from "@dgas/notify/Table"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { eventText } from "../EventText.ts"
import { type Column, print } from "../Rows.ts"
import { withStore } from "../Store.ts"
import { type BarFlags, quality } from "./BarQuality.ts"

interface Flags extends BarFlags {
  readonly quality: boolean
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

const needed = <A>(flag: string, value: Option.Option<A>): Effect.Effect<A, WrongUsage> =>
  Effect.mapError(
    Effect.fromOption(value),
    () => new WrongUsage({ flag, found: "nothing", expected: "one, or --quality for all" })
  )

export const bars = Effect.fnUntraced(function*(flags: Flags) {
  if (flags.quality) return yield* quality(flags)
  const symbol = yield* needed("symbol", flags.symbol)
  const timeframe = yield* needed("timeframe", flags.timeframe)
  return yield* newest({ ...flags, symbol, timeframe })
})

const newest = (
  flags: Omit<Flags, "symbol" | "timeframe"> & { readonly symbol: string; readonly timeframe: Timeframe }
) =>
  withStore(flags, (zone, { since = -Infinity }, config) =>
    Effect.gen(function*() {
      const store = yield* BarStore
      const events = yield* PriceEventStore
      const rows: Array<Row> = []
      for (const { id, instrument, source } of yield* instrumentsOf(flags.symbol)) {
        const latest = yield* store.latest(id, flags.timeframe, flags.limit)
        const found = latest.filter((bar) => bar.openTime >= since)
        rows.push(...found.map((bar) => ({ ...bar, source, tick: instrument.tick })))
        const grid = gridOf(instrument.calendar, flags.timeframe, found, config)
        for (const gap of barGaps(grid, found)) yield* Console.error(gapText(gap))
        const [first, last] = [found.at(0), found.at(-1)]
        if (first === undefined || last === undefined) continue
        const told = yield* events.of([id], { before: last.closeTime })
        for (const event of told.get(id) ?? []) {
          if (event.at >= first.openTime) yield* Console.error(eventText(event, grid.calendar))
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

/**
 * `report levels`: the levels of the next bar of each stored timeframe of a symbol, from the highest price down, and how
 * often the next bar reached such a level and closed beyond it.
 */
import { BarStore } from "@dgas/db/BarStore"
import type { StoredInstrument } from "@dgas/db/InstrumentStore"
import type { SeriesEnds } from "@dgas/db/SeriesEnds"
import type { Config } from "@dgas/domain/Config"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { isoText, timeText } from "@dgas/domain/TimeText"
import { type RatedLevel, type StoredLevels, storedLevels } from "@dgas/engine/StoredLevels"
import { instrumentsOf } from "@dgas/engine/StoredSymbol"
import { priceText } from "@dgas/notify/PriceText"
import { hasEnough, shareText } from "@dgas/notify/RateText"
import { disclaimer } from "@dgas/notify/SignalTable"
import { left, render, right, terminalWidth } from "@dgas/notify/Table"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { liveNote } from "../LiveNote.ts"
import { type Column, csvText, type Format, jsonText } from "../Rows.ts"
import { withStore } from "../Store.ts"

interface Flags {
  readonly format: Format
  readonly symbol: string
  readonly timeframe: Option.Option<Timeframe>
}

/** One timeframe of one source. */
interface Group extends StoredLevels {
  readonly stored: StoredInstrument
}

interface Row extends RatedLevel {
  readonly group: Group
}

/** How far `price` is above the last close, in percent of that. */
const distanceOf = (price: number, close: number) => (price - close) / close * 100

const columns: ReadonlyArray<Column<Row>> = [
  { name: "symbol", value: ({ group }) => group.stored.instrument.symbol },
  { name: "timeframe", value: ({ group }) => group.timeframe },
  { name: "level", value: (row) => row.level },
  { name: "price", value: (row) => row.price },
  { name: "distancePct", value: ({ group, price }) => price === null ? null : distanceOf(price, group.close) },
  { name: "touched", value: ({ rate }) => rate?.touched.share ?? null },
  { name: "touchedLow", value: ({ rate }) => rate?.touched.low ?? null },
  { name: "touchedHigh", value: ({ rate }) => rate?.touched.high ?? null },
  { name: "beyond", value: ({ rate }) => rate?.beyond.share ?? null },
  { name: "beyondLow", value: ({ rate }) => rate?.beyond.low ?? null },
  { name: "beyondHigh", value: ({ rate }) => rate?.beyond.high ?? null },
  { name: "n", value: ({ rate }) => rate?.n ?? 0 },
  { name: "livePrice", value: (row) => row.livePrice },
  { name: "liveUntil", value: ({ group: { forming } }) => forming === null ? null : isoText(forming.until) },
  { name: "close", value: ({ group }) => group.close },
  { name: "asOf", value: ({ group }) => isoText(group.asOf) },
  { name: "source", value: ({ group }) => group.stored.source }
]

const headOf = ({ asOf, bars, forming, stored, timeframe }: Group, zone: string) => [
  `${stored.instrument.symbol}  ${timeframe}  ${stored.source}  ${bars} bars, the last one closed ${
    timeText(asOf, zone)
  } ${zone}`,
  ...forming === null
    ? []
    : [`the next one is in progress: ${forming.of} bars until ${timeText(forming.until, zone)} ${zone}`]
]

/** How often, or that there are too few bars to tell. */
const rateCells = ({ rate }: RatedLevel) =>
  rate !== null && hasEnough(rate.n)
    ? [shareText(rate.touched), shareText(rate.beyond), String(rate.n)]
    : ["too few bars", "too few bars", String(rate?.n ?? 0)]

/** The place of the last close among the levels: a rule through the table. */
const closeCells = (close: string, live: ReadonlyArray<string>) => [
  "─ last close ─",
  close,
  "────────",
  ...live,
  "─────────────",
  "─────────────",
  "────"
]

const tableOf = ({ close, forming, levels, stored }: Group) => {
  const price = (value: number | null) => value === null ? "" : priceText(value, stored.instrument.tick)
  const cellsOf = (one: RatedLevel) => [
    one.level,
    price(one.price),
    one.price === null ? "" : `${distanceOf(one.price, close).toFixed(2)} %`,
    ...forming === null ? [] : [price(one.livePrice)],
    ...rateCells(one)
  ]
  const above = levels.filter((one) => (one.price ?? one.livePrice ?? close) >= close)
  return render(
    [
      left("level"),
      right("price"),
      right("distance"),
      ...forming === null ? [] : [right("live")],
      left("reached"),
      left("closed beyond"),
      right("bars")
    ],
    [
      ...above.map(cellsOf),
      closeCells(price(close), forming === null ? [] : [price(forming.bar.close)]),
      ...levels.slice(above.length).map(cellsOf)
    ],
    terminalWidth()
  )
}

const rateNote = "reached, closed beyond: how often the next bar did so at such a level, with the 95 % interval"

const page = (groups: ReadonlyArray<Group>, zone: string) =>
  [
    ...groups.flatMap((group) => [headOf(group, zone).join("\n"), tableOf(group)]),
    [rateNote, ...groups.some(({ forming }) => forming !== null) ? [liveNote] : []].join("\n"),
    disclaimer
  ].join("\n\n")

/** Reading and counting so many bars takes seconds. */
const manyBars = 200_000

const groupsOf = Effect.fnUntraced(function*(flags: Flags, config: Config, zone: string) {
  const store = yield* BarStore
  const groups: Array<Group> = []
  for (const stored of yield* instrumentsOf(flags.symbol)) {
    const spans = yield* store.timeframesOf(stored.id)
    for (const span of spans) {
      if (Option.isSome(flags.timeframe) && flags.timeframe.value !== span.timeframe) continue
      if (span.bars > manyBars) yield* Console.error(`reading ${span.bars} ${span.timeframe} bars of ${flags.symbol}`)
      const group = { stored, ...yield* storedLevels(stored, span, spans, config) }
      if (group.passedBy !== null) yield* Console.error(passedText(group, group.passedBy, zone))
      groups.push(group)
    }
  }
  return groups
})

const passedText = ({ asOf, stored, timeframe }: Group, by: SeriesEnds, zone: string) =>
  `${stored.instrument.symbol} ${timeframe}: bars end at ${timeText(asOf, zone)}, ${by.timeframe} bars go on until ${
    timeText(by.lastCloseTime, zone)
  } ${zone}: the bar of these levels is over and not stored`

export const levels = (flags: Flags) =>
  withStore({ since: Option.none() }, (zone, _, config) =>
    Effect.gen(function*() {
      const groups = yield* groupsOf(flags, config, zone)
      const rows = groups.flatMap((group) => group.levels.map((level) => ({ ...level, group })))
      yield* Console.log(
        flags.format === "json"
          ? jsonText(columns, rows)
          : flags.format === "csv"
          ? csvText(columns, rows)
          : groups.length === 0
          ? emptyText(flags)
          : page(groups, zone)
      )
    }))

const emptyText = ({ symbol, timeframe }: Flags) =>
  `No ${
    Option.match(timeframe, { onNone: () => "", onSome: (one) => `${one} ` })
  }bars of ${symbol} are stored.\n\n${disclaimer}`

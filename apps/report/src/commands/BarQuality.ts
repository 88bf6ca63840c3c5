/** `report bars --quality`: how whole the stored bars of each series are, the worst first. */
import { BarQualityStore } from "@dgas/db/BarQualityStore"
import { DbClock } from "@dgas/db/DbClock"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { durationText, isoText, timeText } from "@dgas/domain/TimeText"
import { instrumentsOf } from "@dgas/engine/StoredSymbol"
import { left, right } from "@dgas/notify/Table"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { barQuality, type SeriesQuality } from "../BarQuality.ts"
import { type Column, type Format, print } from "../Rows.ts"
import { withStore } from "../Store.ts"

export interface BarFlags {
  readonly format: Format
  readonly limit: number
  readonly symbol: Option.Option<string>
  readonly timeframe: Option.Option<Timeframe>
  readonly since: Option.Option<string>
}

/** Gaps that are told one by one. */
const latestGaps = 3

const gapText = ({ from, missing, to }: SeriesQuality["gaps"][number]) =>
  missing === 1 ? `1 at ${from}` : `${missing} from ${from} to ${to}`

const latestOf = ({ gaps }: SeriesQuality) => gaps.slice(-latestGaps).toReversed()

const longestOf = ({ gaps }: SeriesQuality) => gaps.reduce((most, { missing }) => Math.max(most, missing), 0)

const refusedRows = ({ refused }: SeriesQuality, reason?: string) =>
  refused.reduce((sum, one) => reason === undefined || one.reason === reason ? sum + one.rows : sum, 0)

const refusedText = ({ refused }: SeriesQuality) =>
  refused.map(({ reason, rows, timesSeen }) => `${reason} ${rows}${timesSeen > rows ? ` (seen ${timesSeen})` : ""}`)
    .join(", ")

const isoOrNull = (instant: number | null) => instant === null ? null : isoText(instant)

/** A share below 1 never shows as 100 %. */
const percentText = (share: number) => `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`

const columns: ReadonlyArray<Column<SeriesQuality>> = [
  { name: "symbol", value: (row) => row.symbol },
  { name: "source", value: (row) => row.source },
  { name: "timeframe", value: (row) => row.timeframe },
  { name: "bars", value: (row) => row.bars },
  { name: "expected", value: (row) => row.expected },
  { name: "completeness", value: (row) => row.completeness },
  { name: "gaps", value: (row) => row.gaps.length },
  { name: "longestGap", value: longestOf },
  { name: "latestGaps", value: (row) => latestOf(row).map(gapText).join("; "), json: latestOf },
  { name: "lastCloseTime", value: (row) => isoOrNull(row.lastClose) },
  { name: "expectedCloseTime", value: (row) => isoOrNull(row.expectedClose) },
  { name: "behind", value: (row) => row.behind },
  { name: "quarantined", value: (row) => refusedRows(row) },
  { name: "duplicates", value: (row) => refusedRows(row, "duplicate") },
  {
    name: "quarantinedBy",
    value: refusedText,
    json: (row) => Object.fromEntries(row.refused.map(({ reason, rows, timesSeen }) => [reason, { rows, timesSeen }]))
  },
  { name: "revisions", value: (row) => row.revisions }
]

const behindText = ({ behind, expectedClose, lastClose }: SeriesQuality) =>
  behind === 0 || expectedClose === null || lastClose === null
    ? ""
    : `${behind} (${durationText(expectedClose - lastClose)})`

/** What the numbers of a row are about, the most telling first. */
const foundText = (row: SeriesQuality) =>
  [
    ...row.refused.length === 0 ? [] : [`quarantined: ${refusedText(row)}`],
    ...row.revisions === 0 ? [] : [`${row.revisions} revised`],
    ...row.gaps.length === 0 ? [] : [`longest gap ${longestOf(row)}, latest ${latestOf(row).map(gapText).join(", ")}`]
  ].join("; ")

export const quality = (flags: BarFlags) =>
  withStore(flags, (zone, { since }, config) =>
    Effect.gen(function*() {
      const store = yield* BarQualityStore
      const now = yield* (yield* DbClock).now
      const symbol = Option.getOrUndefined(flags.symbol)
      const timeframe = Option.getOrUndefined(flags.timeframe)
      if (symbol !== undefined) yield* instrumentsOf(symbol)
      const filter = {
        ...symbol === undefined ? {} : { symbol },
        ...timeframe === undefined ? {} : { timeframe },
        ...since === undefined ? {} : { since }
      }
      const from = since ?? -Infinity
      const spans = yield* store.spans(filter)
      const stored = {
        spans,
        counts: yield* store.counts(spans, from),
        jumps: yield* store.jumps(spans, from),
        refused: yield* store.refused(filter),
        revised: yield* store.revised(filter)
      }
      const all = barQuality(config, stored, { now, since: from })
      const rows = all.slice(0, flags.limit)
      yield* print(flags.format, rows, {
        columns,
        table: [
          left("symbol"),
          left("timeframe"),
          right("bars"),
          right("complete"),
          right("gaps"),
          left(`last close (${zone})`),
          right("behind"),
          left("found")
        ],
        cells: (row) => [
          row.symbol,
          row.timeframe,
          String(row.bars),
          percentText(row.completeness),
          String(row.gaps.length),
          row.lastClose === null ? "" : timeText(row.lastClose, zone),
          behindText(row),
          foundText(row)
        ],
        empty: "No bars are stored."
      })
      if (rows.length < all.length) {
        yield* Console.error(
          `${all.length - rows.length} more series, less incomplete: --limit ${all.length} shows them`
        )
      }
    }))

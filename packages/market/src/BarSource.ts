/**
 * Where bars come from: a port, with an adapter a file in `BarSource/`.
 *
 * A source gives rows as its provider has them. It neither repairs nor invents; what is a bar is decided by
 * `BarValidation`, which also leaves out what had not closed. A timeframe that the provider lacks is built from
 * shorter bars of it, or refused. A provider that keeps only recent bars gives those, and refuses a range that it has
 * nothing of.
 */
import type { RawBar } from "@dgas/domain/Bar"
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import type { QuarantinedBar } from "@dgas/domain/Quarantine"
import type { Timeframe } from "@dgas/domain/Timeframe"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { BarGrid } from "./BarGrid.ts"

/**
 * The source gave no answer that can be used. Another try may. `waitMs` is how long it wants to be left alone until
 * then, where it says so or its limits do.
 */
export class SourceUnavailable extends Schema.TaggedError<SourceUnavailable>()("SourceUnavailable", {
  source: Schema.String,
  detail: Schema.String,
  waitMs: Schema.optionalKey(Schema.Finite)
}) {
  override get message() {
    return `source ${this.source} is not available: ${this.detail}`
  }
}

/** The source has no bars of this symbol, or none that can be read. Other symbols may be fine. */
export class UnknownSymbol extends Schema.TaggedError<UnknownSymbol>()("UnknownSymbol", {
  source: Schema.String,
  symbol: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return `source ${this.source} gives no bars of ${this.symbol}: ${this.detail}`
  }
}

/** Epoch milliseconds: `from` inclusive and `to` exclusive are open times, `asOf` is the instant of the cycle. */
export interface BarRequest {
  readonly symbol: string
  /** How the asker cuts the market; its timeframe is the one that is asked for. */
  readonly grid: BarGrid
  readonly from: number
  readonly to: number
  readonly asOf: number
}

/**
 * Rows of one request, and the name of the source that gave them. `events` is what is known of splits, dividends and
 * rolls of the symbol since `from`, and may hold earlier ones: of use where prices are raw or adjusted for splits alone.
 */
export interface BarAnswer {
  readonly source: string
  readonly rows: ReadonlyArray<RawBar>
  /** Ascending. What is told again is the same event; left out where nothing is told. */
  readonly events?: ReadonlyArray<PriceEvent>
  /** Rows of a shorter timeframe that were put aside when `rows` were built of the others. */
  readonly quarantined?: ReadonlyArray<QuarantinedBar>
}

export interface BarSource {
  readonly name: string
  /**
   * Rows of the slots that open from `from` up to `to`, ascending, as labelled by the provider. The last may not
   * have closed, and a day or week may begin before `from` where its label does.
   */
  readonly fetch: (request: BarRequest) => Effect.Effect<BarAnswer, SourceUnavailable | UnknownSymbol>
}

const day = 86_400_000

/**
 * The first label that can mean a slot which opens at `from`. Days and weeks may be labelled by midnight UTC of
 * their date or Monday, which comes before their session opens.
 */
export const firstLabel = (timeframe: Timeframe, from: number): number => {
  if (timeframe === "1d") return Math.floor(from / day) * day
  // The epoch's week began on Monday, 1969-12-29.
  if (timeframe === "1w") return Math.floor((from + 3 * day) / (7 * day)) * 7 * day - 3 * day
  return from
}

/** The rows, which ascend, whose labels answer the request. */
export const rowsBetween = (
  rows: ReadonlyArray<RawBar>,
  { from, grid, to }: Pick<BarRequest, "from" | "grid" | "to">
): ReadonlyArray<RawBar> => rows.slice(lowerBound(rows, firstLabel(grid.timeframe, from)), lowerBound(rows, to))

/** Index of the first row that opens at or after `openTime`. */
const lowerBound = (rows: ReadonlyArray<RawBar>, openTime: number): number => {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rows[middle]!.openTime < openTime) low = middle + 1
    else high = middle
  }
  return low
}

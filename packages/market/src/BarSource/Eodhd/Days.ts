/** Days and intraday bars as EODHD writes them. */
import type { RawBar } from "@dgas/domain/Bar"
import * as Schema from "effect/Schema"
import { parseTimestamp } from "../../BarFile/BarRow.ts"
import type { TradingCalendar } from "../../TradingCalendar.ts"
import { isEmptyStretch, numberOf, rowOf } from "../Rows.ts"

const Cell = Schema.optionalKey(Schema.Unknown)
const prices = { open: Cell, high: Cell, low: Cell, close: Cell, volume: Cell }

/** Prices are raw; `adjusted_close` is for splits and dividends. */
const Day = Schema.Struct({ date: Cell, adjusted_close: Cell, ...prices })
export const Days = Schema.Array(Day)

/** One day of every symbol of an exchange. */
export const ExchangeDays = Schema.Array(Schema.Struct({ code: Schema.String, ...Day.fields }))

export const Intraday = Schema.Array(Schema.Struct({ timestamp: Cell, ...prices }))

/** A row labelled by midnight UTC of its date, and the close adjusted for splits and dividends. */
export interface AdjustedRow {
  readonly row: RawBar
  readonly adjustedClose: number
}

/** Currencies and late rows have no volume. */
const priced = (openTime: number, cells: typeof Intraday.Type[number] | typeof Day.Type): RawBar =>
  rowOf(openTime, { ...cells, volume: cells.volume ?? 0 })

const midnightOf = (date: unknown): number => {
  const at = typeof date === "string" ? parseTimestamp(date) : ""
  return typeof at === "number" ? at : Number.NaN
}

/** The rows of days, without those that stand for no trade. */
export const dayRows = <A extends typeof Day.Type>(
  days: ReadonlyArray<A>
): ReadonlyArray<AdjustedRow & { readonly day: A }> =>
  days.flatMap((day) => {
    if (day.open === null && day.high === null && day.low === null && day.close === null) return []
    const row = priced(midnightOf(day.date), day)
    return isEmptyStretch(row) ? [] : [{ day, row, adjustedClose: numberOf(day.adjusted_close) }]
  })

/**
 * The rows of an intraday answer. Rows of nulls stand for no trade. The flat one without volume that some timeframes
 * end a session with is its official close (20:00Z for New York in summer): a price, and no bar.
 */
export const intradayRows = (
  bars: typeof Intraday.Type,
  calendar: TradingCalendar
): ReadonlyArray<RawBar> =>
  bars.flatMap((bar) => {
    if (bar.open === null && bar.high === null && bar.low === null && bar.close === null) return []
    const row = priced(numberOf(bar.timestamp) * 1000, bar)
    return isEmptyStretch(row) && isSessionClose(row.openTime, calendar) ? [] : [row]
  })

const isSessionClose = (instant: number, calendar: TradingCalendar): boolean =>
  calendar.covers(instant) && calendar.sessionAt(instant) === undefined &&
  calendar.previousSession(instant).close === instant

/** Days and intraday bars as EODHD writes them. */
import type { RawBar } from "@dgas/domain/Bar"
import * as Schema from "effect/Schema"
import type { TradingCalendar } from "../../TradingCalendar.ts"
import { isEmptyStretch, numberOf, Quoted } from "../Rows.ts"

const prices = { open: Quoted, high: Quoted, low: Quoted, close: Quoted, volume: Quoted }

/** Prices are raw; `adjusted_close` is for splits and dividends. */
const Day = Schema.Struct({ date: Schema.String, adjusted_close: Quoted, ...prices })
export const Days = Schema.Array(Day)

/** One day of every symbol of an exchange. */
export const ExchangeDays = Schema.Array(Schema.Struct({ code: Schema.String, ...Day.fields }))

export const Intraday = Schema.Array(Schema.Struct({ timestamp: Schema.Int, ...prices }))

/** A row labelled by midnight UTC of its date, and the close adjusted for splits and dividends. */
export interface AdjustedRow {
  readonly row: RawBar
  readonly adjustedClose: number
}

const rowOf = (
  openTime: number,
  { close, high, low, open, volume }: typeof Intraday.Type[number] | typeof Day.Type
): RawBar => ({
  openTime,
  open: numberOf(open),
  high: numberOf(high),
  low: numberOf(low),
  close: numberOf(close),
  // Currencies and late rows have none.
  volume: volume === null ? 0 : numberOf(volume)
})

/** The rows of days, without those that stand for no trade. */
export const dayRows = <A extends typeof Day.Type>(
  days: ReadonlyArray<A>
): ReadonlyArray<AdjustedRow & { readonly day: A }> =>
  days.flatMap((day) => {
    if (day.open === null && day.high === null && day.low === null && day.close === null) return []
    const row = rowOf(Date.parse(`${day.date}T00:00:00Z`), day)
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
    const row = rowOf(bar.timestamp * 1000, bar)
    return isEmptyStretch(row) && isSessionClose(row.openTime, calendar) ? [] : [row]
  })

const isSessionClose = (instant: number, calendar: TradingCalendar): boolean =>
  calendar.covers(instant) && calendar.sessionAt(instant) === undefined &&
  calendar.previousSession(instant).close === instant

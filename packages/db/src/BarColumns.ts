/**
 * Bars as columns of text arrays, the way in which many of them cross to and from Postgres.
 *
 * A statement takes and gives one array a column, which costs a third of what a row each does.
 */
import type { Bar } from "@dgas/domain/Bar"
import * as Schema from "effect/Schema"
import { rowsOf } from "./Sql.ts"

/** Finite and non-finite numbers, as Postgres spells an array of them. */
export const arrayText = (values: ReadonlyArray<number | string>): string => `{${values.join(",")}}`

/** Columns that a statement selects by `barColumns`, one row a series; null when the series has no bar. */
const Columns = Schema.Struct({
  id: Schema.Int,
  openTimes: Schema.NullOr(Schema.String),
  closeTimes: Schema.NullOr(Schema.String),
  opens: Schema.NullOr(Schema.String),
  highs: Schema.NullOr(Schema.String),
  lows: Schema.NullOr(Schema.String),
  closes: Schema.NullOr(Schema.String),
  volumes: Schema.NullOr(Schema.String)
})

const column = (expression: string, name: string) => `array_agg(${expression} order by open_time)::text as "${name}"`

/** Select list that aggregates rows of `bars`; `id` must be selected beside it. */
export const barColumns = [
  column("(extract(epoch from open_time) * 1000)::int8", "openTimes"),
  column("(extract(epoch from close_time) * 1000)::int8", "closeTimes"),
  column("open", "opens"),
  column("high", "highs"),
  column("low", "lows"),
  column("close", "closes"),
  column("volume", "volumes")
].join(", ")

export const decodeSeries = rowsOf(Columns)

/** The bars of one series, oldest first. */
export const barsOf = (row: typeof Columns.Type): ReadonlyArray<Bar> => {
  const openTimes = numbersOf(row.openTimes)
  const closeTimes = numbersOf(row.closeTimes)
  const opens = numbersOf(row.opens)
  const highs = numbersOf(row.highs)
  const lows = numbersOf(row.lows)
  const closes = numbersOf(row.closes)
  const volumes = numbersOf(row.volumes)
  return openTimes.map((openTime, index) => ({
    openTime,
    closeTime: closeTimes[index]!,
    open: opens[index]!,
    high: highs[index]!,
    low: lows[index]!,
    close: closes[index]!,
    volume: volumes[index]!
  }))
}

/** The checks of the table keep NaN and infinities out of it, so the text is JSON but for its brackets. */
const numbersOf = (text: string | null): ReadonlyArray<number> =>
  text === null ? [] : JSON.parse(`[${text.slice(1, -1)}]`)

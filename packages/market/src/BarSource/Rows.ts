/** Rows as providers of several forms write them. */
import type { RawBar } from "@dgas/domain/Bar"
import * as Schema from "effect/Schema"
import { type BarRequest, rowsBetween } from "../BarSource.ts"

/** A number, plain or as text. What is none costs its row, in validation, and not the page. */
export const Quoted = Schema.NullOr(Schema.Union([Schema.Finite, Schema.String]))

/** NaN for what is no number. */
export const numberOf = (value: typeof Quoted.Type): number =>
  typeof value === "number" ? value : value === null || value.trim() === "" ? Number.NaN : Number(value)

/** The rows that answer a request, ascending. A row that repeats another to the last digit is the same row. */
export const inOrder = (rows: ReadonlyArray<RawBar>, request: BarRequest): ReadonlyArray<RawBar> => {
  const sorted = rows.toSorted((one, other) => one.openTime - other.openTime)
  return rowsBetween(
    sorted.filter((row, index) => index === 0 || !isSame(row, sorted[index - 1]!)),
    request
  )
}

const isSame = (one: RawBar, other: RawBar): boolean =>
  one.openTime === other.openTime && one.open === other.open && one.high === other.high && one.low === other.low &&
  one.close === other.close && one.volume === other.volume

/** True for a row of one price and no volume, which stands for a stretch without a trade. */
export const isEmptyStretch = ({ close, high, low, open, volume }: RawBar): boolean =>
  volume === 0 && open === high && open === low && open === close

/** Rows as providers of several forms write them. */
import type { RawBar } from "@dgas/domain/Bar"
import { decimal } from "../BarFile/BarRow.ts"
import { type BarRequest, rowsBetween } from "../BarSource.ts"

/** A number, plain or as text; NaN for anything else. What is no number costs its row, in validation, and not the page. */
export const numberOf = (cell: unknown): number =>
  typeof cell === "number" ? cell : typeof cell === "string" && decimal.test(cell.trim()) ? Number(cell) : Number.NaN

type Cells = Readonly<Partial<Record<"open" | "high" | "low" | "close" | "volume", unknown>>>

/** A row of cells as they came. */
export const rowOf = (openTime: number, { close, high, low, open, volume }: Cells): RawBar => ({
  openTime,
  open: numberOf(open),
  high: numberOf(high),
  low: numberOf(low),
  close: numberOf(close),
  volume: numberOf(volume)
})

/**
 * The rows that answer a request, ascending, and after them those without a time. A row that repeats another to the
 * last digit is the same row.
 */
export const inOrder = (rows: ReadonlyArray<RawBar>, request: BarRequest): ReadonlyArray<RawBar> => {
  const timed = rows.filter(({ openTime }) => Number.isFinite(openTime))
  const sorted = timed.toSorted((one, other) => one.openTime - other.openTime)
  const own = rowsBetween(sorted.filter((row, index) => index === 0 || !isSame(row, sorted[index - 1]!)), request)
  return timed.length === rows.length ? own : [...own, ...rows.filter(({ openTime }) => !Number.isFinite(openTime))]
}

const isSame = (one: RawBar, other: RawBar): boolean =>
  one.openTime === other.openTime && one.open === other.open && one.high === other.high && one.low === other.low &&
  one.close === other.close && one.volume === other.volume

/** True for a row of one price and no volume, which stands for a stretch without a trade. */
export const isEmptyStretch = ({ close, high, low, open, volume }: RawBar): boolean =>
  volume === 0 && open === high && open === low && open === close

/** Holes in a series of bars, for people to read. A hole is a run of slots without a bar. */
import type { Bar } from "@dgas/domain/Bar"
import { isIntraday } from "@dgas/domain/Timeframe"
import type { BarGrid } from "./BarGrid.ts"
import { instantText } from "./BarValidation.ts"

/** `from` and `to` are the first and the last missing slot: dates of days and weeks, else open times in UTC. */
export interface BarGap {
  readonly from: string
  readonly to: string
  readonly missing: number
}

/** The holes between the first and the last of `bars`, which ascend and lie on `grid`; oldest first. */
export const barGaps = (grid: BarGrid, bars: ReadonlyArray<Bar>): ReadonlyArray<BarGap> => {
  const gaps: Array<BarGap> = []
  for (let index = 1; index < bars.length; index++) {
    const gap = gapBetween(grid, bars[index - 1]!.closeTime, bars[index]!.closeTime)
    if (gap !== null) gaps.push(gap)
  }
  return gaps
}

/** The hole between two neighbours, of which one closes at `before` and the next at `closeTime`; null when there is none. */
export const gapBetween = (grid: BarGrid, before: number, closeTime: number): BarGap | null => {
  if (grid.nextClose(before) >= closeTime) return null
  const missing = grid.closes(before, closeTime - 1)
  const first = missing[0]
  const last = missing.at(-1)
  if (first === undefined || last === undefined) return null
  return { from: labelOf(grid, first), to: labelOf(grid, last), missing: missing.length }
}

export const gapText = ({ from, missing, to }: BarGap): string =>
  missing === 1 ? `gap: 1 bar missing at ${from}` : `gap: ${missing} bars missing from ${from} to ${to}`

const labelOf = (grid: BarGrid, close: number): string => {
  const text = instantText(grid.slotAt(close - 1)?.openTime ?? close)
  return isIntraday(grid.timeframe) ? text : text.slice(0, 10)
}

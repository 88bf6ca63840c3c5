/** Which stretches of a grid lack bars, as few requests as it makes sense to send for them. */
import type { Bar } from "@dgas/domain/Bar"
import type { BarGrid } from "@dgas/market/BarGrid"

/** From the open of the first missing slot to the close of the last one; epoch milliseconds. */
export interface MissingRange {
  readonly from: number
  readonly to: number
}

/** So many stored bars between two holes are read again rather than asked around: providers answer as many at once. */
const mergedBars = 500

/**
 * The stretches of slots that lie whole in [from, to) and are not among `stored`, which ascend; the newest first. Throws
 * `CalendarOutOfSpan`.
 */
export const missingRanges = (
  grid: BarGrid,
  stored: ReadonlyArray<Pick<Bar, "openTime">>,
  { from, to }: MissingRange
): ReadonlyArray<MissingRange> => {
  const ranges: Array<MissingRange> = []
  let index = 0
  let storedBetween = 0
  for (const close of grid.closes(from, to)) {
    const slot = grid.slotAt(close - 1)
    if (slot === undefined || slot.openTime < from) continue
    while (index < stored.length && stored[index]!.openTime < slot.openTime) index++
    if (stored[index]?.openTime === slot.openTime) {
      storedBetween++
      continue
    }
    const last = ranges.at(-1)
    if (last !== undefined && storedBetween < mergedBars) ranges[ranges.length - 1] = { from: last.from, to: close }
    else ranges.push({ from: slot.openTime, to: close })
    storedBetween = 0
  }
  return ranges.toReversed()
}

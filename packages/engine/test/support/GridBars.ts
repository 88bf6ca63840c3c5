/** Bars of a seeded walk in the slots of a real grid: sessions, half days and clock changes as the exchange has them. */
import type { Bar } from "@dgas/domain/Bar"
import type { BarGrid } from "@dgas/market/BarGrid"
import { seededBars } from "../bars.ts"

/** One bar in each slot that closes after `from` and no later than `to`, instants as ISO text. */
export const gridBars = (grid: BarGrid, from: string, to: string, seed: number): ReadonlyArray<Bar> => {
  const closes = grid.closes(Date.parse(from), Date.parse(to))
  const prices = seededBars(seed, closes.length)
  return closes.map((close, index) => ({ ...prices[index]!, ...grid.slotAt(close - 1)! }))
}

/**
 * The bars that `bars` make of the slots of a longer grid, over whole arrays: those whose slot had closed by `asOf`, but
 * for a first one whose slot began before the first bar did.
 */
export const groupedBars = (bars: ReadonlyArray<Bar>, grid: BarGrid, asOf: number): ReadonlyArray<Bar> => {
  const slots = new Map<number, { readonly closeTime: number; readonly parts: Array<Bar> }>()
  for (const bar of bars) {
    const { closeTime, openTime } = grid.slotAt(bar.closeTime - 1)!
    const slot = slots.get(openTime) ?? { closeTime, parts: [] }
    slot.parts.push(bar)
    slots.set(openTime, slot)
  }
  return [...slots].map(([openTime, { closeTime, parts }]) => ({
    openTime,
    closeTime,
    open: parts[0]!.open,
    high: Math.max(...parts.map(({ high }) => high)),
    low: Math.min(...parts.map(({ low }) => low)),
    close: parts.at(-1)!.close,
    volume: parts.reduce((sum, { volume }) => sum + volume, 0)
  })).filter(({ closeTime }) => closeTime <= asOf)
}

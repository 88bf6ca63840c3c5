/** Shares of fills, told only where there are enough of them. */
import { type Interval, wilson } from "@dgas/engine/geometry/Wilson"

/** Below 30 cases the 95 % interval of a share near one half is wider than 34 points: it tells nothing of a signal. */
export const leastCases = 30

/** With Wilson's 95 % interval; null where there is not enough data. */
export const rateOf = (successes: number, n: number): Interval | null => n < leastCases ? null : wilson(successes, n)

/**
 * Signals of one slot live through the same market: intervals come from slots, and of fewer than 20 they have come out
 * too narrow too often, see `Edge.test.ts`.
 */
const leastSlots = 20

/** Whether there are enough fills, of enough slots, for intervals of what they came to. */
export const areEnough = (slots: ReadonlyArray<number>): boolean =>
  slots.length >= leastCases && new Set(slots).size >= leastSlots

/** What stands in the place of a number that is null. */
export const notEnough = (n: number, slots: number = leastSlots): string =>
  n >= leastCases && slots < leastSlots
    ? `not enough data (${n} of ${slots} bar closes, expected ${leastSlots})`
    : `not enough data (${n} of ${leastCases})`

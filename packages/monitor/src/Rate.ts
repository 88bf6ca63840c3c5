/** Shares of fills, told only where there are enough of them. */
import { type Interval, wilson } from "@dgas/engine/geometry/Wilson"

/** Below 30 cases the 95 % interval of a share near one half is wider than 34 points: it tells nothing of a signal. */
export const leastCases = 30

/** With Wilson's 95 % interval; null where there is not enough data. */
export const rateOf = (successes: number, n: number): Interval | null => n < leastCases ? null : wilson(successes, n)

/** What stands in the place of a number that is null. */
export const notEnough = (n: number): string => `not enough data (${n} of ${leastCases})`

/** Promises as people read them. */
import { notEnough } from "./Rate.ts"
import type { Kept } from "./Sla.ts"

/** `99.20 %`, or `12.3 s`. */
export const amountText = (value: number, unit: Kept["unit"]): string =>
  unit === "share"
    ? `${(value * 100).toFixed(2)} %`
    : value < 1000
    ? `${Math.round(value)} ms`
    : `${(value / 1000).toFixed(1)} s`

/** `found 98.10 % of 1,440, expected at least 99.00 %`; before it that these are too few, where they are. */
export const promiseText = ({ budget, found, kept, promise, target, unit }: Kept): string =>
  found === null
    ? "nothing to tell by yet"
    : `${kept === null ? `${notEnough(budget.n)}; ` : ""}found ${amountText(found, unit)} of ${
      budget.n.toLocaleString("en")
    }, expected at ${promise === "uptime" ? "least" : "most"} ${amountText(target, unit)}`

/** What of the error budget is left, as a share of it: below zero when it is overspent; null without enough data. */
export const budgetLeft = ({ budget: { allowed, used }, kept }: Kept): number | null =>
  kept === null ? null : allowed === 0 ? (used === 0 ? 1 : Number.NEGATIVE_INFINITY) : 1 - used / allowed

/**
 * Outcomes whose bars have been kept for their days and have gone: nobody can judge them again, so they stay as they were
 * found. What they cost is no matter of bars.
 */
import { isFinal, type OutcomeUpdate } from "@dgas/domain/Outcome"
import type { Entry } from "./Trial.ts"

/** Whether more bars of what it was judged by are missing now than then. `missingUntil` counts those up to an instant. */
export const hasGone = (
  known: OutcomeUpdate | null,
  now: OutcomeUpdate,
  missingUntil: (instant: number) => number
): known is OutcomeUpdate =>
  known !== null && isFinal(known.outcome) && known.decidedAt !== null &&
  missingUntil(Math.min(known.decidedAt, now.decidedAt ?? Infinity)) > known.barsMissing

export const kept = (known: OutcomeUpdate, entry: Entry, now: Pick<OutcomeUpdate, "costPct" | "evaluatedAt">) => {
  const { fillPrice, pnlPct, r, rIfLoss, rIfWin } = known
  const lessPct = fillPrice === null ? 0 : known.costPct - now.costPct
  const lessR = lessPct / 100 * (fillPrice ?? 0) / Math.abs(entry.entryPrice - entry.stopLoss)
  const plus = (value: number | null, more: number) => value === null ? null : value + more
  return {
    ...known,
    pnlPct: plus(pnlPct, lessPct),
    r: plus(r, lessR),
    rIfLoss: plus(rIfLoss, lessR),
    rIfWin: plus(rIfWin, lessR),
    costPct: now.costPct,
    evaluatedAt: now.evaluatedAt
  } satisfies OutcomeUpdate
}

/**
 * The map to use at an instant, from nothing but what was known before it.
 *
 * Trained on fills with `knownAt` before the instant. Which kind it is, later folds decide: the fills are cut in five
 * by the time of their signals, and each fold from the second on is told by maps fitted on what was known before its
 * first signal. The lowest mean log loss wins, the simpler kind at a tie. Identity where there is not enough to tell.
 */
import { type Fill, fillsOf, isEvent } from "./Fill.ts"
import { isotonicOf } from "./Isotonic.ts"
import type { JudgedSignal } from "./JudgedSignal.ts"
import { plattOf } from "./Platt.ts"
import { apply, type MapContents, mapOf, type ProbabilityMap } from "./ProbabilityMap.ts"
import { logLossOf } from "./Scores.ts"

/** With fewer fills the interval of a rate in one of ten buckets is as wide as what a map could mend. */
export const leastFills = 200
const folds = 5
/** A fold is not told by maps of fewer fills. */
const leastTraining = 50

/** From the simplest on. */
const kinds = ["identity", "platt", "isotonic"] as const
type Kind = typeof kinds[number]

export const fitMap = (signals: ReadonlyArray<JudgedSignal>, at: number): ProbabilityMap => {
  const fills = fillsOf(signals).filter(({ knownAt }) => knownAt < at).toSorted(bySignal)
  if (fills.length < leastFills) {
    return mapOf(identityOf(fills, `${fills.length} outcomes known, ${leastFills} needed for a map`))
  }
  const logLoss = testedLogLoss(fills)
  if (logLoss === null) return mapOf(identityOf(fills, "no later outcomes to choose a map by"))
  const kind = kinds.reduce((best, one) => logLoss[one] < logLoss[best] ? one : best)
  const reason = kind === "identity"
    ? "no map was better on later outcomes than the confidence itself"
    : `best on later outcomes: log loss ${logLoss[kind].toFixed(4)}, of the confidence itself ${
      logLoss.identity.toFixed(4)
    }`
  return mapOf({ ...fitted(kind, fills), reason, logLoss })
}

const bySignal = (a: Fill, b: Fill) => a.signalAt - b.signalAt || (a.id < b.id ? -1 : 1)

/** Mean log loss of each kind over the folds that could be told; null when none could. */
const testedLogLoss = (fills: ReadonlyArray<Fill>): Record<Kind, number> | null => {
  const sums = { identity: 0, platt: 0, isotonic: 0 }
  let tested = 0
  for (let fold = 1; fold < folds; fold++) {
    const told = fills.slice(Math.floor(fills.length * fold / folds), Math.floor(fills.length * (fold + 1) / folds))
    const begins = told[0]?.signalAt ?? -Infinity
    const training = fills.filter(({ knownAt }) => knownAt < begins)
    if (training.length < leastTraining) continue
    tested += told.length
    for (const kind of kinds) {
      const map = fitted(kind, training)
      for (const fill of told) {
        sums[kind] += logLossOf({ probability: apply(map, fill.confidence), event: isEvent(fill) })
      }
    }
  }
  const mean = (kind: Kind) => sums[kind] / tested
  return tested === 0 ? null : { identity: mean("identity"), platt: mean("platt"), isotonic: mean("isotonic") }
}

const identityOf = (fills: ReadonlyArray<Fill>, reason: string) => ({
  kind: "identity" as const,
  fills: fills.length,
  knownUntil: fills.reduce<number | null>((last, { knownAt }) => Math.max(last ?? knownAt, knownAt), null),
  reason,
  logLoss: { identity: null, platt: null, isotonic: null }
})

const fitted = (kind: Kind, fills: ReadonlyArray<Fill>): MapContents => {
  const shared = identityOf(fills, "as tested")
  switch (kind) {
    case "identity":
      return shared
    case "platt":
      return {
        ...shared,
        kind,
        ...plattOf(fills.map((fill) => ({ score: fill.confidence, event: isEvent(fill) })))
      }
    case "isotonic":
      return {
        ...shared,
        kind,
        knots: isotonicOf(fills.map((fill) => ({ x: fill.confidence, y: isEvent(fill) ? 1 : 0, weight: 1 })))
      }
  }
}

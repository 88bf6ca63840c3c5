/** What a map says of a confidence, in numbers and in words. */
import type { SignalOdds } from "@dgas/domain/Odds"
import { wilson } from "@dgas/engine/geometry/Wilson"
import { bucketOf, buckets } from "./Calibration.ts"
import type { Fill } from "./Fill.ts"
import { leastFills } from "./MapFit.ts"
import { apply, type ProbabilityMap } from "./ProbabilityMap.ts"
import { leastCases } from "./Rate.ts"

/** A map, and how many of its fills had a confidence of each tenth. */
export interface CountedMap {
  readonly map: ProbabilityMap
  readonly cases: ReadonlyArray<number>
}

/** By tenths of confidence. */
export const casesOf = (fills: ReadonlyArray<Fill>): ReadonlyArray<number> => {
  const cases = Array.from({ length: buckets }, () => 0)
  for (const { confidence } of fills) cases[bucketOf(confidence)]!++
  return cases
}

/**
 * The interval is Wilson's, as if the map's height had been counted on the fills of the same tenth of confidence: a map
 * knows no more of a signal than these tell. Below 30 of them there is none. `known` are the outcomes of fills that were
 * known at the time.
 */
export const oddsOf = (confidence: number, counted: CountedMap | null, known: number): SignalOdds => {
  if (counted === null || counted.map.kind === "identity") {
    return { probability: null, calibration: counted?.map.version ?? null, text: whyNone(counted, known) }
  }
  const { cases, map } = counted
  const probability = apply(map, confidence)
  const alike = cases[bucketOf(confidence)] ?? 0
  const { high, low } = alike < leastCases ? { low: null, high: null } : wilson(probability * alike, alike)
  const interval = low === null ? "" : ` [${low.toFixed(2)}, ${high.toFixed(2)}]`
  return {
    probability,
    calibration: map.version,
    text: `${
      probability.toFixed(2)
    }${interval} of fills ended above 0, by ${map.fills} outcomes, ${alike} of like confidence${
      low === null ? `: too few for an interval` : ""
    }`
  }
}

const whyNone = (counted: CountedMap | null, known: number): string =>
  known < leastFills
    ? `not calibrated: ${known} of ${leastFills} outcomes known`
    : counted === null || counted.map.fills < leastFills
    ? `not calibrated: ${known} outcomes known, no map was fitted yet`
    : `not calibrated: ${counted.map.reason}, by ${counted.map.fills} outcomes`

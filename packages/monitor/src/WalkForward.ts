/**
 * The probabilities that signals would have been given, each by the map of its time.
 *
 * A new map is fitted when a signal finds a twentieth more outcomes known, 50 at least, than the map in force was
 * fitted on. What becomes known at or after a signal's close changes nothing about its probability. A worker that asks
 * `isDue` before it fits comes to the same maps.
 */
import { fillsOf } from "./Fill.ts"
import type { JudgedSignal } from "./JudgedSignal.ts"
import { fitMap, leastFills } from "./MapFit.ts"
import { apply, type ProbabilityMap } from "./ProbabilityMap.ts"

const leastNews = 50
const shareOfNews = 0.05

/** Whether `known` outcomes call for a map newer than one of `fills` fills. */
export const isDue = (fills: number, known: number): boolean =>
  known >= leastFills && (fills < leastFills || known - fills >= Math.max(leastNews, fills * shareOfNews))

/** A signal's probability and the version of the map that gave it. */
export interface Given {
  readonly probability: number
  readonly version: string
}

/** Maps in the order in which they came into force, `from` the close of a signal's bar. `given` is by signal id. */
export interface WalkForward {
  readonly maps: ReadonlyArray<{ readonly from: number; readonly map: ProbabilityMap }>
  readonly given: ReadonlyMap<string, Given>
}

export const fitWalkForward = (signals: ReadonlyArray<JudgedSignal>): WalkForward => {
  const fills = fillsOf(signals).toSorted((a, b) => a.knownAt - b.knownAt)
  const maps: Array<{ readonly from: number; readonly map: ProbabilityMap }> = []
  const given = new Map<string, Given>()
  let known = 0
  for (const { confidence, id, signalAt } of signals.toSorted((a, b) => a.signalAt - b.signalAt)) {
    while (known < fills.length && fills[known]!.knownAt < signalAt) known++
    const inForce = maps.at(-1)?.map
    const map = inForce === undefined || isDue(inForce.fills, known) ? fitMap(fills, signalAt) : inForce
    if (map !== inForce) maps.push({ from: signalAt, map })
    given.set(id, { probability: apply(map, confidence), version: map.version })
  }
  return { maps, given }
}

/**
 * The probabilities that signals would have been given, each by the map of its time.
 *
 * A new map is fitted when a signal finds news since the map in force was fitted, as many outcomes as a twentieth of those that
 * it was fitted on, 50 at least. What becomes known at or after a signal's close changes nothing about its probability. A
 * worker that asks `isDue` before it fits comes to the same maps.
 */
import { fillsOf } from "./Fill.ts"
import type { JudgedSignal } from "./JudgedSignal.ts"
import { fitMap, leastFills } from "./MapFit.ts"
import { apply, type ProbabilityMap } from "./ProbabilityMap.ts"

const leastNews = 50
const shareOfNews = 0.05

export interface Evidence {
  /** Of the newest map; 0 without one. */
  readonly fills: number
  /** Outcomes of fills that are known now: fewer than before, where old signals are kept for some days only. */
  readonly known: number
  /** Of these, how many were found, or found anew, since the map was fitted. */
  readonly news: number
}

/** Whether a newer map is called for. */
export const isDue = ({ fills, known, news }: Evidence): boolean =>
  known >= leastFills && (fills < leastFills || news >= Math.max(leastNews, fills * shareOfNews))

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
    const fitted = inForce?.fills ?? 0
    const map = inForce === undefined || isDue({ fills: fitted, known, news: known - fitted })
      ? fitMap(fills, signalAt)
      : inForce
    if (map !== inForce) maps.push({ from: signalAt, map })
    given.set(id, { probability: apply(map, confidence), version: map.version })
  }
  return { maps, given }
}

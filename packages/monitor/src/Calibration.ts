/**
 * How often signals came good, by confidence and by everything that is known of a signal when it is given.
 *
 * The event is R > 0 given a fill. Every bucket is there, also the empty ones; a rate is null below 30 fills. Rates say
 * what an ambiguous bar could have made of them: `rateIfLosses` and `rateIfWins`.
 */
import { MarketState } from "@dgas/domain/MarketState"
import { Tier } from "@dgas/domain/Signal"
import { timeframes } from "@dgas/domain/Timeframe"
import type { Interval } from "@dgas/engine/geometry/Wilson"
import { fillsOf } from "./Fill.ts"
import type { JudgedSignal } from "./JudgedSignal.ts"
import { countsOf, denominatorText, type OutcomeCounts } from "./OutcomeCounts.ts"
import { rateOf } from "./Rate.ts"

export interface RatedGroup {
  readonly key: string
  readonly counts: OutcomeCounts
  readonly rate: Interval | null
  readonly rateIfLosses: Interval | null
  readonly rateIfWins: Interval | null
}

/** Scores from `from` on, below `to`; the last bucket holds 1 as well. `meanScore` is over the fills. */
export interface Bucket extends RatedGroup {
  readonly from: number
  readonly to: number
  readonly meanScore: number | null
}

export interface Calibration {
  readonly overall: RatedGroup
  readonly byConfidence: ReadonlyArray<Bucket>
  readonly byType: ReadonlyArray<RatedGroup>
  readonly byTier: ReadonlyArray<RatedGroup>
  readonly bySymbol: ReadonlyArray<RatedGroup>
  readonly byTimeframe: ReadonlyArray<RatedGroup>
  readonly byState: ReadonlyArray<RatedGroup>
  /** A signal with two patterns is in both groups, one without any is in none. */
  readonly byPattern: ReadonlyArray<RatedGroup>
  readonly denominator: string
}

export const calibrationOf = (signals: ReadonlyArray<JudgedSignal>): Calibration => {
  const overall = ratedGroup("all", signals)
  return {
    overall,
    byConfidence: bucketsOf(signals, ({ confidence }) => confidence),
    byType: grouped(signals, ({ type }) => [type], ["LONG", "SHORT"]),
    byTier: grouped(signals, ({ tier }) => [tier ?? "none"], [...Tier.literals, "none"]),
    bySymbol: grouped(signals, ({ symbol }) => [symbol], []),
    byTimeframe: grouped(signals, ({ timeframe }) => [timeframe], timeframes),
    byState: grouped(signals, ({ state }) => [state], MarketState.literals),
    byPattern: grouped(signals, ({ patterns }) => [...new Set(patterns)], []),
    denominator: denominatorText(overall.counts)
  }
}

export const buckets = 10

/** Of a score from 0 to 1. */
export const bucketOf = (score: number): number => Math.min(buckets - 1, Math.floor(score * buckets))

/** The ten buckets of a score; signals without one are in none of them. */
export const bucketsOf = (
  signals: ReadonlyArray<JudgedSignal>,
  scoreOf: (signal: JudgedSignal) => number | null
): ReadonlyArray<Bucket> =>
  Array.from({ length: buckets }, (_, bucket) => {
    const from = bucket / buckets
    const to = (bucket + 1) / buckets
    const within = signals.filter((signal) => {
      const score = scoreOf(signal)
      return score !== null && bucketOf(score) === bucket
    })
    const scores = fillsOf(within).map((fill) => scoreOf(fill) ?? 0)
    return {
      ...ratedGroup(`${from.toFixed(1)} to ${to.toFixed(1)}`, within),
      from,
      to,
      meanScore: scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length
    }
  })

const ratedGroup = (key: string, signals: ReadonlyArray<JudgedSignal>): RatedGroup => {
  const counts = countsOf(signals)
  return {
    key,
    counts,
    rate: rateOf(counts.positive, counts.fills),
    rateIfLosses: rateOf(counts.positiveIfLosses, counts.fills),
    rateIfWins: rateOf(counts.positiveIfWins, counts.fills)
  }
}

/** The groups that occur: those of `order` as they stand there, then the others by name. */
const grouped = (
  signals: ReadonlyArray<JudgedSignal>,
  keysOf: (signal: JudgedSignal) => ReadonlyArray<string>,
  order: ReadonlyArray<string>
): ReadonlyArray<RatedGroup> => {
  const groups = new Map<string, Array<JudgedSignal>>(order.map((key) => [key, []]))
  const named = signals.flatMap((signal) => keysOf(signal).map((key) => ({ key, signal })))
  for (const { key } of named.toSorted((a, b) => a.key < b.key ? -1 : 1)) if (!groups.has(key)) groups.set(key, [])
  for (const { key, signal } of named) groups.get(key)?.push(signal)
  return [...groups].filter(([, members]) => members.length > 0).map(([key, members]) => ratedGroup(key, members))
}

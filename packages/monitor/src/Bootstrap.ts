/**
 * How far a statistic would have been elsewhere in another sample of the same kind: 95 % intervals by resampling.
 *
 * Signals of one slot share the market's move, so whole slots are drawn, with replacement. What binds one slot to the
 * next (trades that overlap, a trend) is not seen by this: intervals are too narrow by as much.
 * Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 6 and 13; Davison and Hinkley,
 * Bootstrap Methods and their Application (1997), section 5.2.
 */
import { chanceOf } from "./Chance.ts"
import { quantileOf } from "./Quantiles.ts"

/** `low` and `high` are the 95 % interval, `n` the cases it is made of. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly n: number
}

export interface Resampling {
  readonly seed: number
  readonly draws: number
}

export const defaultResampling: Resampling = { seed: 1, draws: 2000 }

/** How often each case counts in one draw. */
export type Weights = Uint32Array

/** `draws` values of the statistic. `slots` names the slot of each case; cases of one slot are drawn together. */
export const resampled = <A>(
  slots: ReadonlyArray<number>,
  statistic: (weights: Weights) => A,
  { draws, seed }: Resampling
): ReadonlyArray<A> => {
  const members = membersOf(slots)
  const chance = chanceOf(seed)
  const weights = new Uint32Array(slots.length)
  return Array.from({ length: draws }, () => {
    weights.fill(0)
    for (let taken = 0; taken < members.length; taken++) {
      for (const at of members[chance.below(members.length)]!) weights[at]!++
    }
    return statistic(weights)
  })
}

const membersOf = (slots: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> => {
  const members = new Map<number, Array<number>>()
  slots.forEach((slot, at) => {
    const known = members.get(slot)
    if (known === undefined) members.set(slot, [at])
    else known.push(at)
  })
  return [...members.values()]
}

/** NaN stands for a draw for which the statistic is not defined: it is left out. */
const ascending = (draws: ReadonlyArray<number>) =>
  Float64Array.from(draws.filter((draw) => !Number.isNaN(draw))).toSorted()

/** The percentile interval: the middle 95 % of the draws. For means, whose draws lie about the value. */
export const percentileEstimate = (value: number, draws: ReadonlyArray<number>, n: number): Estimate => {
  const sorted = ascending(draws)
  return { value, low: quantileOf(sorted, 0.025), high: quantileOf(sorted, 0.975), n }
}

/**
 * The basic interval: the middle 95 % of the draws, mirrored at the value, and kept from 0 on. For statistics that are
 * too large in any sample, as a calibration error is: their draws are too large once more, and mirroring takes both off.
 */
export const mirroredEstimate = (value: number, draws: ReadonlyArray<number>, n: number): Estimate => {
  const sorted = ascending(draws)
  const mirrored = (p: number) => Math.max(0, 2 * value - quantileOf(sorted, p))
  return { value, low: mirrored(0.975), high: mirrored(0.025), n }
}

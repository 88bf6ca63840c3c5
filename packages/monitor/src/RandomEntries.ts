/**
 * The signals against entries without reason: as many, of the same symbols, directions and holding rules, at slots drawn
 * from those at which the signals could have come.
 *
 * Each draw gives every fill one random twin. The interval of the difference holds both kinds of chance: the slots of
 * the signals are drawn anew (as everywhere) and so are the twins. `chance` is the share of draws whose twins did as
 * well as the signals, counted with the signals themselves among them.
 * Source: Davison and Hinkley, Bootstrap Methods and their Application (1997), sections 4.2 and 5.2.
 */
import { type Estimate, percentileEstimate, resampled, type Resampling } from "./Bootstrap.ts"
import { chanceOf } from "./Chance.ts"
import { estimateText, meanOf, type Verdict, verdictOf } from "./Edge.ts"
import { areEnough, notEnough } from "./Rate.ts"

/** A fill that twins are drawn for. `slots` are those of its symbol and schedule. */
export interface Matched {
  readonly r: number
  readonly signalAt: number
  readonly slots: ReadonlyArray<number>
}

export interface AgainstRandom {
  readonly fills: number
  readonly draws: number
  /** Mean R of the twins, and where it lies in 95 % of the draws. */
  readonly random: Estimate | null
  /** Mean R of the signals less that of their twins. */
  readonly difference: Estimate | null
  readonly chance: number | null
  readonly verdict: Verdict
  readonly text: string
}

/** The least that `chance` can tell apart is 0.001. */
export const defaultTwins: Resampling = { seed: 1, draws: 1000 }

/**
 * `resultAt` gives R after costs of a fill's order at another slot, null where it does not fill or end there: such a twin is
 * drawn again, a few times.
 */
export const againstRandom = <Fill extends Matched>(
  fills: ReadonlyArray<Fill>,
  resultAt: (fill: Fill, slot: number) => number | null,
  resampling: Resampling = defaultTwins
): AgainstRandom => {
  const n = fills.length
  const none = { fills: n, draws: resampling.draws, random: null, difference: null, chance: null }
  const slots = fills.map(({ signalAt }) => signalAt)
  if (!areEnough(slots)) {
    return { ...none, verdict: "not enough data", text: notEnough(n, new Set(slots).size) }
  }
  // Another stream than that of the redrawn signals, so that twins do not depend on which of them are drawn.
  const chance = chanceOf(resampling.seed ^ 0x5bd1e995)
  const twinsOf = twinsFrom(fills, resultAt, resampling.draws, chance.below)
  const draws = resampled(slots, (weights) => {
    const twins = twinsOf().filter((r) => !Number.isNaN(r))
    const drawn = fills.reduce((sum, { r }, at) => sum + r * weights[at]!, 0) / weights.reduce((sum, w) => sum + w, 0)
    return { twins: twins.length === 0 ? null : meanOf(twins), drawn }
  }, resampling).flatMap(({ drawn, twins }) => twins === null ? [] : [{ drawn, twins }])
  if (draws.length === 0) {
    return { ...none, verdict: "not enough data", text: "not enough data: no random entry filled" }
  }
  const signals = meanOf(fills.map(({ r }) => r))
  const means = draws.map(({ twins }) => twins)
  const random = percentileEstimate(meanOf(means), means, n)
  const difference = percentileEstimate(signals - random.value, draws.map(({ drawn, twins }) => drawn - twins), n)
  const verdict = verdictOf(difference)
  return {
    fills: n,
    draws: draws.length,
    random,
    difference,
    chance: (1 + means.filter((mean) => mean >= signals).length) / (1 + means.length),
    verdict,
    text: `${verdict} over random entries: ${
      estimateText(difference, "R")
    } a fill, of ${n} fills and ${draws.length} draws`
  }
}

/** So many results take some seconds. */
const mostResults = 5_000_000
/** Of a fill; the mean of as many fills as have so few is known far better than the signals' own. */
const leastTwins = 50

/**
 * Gives the twins of one draw, NaN where one never filled. As many results as that takes are computed where they can be;
 * of more than 5,000 fills each has a pool of them instead, from which draws take one by chance.
 */
const twinsFrom = <Fill extends Matched>(
  fills: ReadonlyArray<Fill>,
  resultAt: (fill: Fill, slot: number) => number | null,
  draws: number,
  below: (n: number) => number
): () => Float64Array => {
  const fresh = () => Float64Array.from(fills, (fill) => twinOf(fill, resultAt, below) ?? NaN)
  if (fills.length * draws <= mostResults) return fresh
  const pool = Array.from({ length: Math.max(leastTwins, Math.floor(mostResults / fills.length)) }, fresh)
  return () => Float64Array.from(fills, (_, at) => pool[below(pool.length)]![at]!)
}

const mostTries = 8

const twinOf = <Fill extends Matched>(
  fill: Fill,
  resultAt: (fill: Fill, slot: number) => number | null,
  below: (n: number) => number
): number | null => {
  for (let tries = 0; tries < mostTries && fill.slots.length > 0; tries++) {
    const r = resultAt(fill, fill.slots[below(fill.slots.length)]!)
    if (r !== null) return r
  }
  return null
}

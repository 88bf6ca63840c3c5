/**
 * How good probabilities were: Brier score and its parts, log loss, expected calibration error, with 95 % intervals.
 *
 * Null without 30 forecasts. Parts and calibration error are over ten bins of equal width; `calibrationErrorEqualCount`
 * over up to ten with the same number of forecasts, equal forecasts in one bin. Bins stay as they are while the sample
 * is redrawn. Whatever bins measure is too large in any sample, so its interval is mirrored and may lie below the value;
 * that of a calibration error begins at 0 where chance alone makes as much of a perfect calibration.
 */
import { type Estimate, mirroredEstimate, percentileEstimate, resampled, type Resampling } from "./Bootstrap.ts"
import { bucketOf, buckets } from "./Calibration.ts"
import { fillsOf, isEvent } from "./Fill.ts"
import type { JudgedSignal } from "./JudgedSignal.ts"
import { areEnough } from "./Rate.ts"
import { ScoreSums, type ScoreValues } from "./ScoreSums.ts"

/** `slot`: forecasts with the same one are not independent of each other. */
export interface Forecast {
  readonly probability: number
  readonly event: boolean
  readonly slot: number
}

/** Of the fills for which `probabilityOf` knows one. */
export const forecastsOf = (
  signals: ReadonlyArray<JudgedSignal>,
  probabilityOf: (signal: JudgedSignal) => number | null
): ReadonlyArray<Forecast> =>
  fillsOf(signals).flatMap((fill) => {
    const probability = probabilityOf(fill)
    return probability === null ? [] : [{ probability, event: isEvent(fill), slot: fill.signalAt }]
  })

export type Scores = { readonly [Name in keyof ScoreValues]: Estimate } & {
  readonly logLoss: Estimate
  readonly calibrationErrorEqualCount: Estimate
}

/** Of 1,000 draws the ends of a 95 % interval are known well enough; each draw is one pass over the forecasts. */
const defaultScoring: Resampling = { seed: 1, draws: 1000 }

export const scoresOf = (
  forecasts: ReadonlyArray<Forecast>,
  resampling: Resampling = defaultScoring
): Scores | null => {
  const n = forecasts.length
  if (!areEnough(forecasts.map(({ slot }) => slot))) return null
  const byWidth = Uint8Array.from(forecasts, ({ probability }) => bucketOf(probability))
  const byCount = equalCountBins(forecasts.map(({ probability }) => probability))
  const losses = Float64Array.from(forecasts, logLossOf)

  const scored = (weightOf: (at: number) => number) => {
    const wide = new ScoreSums(buckets)
    const counted = new ScoreSums(buckets)
    let loss = 0
    let total = 0
    for (let at = 0; at < n; at++) {
      const weight = weightOf(at)
      if (weight === 0) continue
      const { event, probability } = forecasts[at]!
      wide.add(byWidth[at]!, probability, event ? 1 : 0, weight)
      counted.add(byCount[at]!, probability, event ? 1 : 0, weight)
      loss += losses[at]! * weight
      total += weight
    }
    const { calibrationError: calibrationErrorEqualCount } = counted.values()
    return {
      values: { ...wide.values(), logLoss: loss / total, calibrationErrorEqualCount },
      gaps: wide.gaps(),
      gapsEqualCount: counted.gaps()
    }
  }

  const { gaps, gapsEqualCount, values } = scored(() => 1)
  const draws = resampled(forecasts.map(({ slot }) => slot), (weights) => scored((at) => weights[at]!), resampling)
  const drawn = (name: keyof typeof values) => draws.map((draw) => draw.values[name])
  const plain = (name: keyof typeof values) => percentileEstimate(values[name], drawn(name), n)
  const mirrored = (name: keyof typeof values) => mirroredEstimate(values[name], drawn(name), n)
  const rate = plain("rate")
  return {
    rate,
    brier: plain("brier"),
    reliability: mirrored("reliability"),
    resolution: mirrored("resolution"),
    uncertainty: uncertaintyOf(rate),
    withinVariance: plain("withinVariance"),
    withinCovariance: plain("withinCovariance"),
    logLoss: plain("logLoss"),
    calibrationError: unlessChance(mirrored("calibrationError"), gaps, draws.map((draw) => draw.gaps)),
    calibrationErrorEqualCount: unlessChance(
      mirrored("calibrationErrorEqualCount"),
      gapsEqualCount,
      draws.map((draw) => draw.gapsEqualCount)
    )
  }
}

/** Highest at a rate of one half, where draws fall short of it on both sides: taken from the interval of the rate. */
const uncertaintyOf = ({ high, low, n, value }: Estimate): Estimate => {
  const at = (rate: number) => rate * (1 - rate)
  return {
    value: at(value),
    low: Math.min(at(low), at(high)),
    high: low <= 0.5 && high >= 0.5 ? 0.25 : Math.max(at(low), at(high)),
    n
  }
}

/** Down to 0 unless the error is larger than what the gaps of 39 in 40 draws are off by. */
const unlessChance = (
  error: Estimate,
  gaps: Float64Array,
  draws: ReadonlyArray<Float64Array>
): Estimate => {
  const chance = draws.map((drawn) => drawn.reduce((sum, gap, bin) => sum + Math.abs(gap - gaps[bin]!), 0))
  return error.value <= percentileEstimate(0, chance, error.n).high ? { ...error, low: 0 } : error
}

/** Probabilities are kept this far from 0 and 1, so that one wrong certainty costs 13.8 rather than everything. */
export const clip = 1e-6

/** In nats. */
export const logLossOf = ({ event, probability }: Pick<Forecast, "event" | "probability">): number => {
  const kept = Math.min(1 - clip, Math.max(clip, probability))
  return -Math.log(event ? kept : 1 - kept)
}

/** The bin of each value by its rank; equal values share the bin of their middle rank. */
export const equalCountBins = (values: ReadonlyArray<number>): Uint8Array => {
  const order = Array.from(values.keys()).toSorted((a, b) => values[a]! - values[b]!)
  const bins = new Uint8Array(values.length)
  for (let from = 0; from < order.length;) {
    let to = from
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++
    for (let rank = from; rank < to; rank++) bins[order[rank]!] = Math.floor(buckets * (from + to) / 2 / order.length)
    from = to
  }
  return bins
}

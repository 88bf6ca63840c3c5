/**
 * Whether probabilities that signals were given have turned out worse than their maps promised.
 *
 * Two signs, either of which is enough: the log loss is above what the maps had on outcomes that they were not fitted on,
 * or the calibration error is more than what chance makes of honest probabilities. Each newest outcome brings another look,
 * and of many looks one in forty strays from a 95 % interval: so it takes what strays once in a thousand, and for a
 * calibration error an interval by whole slots besides, since signals of one slot come good together.
 */
import type { Estimate } from "./Bootstrap.ts"
import { bucketOf, buckets } from "./Calibration.ts"
import { chanceOf } from "./Chance.ts"
import { type Forecast, scoresOf } from "./Scores.ts"
import { ScoreSums } from "./ScoreSums.ts"

/** The probability that a fill was given, and the log loss that its map had promised; null where it promised none. */
export interface PromisedForecast extends Forecast {
  readonly promised: number | null
}

/** The newest fills that are looked at: what was long ago is no trouble of today. */
export const newestFills = 200
/** With fewer the intervals are so wide that only nonsense would be told. */
export const leastForecasts = 100
/** The quantile of 99.9 % of the normal distribution over that of 95 %. */
const stretch = 3.2905 / 1.96

export interface Degraded {
  /** In one clause each. */
  readonly signs: ReadonlyArray<string>
  readonly fills: number
}

/** Null while all is as promised, and with too few to tell. */
export const degradedOf = (forecasts: ReadonlyArray<PromisedForecast>): Degraded | null => {
  if (forecasts.length < leastForecasts) return null
  const scores = scoresOf(forecasts)
  if (scores === null) return null
  const { calibrationError, logLoss } = scores
  const promises = forecasts.flatMap(({ promised }) => promised === null ? [] : [promised])
  const promised = promises.length < forecasts.length
    ? null
    : promises.reduce((sum, one) => sum + one, 0) / promises.length
  const signs = [
    ...promised !== null && isAbove(logLoss, promised)
      ? [`log loss ${rangeText(logLoss)}, promised ${promised.toFixed(3)}`]
      : [],
    ...calibrationError.low > 0 && calibrationError.value > errorByChance(forecasts)
      ? [`calibration error ${rangeText(calibrationError)}, more than chance makes of honest probabilities`]
      : []
  ]
  return signs.length === 0 ? null : { signs, fills: forecasts.length }
}

const isAbove = ({ low, value }: Estimate, promise: number): boolean => value - stretch * (value - low) > promise

/** The largest calibration error of a thousand samples in which each forecast is true. */
const errorByChance = (forecasts: ReadonlyArray<Forecast>): number => {
  const chance = chanceOf(1)
  return Array.from({ length: 1000 }, () => {
    const sums = new ScoreSums(buckets)
    for (const { probability } of forecasts) {
      sums.add(bucketOf(probability), probability, chance.unit() < probability ? 1 : 0, 1)
    }
    return sums.values().calibrationError
  }).reduce((most, error) => Math.max(most, error), 0)
}

const rangeText = ({ high, low, value }: Estimate) => `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`

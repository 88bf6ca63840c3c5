/**
 * Whether probabilities that signals were given have turned out worse than their maps promised.
 *
 * Two signs, either of which is enough: the log loss is above what the maps had on outcomes that they were not fitted on,
 * or there is a calibration error. Each newest outcome brings another look, and of many looks one in forty strays from a
 * 95 % interval: so either must be more than chance makes of honest probabilities once in a thousand samples, and its
 * interval by whole slots must say so besides, that of the log loss stretched to what strays once in a thousand.
 */
import { beyondChance } from "./BeyondChance.ts"
import type { Estimate } from "./Bootstrap.ts"
import { areEnough } from "./Rate.ts"
import { type Forecast, scoresOf } from "./Scores.ts"

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

/** Null while all is as promised, and with too few fills or bar closes to tell. */
export const degradedOf = (forecasts: ReadonlyArray<PromisedForecast>): Degraded | null => {
  if (forecasts.length < leastForecasts || !areEnough(forecasts.map(({ slot }) => slot))) return null
  const strayed = beyondChance(forecasts)
  if (!strayed.calibrationError && !strayed.logLoss) return null
  const scores = scoresOf(forecasts)
  if (scores === null) return null
  const { calibrationError, logLoss } = scores
  const promises = forecasts.flatMap(({ promised }) => promised === null ? [] : [promised])
  const promised = promises.length < forecasts.length
    ? null
    : promises.reduce((sum, one) => sum + one, 0) / promises.length
  const signs = [
    ...promised !== null && strayed.logLoss && isAbove(logLoss, promised)
      ? [`log loss ${rangeText(logLoss)}, promised ${promised.toFixed(3)}`]
      : [],
    ...strayed.calibrationError && calibrationError.low > 0
      ? [`calibration error ${rangeText(calibrationError)}, more than chance makes of honest probabilities`]
      : []
  ]
  return signs.length === 0 ? null : { signs, fills: forecasts.length }
}

const isAbove = ({ low, value }: Estimate, promise: number): boolean => value - stretch * (value - low) > promise

/**
 * Looks at forecasts of a name, and again only when they are others: fills are rare, looks are not, and what has degraded is
 * slow to tell.
 */
export const degradedLooks = () => {
  const last = new Map<string, { readonly forecasts: string; readonly found: Degraded | null }>()
  return (name: string, forecasts: ReadonlyArray<PromisedForecast>): Degraded | null => {
    const text = JSON.stringify(forecasts)
    const known = last.get(name)
    if (known?.forecasts === text) return known.found
    const found = degradedOf(forecasts)
    last.set(name, { forecasts: text, found })
    return found
  }
}

const rangeText = ({ high, low, value }: Estimate) => `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`

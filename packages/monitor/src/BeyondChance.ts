/**
 * Whether scores are worse than honest probabilities ever made them, of a thousand samples in which each forecast is true.
 *
 * Signals of one slot live through the same market: one draw for each slot says whether its forecasts surprise, all of them
 * alike. No dependence within slots strays farther, so it holds of few slots with many fills as it does of many.
 */
import { bucketOf, buckets } from "./Calibration.ts"
import { chanceOf } from "./Chance.ts"
import { type Forecast, logLossOf } from "./Scores.ts"

export interface BeyondChance {
  readonly calibrationError: boolean
  readonly logLoss: boolean
}

const samples = 1000

export const beyondChance = (forecasts: ReadonlyArray<Forecast>): BeyondChance => {
  const { drawn, scored } = sampler(forecasts)
  const found = scored((at) => forecasts[at]!.event)
  let calibrationError = true
  let logLoss = true
  // Most looks find nothing, and the first few samples say so.
  for (let sample = 0; sample < samples && (calibrationError || logLoss); sample++) {
    const honest = scored(drawn())
    calibrationError &&= found.error > honest.error
    logLoss &&= found.loss > honest.loss
  }
  return { calibrationError, logLoss }
}

/** Scores of the forecasts times their number, of any events; and events as they would be drawn. */
const sampler = (forecasts: ReadonlyArray<Forecast>) => {
  const chance = chanceOf(1)
  const order = new Map([...new Set(forecasts.map(({ slot }) => slot))].map((slot, index) => [slot, index]))
  const slots = Uint32Array.from(forecasts, ({ slot }) => order.get(slot)!)
  const bins = Uint8Array.from(forecasts, ({ probability }) => bucketOf(probability))
  const probabilities = Float64Array.from(forecasts, ({ probability }) => probability)
  const lossOfEvent = Float64Array.from(forecasts, ({ probability }) => logLossOf({ event: true, probability }))
  const lossOfNone = Float64Array.from(forecasts, ({ probability }) => logLossOf({ event: false, probability }))
  const draws = new Float64Array(order.size)
  const gaps = new Float64Array(buckets)

  const scored = (eventOf: (at: number) => boolean) => {
    gaps.fill(0)
    let loss = 0
    for (let at = 0; at < probabilities.length; at++) {
      const event = eventOf(at)
      gaps[bins[at]!]! += event ? probabilities[at]! - 1 : probabilities[at]!
      loss += event ? lossOfEvent[at]! : lossOfNone[at]!
    }
    return { error: gaps.reduce((sum, gap) => sum + Math.abs(gap), 0), loss }
  }
  /** A high draw surprises: by an event that was unlikely, by none where one was likely. */
  const drawn = () => {
    for (let slot = 0; slot < draws.length; slot++) draws[slot] = chance.unit()
    return (at: number) => {
      const draw = draws[slots[at]!]!
      const probability = probabilities[at]!
      return probability < 0.5 ? draw >= 1 - probability : draw < probability
    }
  }
  return { drawn, scored }
}

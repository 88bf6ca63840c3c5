/** How far confidence deserves belief: rates by all that is known of a signal, and how good its numbers were as probabilities. */
import { bucketsOf, type Calibration, calibrationOf } from "./Calibration.ts"
import type { JudgedSignal } from "./JudgedSignal.ts"
import { forecastsOf, type Scores, scoresOf } from "./Scores.ts"

export interface Calibrated {
  readonly calibration: Calibration
  /** Of confidence, taken as if it were a probability; null where there is not enough data. */
  readonly scores: Scores | null
  /** Of the probabilities that were given with the signals. */
  readonly probability: {
    readonly given: number
    readonly buckets: Calibration["byConfidence"]
    readonly scores: Scores | null
  }
}

export const calibrated = (signals: ReadonlyArray<JudgedSignal>): Calibrated => {
  const given = forecastsOf(signals, ({ probability }) => probability)
  return {
    calibration: calibrationOf(signals),
    scores: scoresOf(forecastsOf(signals, ({ confidence }) => confidence)),
    probability: {
      given: given.length,
      buckets: bucketsOf(signals, ({ probability }) => probability),
      scores: scoresOf(given)
    }
  }
}

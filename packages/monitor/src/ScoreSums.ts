/**
 * Scores of probabilities against what happened, from sums over bins.
 *
 * Brier = reliability - resolution + uncertainty + withinVariance - withinCovariance, exactly: Murphy's three parts speak
 * of the mean of each bin, the last two of what the forecasts of one bin differ by.
 * Source: Murphy, A New Vector Partition of the Probability Score (1973); Stephenson, Coelho and Jolliffe, Two Extra
 * Components in the Brier Score Decomposition (2008).
 */

export interface ScoreValues {
  /** Share of the forecasts whose event happened. */
  readonly rate: number
  readonly brier: number
  /** Mean squared distance of a bin's forecast from its rate: 0 is best. */
  readonly reliability: number
  /** Mean squared distance of a bin's rate from the rate of all: more is better. */
  readonly resolution: number
  /** The Brier score of always saying the rate of all. */
  readonly uncertainty: number
  readonly withinVariance: number
  readonly withinCovariance: number
  /** Expected calibration error: mean distance of a bin's forecast from its rate. */
  readonly calibrationError: number
}

export class ScoreSums {
  private readonly n: Float64Array
  private readonly p: Float64Array
  private readonly pp: Float64Array
  private readonly y: Float64Array
  private readonly py: Float64Array

  constructor(bins: number) {
    this.n = new Float64Array(bins)
    this.p = new Float64Array(bins)
    this.pp = new Float64Array(bins)
    this.y = new Float64Array(bins)
    this.py = new Float64Array(bins)
  }

  /** `y` is 1 when the event happened, else 0. */
  add(bin: number, probability: number, y: number, weight: number): void {
    this.n[bin]! += weight
    this.p[bin]! += weight * probability
    this.pp[bin]! += weight * probability * probability
    this.y[bin]! += weight * y
    this.py[bin]! += weight * probability * y
  }

  /** How far forecast and rate are apart, each bin by its share of the forecasts. */
  gaps(): Float64Array {
    const total = sumOf(this.n)
    return this.p.map((p, bin) => (p - this.y[bin]!) / total)
  }

  values(): ScoreValues {
    const total = sumOf(this.n)
    const rate = sumOf(this.y) / total
    let brier = 0
    let reliability = 0
    let resolution = 0
    let withinVariance = 0
    let withinCovariance = 0
    this.n.forEach((n, bin) => {
      if (n === 0) return
      const forecast = this.p[bin]! / n
      const observed = this.y[bin]! / n
      brier += this.pp[bin]! - 2 * this.py[bin]! + this.y[bin]!
      reliability += n * (forecast - observed) ** 2
      resolution += n * (observed - rate) ** 2
      withinVariance += this.pp[bin]! - n * forecast * forecast
      withinCovariance += 2 * (this.py[bin]! - n * forecast * observed)
    })
    return {
      rate,
      brier: brier / total,
      reliability: reliability / total,
      resolution: resolution / total,
      uncertainty: rate * (1 - rate),
      withinVariance: withinVariance / total,
      withinCovariance: withinCovariance / total,
      calibrationError: this.gaps().reduce((sum, gap) => sum + Math.abs(gap), 0)
    }
  }
}

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)

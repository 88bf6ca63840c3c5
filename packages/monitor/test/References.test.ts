/** The statistics against values of scikit-learn and statsmodels, computed once: `references/make.py`. */
import { wilson } from "@dgas/engine/geometry/Wilson"
import { heightAt, isotonicOf } from "@dgas/monitor/Isotonic"
import { plattOf } from "@dgas/monitor/Platt"
import { quantileOf } from "@dgas/monitor/Quantiles"
import { logLossOf, scoresOf } from "@dgas/monitor/Scores"
import { describe, expect, test } from "bun:test"
import reference from "./references/scores.json"

const forecasts = reference.forecasts.probability.map((probability, slot) => ({
  probability,
  event: reference.forecasts.event[slot] === 1,
  slot
}))

describe(`against ${reference.source.tools}`, () => {
  const scores = scoresOf(forecasts)

  test("Brier score and log loss are the same", () => {
    expect(scores?.brier.value).toBeCloseTo(reference.brier, 12)
    expect(scores?.logLoss.value).toBeCloseTo(reference.logLoss, 12)
    expect(forecasts.reduce((sum, one) => sum + logLossOf(one), 0) / forecasts.length).toBeCloseTo(
      reference.logLoss,
      12
    )
  })

  test("the parts of the Brier score are the same", () => {
    for (const part of ["reliability", "resolution", "uncertainty", "withinVariance", "withinCovariance"] as const) {
      expect(scores?.[part].value).toBeCloseTo(reference.murphy[part], 12)
    }
  })

  test("the calibration error over equal widths is the same", () => {
    expect(scores?.calibrationError.value).toBeCloseTo(reference.eceUniform, 12)
  })

  test("Wilson's intervals are the same", () => {
    for (const { interval, n, successes } of reference.wilson) {
      const { high, low } = wilson(successes, n)
      expect(low).toBeCloseTo(interval[0]!, 12)
      expect(high).toBeCloseTo(interval[1]!, 12)
    }
  })

  test("the isotonic map is the same, with ties and weights, between knots and outside", () => {
    const { event, score, weight } = reference.scored
    const knots = isotonicOf(score.map((x, at) => ({ x, y: event[at]!, weight: weight[at]! })))
    reference.isotonic.at.forEach((x, at) => {
      expect(heightAt(knots, x)).toBeCloseTo(reference.isotonic.height[at]!, 12)
    })
  })

  test("Platt's curve is the same, as near as the other tool stops", () => {
    const { event, score } = reference.scored
    const { a, b } = plattOf(score.map((one, at) => ({ score: one, event: event[at] === 1 })))
    expect(a).toBeCloseTo(reference.platt.a, 4)
    expect(b).toBeCloseTo(reference.platt.b, 4)
  })

  test("quantiles are the same", () => {
    const ascending = reference.quantiles.values.toSorted((a, b) => a - b)
    ;[0, 0.05, 0.5, 0.95, 0.99, 1].forEach((p, at) => {
      expect(quantileOf(ascending, p)).toBeCloseTo(reference.quantiles.type7[at]!, 12)
    })
  })
})

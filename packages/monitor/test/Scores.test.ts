import type { Estimate } from "@dgas/monitor/Bootstrap"
import { clip, equalCountBins, forecastsOf, logLossOf, type Scores, scoresOf } from "@dgas/monitor/Scores"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { anyBucket, filled, forecaster, unfilled, waiting } from "./signals.ts"

const score = (signals: ReturnType<typeof forecaster>, seed = 1): Scores =>
  scoresOf(forecastsOf(signals, ({ confidence }) => confidence), { seed, draws: 400 })!

const holds = ({ high, low }: Estimate, truth: number) => low <= truth + 1e-12 && truth <= high + 1e-12

// Of ten confidences 0.05, 0.15 ... 0.95: their variance is 0.0825, their mean distance from one half 0.25.
const kinds = [
  { name: "perfect", truth: (p: number) => p, reliability: 0, resolution: 0.0825, error: 0 },
  {
    name: "overconfident",
    truth: (p: number) => 0.5 + (p - 0.5) / 2,
    reliability: 0.020625,
    resolution: 0.020625,
    error: 0.125
  },
  { name: "inverted", truth: (p: number) => 1 - p, reliability: 0.33, resolution: 0.0825, error: 0.5 }
]

describe("scores of forecasters that are known", () => {
  for (const { error, name, reliability, resolution, truth } of kinds) {
    test(`${name}: the parts and the calibration error lie in their intervals`, () => {
      const found = score(forecaster(4000, 7, anyBucket, truth))
      expect(holds(found.reliability, reliability)).toBe(true)
      expect(holds(found.resolution, resolution)).toBe(true)
      expect(holds(found.uncertainty, 0.25)).toBe(true)
      expect(holds(found.calibrationError, error)).toBe(true)
      expect(holds(found.calibrationErrorEqualCount, error)).toBe(true)
      expect(holds(found.brier, reliability - resolution + 0.25)).toBe(true)
      expect(found.reliability.high - found.reliability.low).toBeLessThan(0.08)
      expect(found.calibrationError.high - found.calibrationError.low).toBeLessThan(0.08)
    })

    test(`${name}: of 50 samples at least 45 intervals hold the truth`, () => {
      const found = Array.from({ length: 50 }, (_, seed) => score(forecaster(800, 1000 + seed, anyBucket, truth), seed))
      expect(found.filter((one) => holds(one.reliability, reliability)).length).toBeGreaterThanOrEqual(45)
      expect(found.filter((one) => holds(one.calibrationError, error)).length).toBeGreaterThanOrEqual(45)
      expect(found.filter((one) => holds(one.calibrationErrorEqualCount, error)).length).toBeGreaterThanOrEqual(45)
      expect(found.filter((one) => holds(one.uncertainty, 0.25)).length).toBeGreaterThanOrEqual(45)
    })
  }

  test("constant: no resolution, and the Brier score is the uncertainty", () => {
    const found = score(forecaster(4000, 7, () => 0.5, () => 0.5))
    expect(found.resolution).toEqual({ value: 0, low: 0, high: 0, n: 4000 })
    expect(holds(found.reliability, 0)).toBe(true)
    expect(holds(found.calibrationError, 0)).toBe(true)
    expect(found.brier.value).toBeCloseTo(0.25, 12)
  })
})

describe("Scores", () => {
  test("of nothing and of too little there is no number", () => {
    expect(scoresOf([])).toBeNull()
    expect(scoresOf(forecastsOf([waiting(0), unfilled(1)], ({ confidence }) => confidence))).toBeNull()
    const few = Array.from({ length: 29 }, (_, index) => filled(index, 1))
    expect(scoresOf(forecastsOf(few, ({ confidence }) => confidence))).toBeNull()
    expect(scoresOf(forecastsOf([...few, filled(29, -1)], ({ confidence }) => confidence))?.brier.n).toBe(30)
  })

  test("only fills with a forecast are scored", () => {
    const signals = [filled(0, 1), filled(1, -0.2, { probability: 0.4 }), waiting(2, { probability: 0.3 }), unfilled(3)]
    expect(forecastsOf(signals, ({ probability }) => probability)).toEqual([
      { probability: 0.4, event: false, slot: signals[1]!.signalAt }
    ])
  })

  const samples = fc.array(
    fc.record({ probability: fc.double({ min: 0, max: 1, noNaN: true }), event: fc.boolean() }),
    {
      minLength: 30,
      maxLength: 200
    }
  )

  test("the parts add up to the Brier score, whatever the forecasts", () => {
    fc.assert(fc.property(samples, (sample) => {
      const found = scoresOf(sample.map((one, slot) => ({ ...one, slot })), { seed: 1, draws: 2 })!
      const { brier, reliability, resolution, uncertainty, withinCovariance, withinVariance } = found
      const sum = reliability.value - resolution.value + uncertainty.value + withinVariance.value -
        withinCovariance.value
      const direct = sample.reduce((all, one) => all + (one.probability - (one.event ? 1 : 0)) ** 2, 0) / sample.length
      return Math.abs(sum - brier.value) < 1e-12 && Math.abs(direct - brier.value) < 1e-12
    }))
  })

  test("the order of the forecasts changes nothing", () => {
    fc.assert(fc.property(samples, (sample) => {
      const slotted = sample.map((one, slot) => ({ ...one, slot }))
      const [one, other] = [slotted, slotted.toReversed()].map((some) => scoresOf(some, { seed: 1, draws: 1 })!)
      return Math.abs(one!.calibrationErrorEqualCount.value - other!.calibrationErrorEqualCount.value) < 1e-12
    }))
  })

  test("a wrong certainty costs what the clip says", () => {
    expect(logLossOf({ probability: 1, event: false })).toBeCloseTo(-Math.log(clip), 9)
    expect(logLossOf({ probability: 0, event: false })).toBeCloseTo(0, 5)
    expect(logLossOf({ probability: 0.25, event: true })).toBeCloseTo(Math.log(4), 12)
  })

  test("bins of equal count hold as many each, and equal forecasts together", () => {
    const bins = [...equalCountBins(Array.from({ length: 40 }, (_, at) => 1 - at / 100))]
    expect(Array.from({ length: 10 }, (_, bin) => bins.filter((one) => one === bin).length)).toEqual(Array(10).fill(4))
    expect(bins[0]).toBe(9)
    expect(new Set(equalCountBins(Array(50).fill(0.5)))).toEqual(new Set([5]))
  })

  test("forecasts of one slot count as one case: the interval is as wide as that of one a slot", () => {
    const alone = forecaster(200, 3, anyBucket, (p) => p)
    const five = alone.flatMap((signal) =>
      Array.from({ length: 5 }, (_, copy) => ({ ...signal, id: `${signal.id}-${copy}` }))
    )
    const width = ({ high, low }: Estimate) => high - low
    expect(width(score(five).brier)).toBeCloseTo(width(score(alone).brier), 9)
  })
})

import { plattAt, plattOf } from "@dgas/monitor/Platt"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"

const cases = (...rows: ReadonlyArray<readonly [score: number, event: boolean]>) =>
  rows.map(([score, event]) => ({ score, event }))

describe("plattOf", () => {
  test("a perfect separation gives a finite slope", () => {
    const curve = plattOf(cases([0.1, false], [0.2, false], [0.8, true], [0.9, true]))
    expect(Number.isFinite(curve.a) && Number.isFinite(curve.b)).toBe(true)
    expect(plattAt(curve, 0.9)).toBeGreaterThan(0.7)
    expect(plattAt(curve, 0.1)).toBeLessThan(0.3)
  })

  test("equal scores are given the smoothed rate", () => {
    const curve = plattOf(cases([0.6, true], [0.6, true], [0.6, true], [0.6, false]))
    // Targets 4/5 three times and 1/3 once.
    expect(plattAt(curve, 0.6)).toBeCloseTo((3 * 0.8 + 1 / 3) / 4, 6)
  })

  test("scores that mislead are turned round", () => {
    const curve = plattOf(cases([0.1, true], [0.2, true], [0.3, false], [0.7, true], [0.8, false], [0.9, false]))
    expect(curve.a).toBeGreaterThan(0)
  })

  test("is where the slope of the loss is nothing", () => {
    const sample = fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.boolean()), { minLength: 2, maxLength: 80 })
    fc.assert(fc.property(sample, (rows) => {
      const told = rows.map(([score, event]) => ({ score: score / 100, event }))
      const curve = plattOf(told)
      const events = told.filter(({ event }) => event).length
      const high = (events + 1) / (events + 2)
      const low = 1 / (told.length - events + 2)
      const slope = (weight: (score: number) => number) =>
        told.reduce((sum, { event, score }) => sum + weight(score) * ((event ? high : low) - plattAt(curve, score)), 0)
      return Math.abs(slope(() => 1)) < 1e-6 && Math.abs(slope((score) => score)) < 1e-6
    }))
  })
})

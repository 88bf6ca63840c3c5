import { wilson } from "@dgas/engine/geometry/Wilson"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"

// z of 95 %, squared.
const zz = 1.959963984540054 ** 2

describe("Wilson's interval", () => {
  const rows: ReadonlyArray<readonly [successes: number, n: number, low: number, high: number]> = [
    // Published values; those of no success and of nothing else follow by hand from z alone.
    [8, 10, 0.4901625, 0.9433178],
    [5, 10, 0.2365931, 0.7634069],
    [0, 10, 0, zz / (10 + zz)],
    [10, 10, 10 / (10 + zz), 1],
    [0, 1, 0, zz / (1 + zz)],
    [1, 1, 1 / (1 + zz), 1]
  ]
  for (const [successes, n, low, high] of rows) {
    test(`of ${successes} out of ${n} is ${low.toFixed(7)} to ${high.toFixed(7)}`, () => {
      const found = wilson(successes, n)
      expect(found.share).toBe(successes / n)
      expect(found.low).toBeCloseTo(low, 7)
      expect(found.high).toBeCloseTo(high, 7)
    })
  }

  const samples = fc.integer({ min: 1, max: 5000 }).chain((n) =>
    fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n))
  )

  test("holds the share, lies within 0 and 1, and mirrors when failures are counted", () => {
    fc.assert(fc.property(samples, ([successes, n]) => {
      const { high, low, share } = wilson(successes, n)
      expect(low).toBeGreaterThanOrEqual(0)
      expect(high).toBeLessThanOrEqual(1)
      // The ends at 0 and at 1 are reached but for rounding.
      expect(low).toBeLessThanOrEqual(share + 1e-15)
      expect(high).toBeGreaterThanOrEqual(share - 1e-15)
      const failures = wilson(n - successes, n)
      expect(failures.low).toBeCloseTo(1 - high, 12)
      expect(failures.high).toBeCloseTo(1 - low, 12)
    }))
  })

  test("narrows as the sample grows", () => {
    fc.assert(fc.property(samples, ([successes, n]) => {
      const few = wilson(successes, n)
      const many = wilson(4 * successes, 4 * n)
      expect(many.high - many.low).toBeLessThan(few.high - few.low)
    }))
  })
})

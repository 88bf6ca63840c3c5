import { mirroredEstimate, percentileEstimate, resampled } from "@dgas/monitor/Bootstrap"
import { chanceOf } from "@dgas/monitor/Chance"
import { describe, expect, test } from "bun:test"

describe("chanceOf", () => {
  test("gives the same numbers for the same seed, wherever it runs", () => {
    const one = chanceOf(42)
    // Of the published algorithm in Python's whole numbers.
    expect([one.unit(), one.unit(), one.unit()].map((unit) => unit * 2 ** 32)).toEqual([
      660444221,
      3652823732,
      77672526
    ])
  })

  test("is even: 100,000 numbers below 10 lie within four deviations of a tenth each", () => {
    const chance = chanceOf(7)
    const counts = Array(10).fill(0)
    for (let at = 0; at < 100_000; at++) counts[chance.below(10)]++
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(4 * Math.sqrt(9000))
  })

  test("seeds next to each other have nothing in common", () => {
    const [a, b] = [chanceOf(1), chanceOf(2)]
    const both = Array.from({ length: 20_000 }, () => (a.unit() - 0.5) * (b.unit() - 0.5))
    expect(Math.abs(both.reduce((sum, product) => sum + product, 0) / both.length * 12)).toBeLessThan(
      4 / Math.sqrt(20_000)
    )
  })
})

describe("resampled", () => {
  test("draws as many slots as there are, each with all its cases", () => {
    const draws = resampled([1, 1, 2, 3, 3, 3], (weights) => [...weights], { seed: 1, draws: 200 })
    for (const [a, b, c, d, e, f] of draws) {
      expect([a, d, d]).toEqual([b, e, f])
      expect(a! + c! + d!).toBe(3)
    }
    expect(new Set(draws.map(String)).size).toBe(10)
  })
})

describe("intervals", () => {
  const draws = Array.from({ length: 101 }, (_, at) => at).toReversed()

  test("the percentile interval is the middle of the draws", () => {
    expect(percentileEstimate(50, [...draws, NaN], 9)).toEqual({ value: 50, low: 2.5, high: 97.5, n: 9 })
  })

  test("the mirrored one takes off what the draws are too large by, and stops at nothing", () => {
    expect(mirroredEstimate(40, draws, 9)).toEqual({ value: 40, low: 0, high: 77.5, n: 9 })
    expect(mirroredEstimate(60, draws, 9)).toEqual({ value: 60, low: 22.5, high: 117.5, n: 9 })
  })
})

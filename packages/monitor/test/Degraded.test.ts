import { chanceOf } from "@dgas/monitor/Chance"
import { degradedOf, leastForecasts, newestFills, type PromisedForecast } from "@dgas/monitor/Degraded"
import { describe, expect, test } from "bun:test"

const entropy = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p)

/** Probabilities of 0.3 to 0.7, which come true as often as `truth` says. */
const forecasts = (n: number, seed: number, truth: (p: number) => number): ReadonlyArray<PromisedForecast> => {
  const chance = chanceOf(seed)
  const promised = [0.3, 0.4, 0.5, 0.6, 0.7].reduce((sum, p) => sum + entropy(p) / 5, 0)
  return Array.from({ length: n }, (_, slot) => {
    const probability = 0.3 + chance.below(5) / 10
    return { probability, event: chance.unit() < truth(probability), slot, promised }
  })
}

const honest = (p: number) => p

describe("degraded", () => {
  test("is nothing of too few", () => {
    expect(degradedOf([])).toBeNull()
    expect(degradedOf(forecasts(leastForecasts - 1, 1, (p) => 1 - p))).toBeNull()
    expect(degradedOf(forecasts(leastForecasts, 1, (p) => 1 - p))).not.toBeNull()
  })

  test("is not told by chance: of 200 looks at honest probabilities one at most", () => {
    const looks = Array.from({ length: 200 }, (_, seed) => degradedOf(forecasts(newestFills, seed, honest)))
    expect(looks.filter((look) => look !== null).length).toBeLessThanOrEqual(1)
  }, 60_000)

  test("is found where the market has turned", () => {
    const looks = Array.from({ length: 20 }, (_, seed) => degradedOf(forecasts(newestFills, seed, (p) => 1 - p)))
    expect(looks.filter((look) => look !== null)).toHaveLength(20)
    expect(looks[0]?.signs[0]).toMatch(/^log loss 0\.\d+ \[0\.\d+, 0\.\d+\], promised 0\.652$/)
    expect(looks[0]?.fills).toBe(newestFills)
  })

  test("is found where wins have become rare", () => {
    const looks = Array.from({ length: 20 }, (_, seed) => degradedOf(forecasts(newestFills, seed, (p) => p / 2)))
    expect(looks.filter((look) => look !== null).length).toBeGreaterThan(17)
  })

  test("does not hold against a map what it never promised", () => {
    const silent = forecasts(newestFills, 3, honest).map((forecast) => ({ ...forecast, promised: null }))
    expect(degradedOf(silent)).toBeNull()
  })
})

import { chanceOf } from "@dgas/monitor/Chance"
import { degradedLooks, degradedOf, leastForecasts, newestFills, type PromisedForecast } from "@dgas/monitor/Degraded"
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

/** Ten fills or fewer a slot: all of a slot come good together when the market does, or each by itself. */
const ofSlots = (slots: number, seed: number, together: boolean, truth: (p: number) => number) => {
  const chance = chanceOf(seed)
  const market = Array.from({ length: slots }, () => chance.unit())
  return forecasts(newestFills, seed, honest).map((forecast, at): PromisedForecast => {
    const slot = at % slots
    return { ...forecast, slot, event: (together ? market[slot]! : chance.unit()) < truth(forecast.probability) }
  })
}

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

  test("is not told of fewer bar closes than intervals need, however many the fills", () => {
    expect(degradedOf(ofSlots(19, 1, false, (p) => 1 - p))).toBeNull()
  })

  for (const slots of [20, 30, 50]) {
    for (const together of [true, false]) {
      test(`is not told by chance of fills of ${slots} bar closes${together ? " that come good together" : ""}`, () => {
        const looks = Array.from({ length: 200 }, (_, seed) => degradedOf(ofSlots(slots, seed, together, honest)))
        expect(looks.filter((look) => look !== null)).toEqual([])
      }, 60_000)
    }
  }

  test("is found in fills of 50 bar closes where the market has turned", () => {
    for (const together of [true, false]) {
      const looks = Array.from({ length: 20 }, (_, seed) => degradedOf(ofSlots(50, seed, together, (p) => 1 - p)))
      expect(looks.filter((look) => look !== null).length).toBeGreaterThan(17)
    }
  })

  test("is looked for again when a fill has come, and not before", () => {
    const look = degradedLooks()
    const turned = forecasts(newestFills, 1, (p) => 1 - p)
    const found = look("crypto", turned)
    expect(found).not.toBeNull()
    expect(look("crypto", [...turned])).toBe(found)
    expect(look("stocks", forecasts(newestFills, 1, honest))).toBeNull()
    expect(look("crypto", turned.slice(1))).not.toBe(found)
    expect(look("crypto", forecasts(newestFills, 1, honest))).toBeNull()
  })

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

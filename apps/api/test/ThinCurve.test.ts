import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { thinned } from "../src/ThinCurve.ts"

const curveOf = (equities: ReadonlyArray<number>) =>
  equities.map((equity, at) => ({ at, r: 0, equity, drawdown: Math.max(0, -equity) }))

describe("a thinned curve", () => {
  test("is all of a short one", () => {
    for (const n of [0, 1, 2000]) {
      const curve = curveOf(Array.from({ length: n }, (_, at) => at))
      expect(thinned(curve)).toEqual(curve)
    }
  })

  test("has the extremes and the end of a long one, in order, in at most 2,000 points", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2001, max: 9000 }), fc.integer(), (n, seed) => {
        const curve = curveOf(Array.from({ length: n }, (_, at) => Math.sin(at * (seed % 97 + 0.5)) * at))
        const kept = thinned(curve)
        const equities = (points: typeof kept) => points.map(({ equity }) => equity)
        return kept.length <= 2000 && kept.at(-1) === curve.at(-1) &&
          kept.every(({ at }, index) => index === 0 || at > kept[index - 1]!.at) &&
          Math.max(...equities(kept)) === Math.max(...equities(curve)) &&
          Math.min(...equities(kept)) === Math.min(...equities(curve))
      }),
      { numRuns: 50 }
    )
  })
})

import { heightAt, isotonicOf, type Knot } from "@dgas/monitor/Isotonic"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"

const points = (...ys: ReadonlyArray<number>) => ys.map((y, x) => ({ x, y, weight: 1 }))

describe("isotonicOf", () => {
  const table: ReadonlyArray<readonly [name: string, found: ReadonlyArray<Knot>, expected: ReadonlyArray<Knot>]> = [
    ["nothing", isotonicOf([]), []],
    ["rising points stay", isotonicOf(points(1, 2, 4)), [[0, 1], [1, 2], [2, 4]]],
    ["a fall is pooled", isotonicOf(points(1, 3, 2, 4)), [[0, 1], [1, 2.5], [2, 2.5], [3, 4]]],
    ["a pool pulls in what came before", isotonicOf(points(1, 2, 3, 0)), [[0, 1], [1, 5 / 3], [3, 5 / 3]]],
    ["falling points are one level", isotonicOf(points(3, 2, 1)), [[0, 2], [2, 2]]],
    [
      "ties are one point",
      isotonicOf([{ x: 1, y: 0, weight: 1 }, { x: 0, y: 0, weight: 1 }, { x: 1, y: 1, weight: 3 }]),
      [
        [0, 0],
        [1, 0.75]
      ]
    ]
  ]
  for (const [name, found, expected] of table) test(name, () => expect(found).toEqual(expected))

  const samples = fc.array(
    fc.record({
      x: fc.integer({ min: 0, max: 20 }),
      y: fc.integer({ min: 0, max: 1 }),
      weight: fc.integer({ min: 1, max: 3 })
    }),
    { minLength: 1, maxLength: 60 }
  )

  test("never falls, keeps the mean, and does not mind the order of the points", () => {
    fc.assert(fc.property(samples, (sample) => {
      const knots = isotonicOf(sample)
      const again = isotonicOf(sample.toReversed())
      const total = (of: (one: typeof sample[number]) => number) =>
        sample.reduce((sum, one) => sum + one.weight * of(one), 0)
      return knots.every(([, y], at) => at === 0 || y >= knots[at - 1]![1]) &&
        Math.abs(total(({ x }) => heightAt(knots, x)) - total(({ y }) => y)) < 1e-9 &&
        sample.every(({ x }) => Math.abs(heightAt(knots, x) - heightAt(again, x)) < 1e-9)
    }))
  })
})

describe("heightAt", () => {
  const knots: ReadonlyArray<Knot> = [[0.2, 0.1], [0.4, 0.5], [0.8, 0.5]]
  test("is level outside and a line between", () => {
    expect([0, 0.2, 0.4, 0.6, 1].map((x) => heightAt(knots, x))).toEqual([0.1, 0.1, 0.5, 0.5, 0.5])
    expect(heightAt(knots, 0.25)).toBeCloseTo(0.2, 12)
    expect(heightAt([], 0.5)).toBeNaN()
  })
})

/** What a bar is compared with, how sure its state is, and the look at a bar that has not closed. */
import type { MarketState } from "@dgas/domain/MarketState"
import { levelNames } from "@dgas/engine/geometry/Levels"
import type { Side } from "@dgas/engine/geometry/StateMachine"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { barAt, barsArbitrary, barsOf, pushed, shown, shownOf, withGeometry } from "../bars.ts"
import { settled } from "../signals/frames.ts"

describe("a bar is compared with what was known before it opened", () => {
  // Three bars of 99 to 101: dot 100, envelope 99 to 101, W = 2, 5-9 at 97 and 103.
  const quiet = [[101, 99, 100], [101, 99, 100], [101, 99, 100]] as const
  const events = (rows: ReadonlyArray<readonly [number, number, number]>) =>
    pushed(barsOf(rows)).patterns.events().map(({ direction, pattern }) => `${pattern} ${direction}`)

  test("a high through the known top that closes back inside touches it, though its own bar raised the top", () => {
    const rows = [...quiet, [101.5, 99.9, 100]] as const
    expect(events(rows)).toContain("TERMINATION_TOUCH -1")
    const [top, known] = [pushed(barsOf(rows)).level(1), pushed(barsOf(quiet)).level(1)]
    expect(known).toBe(101)
    expect(top).toBeGreaterThan(101)
  })

  test("a high between the known top and its own bar's top touches, one below the known top does not", () => {
    expect(events([...quiet, [100.9, 99.6, 100]])).toEqual(["TERMINATION_APPROACH 1"])
    expect(events([...quiet, [101, 99.6, 100]])).toEqual(["TERMINATION_TOUCH -1"])
  })

  test("the side is that of the dot which the bar is no part of", () => {
    // The known dot is 100. With the bar itself it would be (100 + 100 + 106) / 3 = 102, above the close.
    const geometry = pushed(barsOf([...quiet, [116, 100.5, 101.5]]))
    expect([geometry.dot, geometry.side]).toEqual([100, 1])
    expect(geometry.level(0)).toBeCloseTo(102, 12)
  })

  test("the first dot is plotted on the fourth bar, from the three before it", () => {
    const rows = [[12, 6, 9], [15, 9, 12], [16, 11, 15], [14, 8, 8], [12, 8, 10]] as const
    const plotted = rows.map((_, index) => pushed(barsOf(rows.slice(0, index + 1))).plotted1)
    expect(plotted.slice(0, 3)).toEqual([NaN, NaN, NaN])
    expect(plotted[3]).toBeCloseTo((9 + 12 + 14) / 3, 12)
    expect(plotted[4]).toBeCloseTo((12 + 14 + 10) / 3, 12)
  })

  test("dotted line and block level as they were before the bar are kept apart from those after it", () => {
    fc.assert(fc.property(barsArbitrary(2, 80), (bars) => {
      const last = shownOf(bars.slice(0, -1)).at(-1)!
      const geometry = pushed(bars)
      for (const [index, name] of levelNames.entries()) expect(geometry.barLevel(index) + 0).toBe(last[name])
    }))
  })
})

describe("a stdev envelope of dots that are equal but for rounding", () => {
  test("has no width, so that a close lies in its middle and completes no pattern", () => {
    // Three in turn have a mean of 0.2, which 0.1 + 0.2 + 0.3 and 0.2 + 0.3 + 0.1 round to two numbers.
    const rows = Array.from({ length: 30 }, (_, index) => [0.1, 0.2, 0.3][index % 3]!)
      .map((price) => [price, price, price] as const)
    const after = rows.map((_, index) => pushed(barsOf(rows.slice(0, index + 1)), withGeometry({ envelope: "stdev" })))
      .slice(6)
    expect(new Set(after.map(({ plotted1 }) => plotted1)).size).toBe(2)
    expect(new Set(after.map(({ width }) => width))).toEqual(new Set([0]))
    expect(new Set(after.map(({ position }) => position))).toEqual(new Set([0.5]))
    expect(after.flatMap(({ patterns }) => patterns.events())).toEqual([])
  })
})

describe("state confidence of two bars in a state, 0.6, and", () => {
  // The slope is that of an up direction when `slope` is 1.
  const rows: ReadonlyArray<
    readonly [rule: string, state: MarketState, direction: Side, slope: number, flat: boolean, expected: number]
  > = [
    ["0.2 for a trend whose dot slopes its way", "TREND", 1, 1, false, 0.8],
    ["0.2 for a down trend whose dot slopes down", "TREND", -1, -1, false, 0.8],
    ["nothing for a trend whose dot slopes against it", "TREND", 1, -1, false, 0.6],
    ["nothing for a trend whose dot is flat", "TREND", 1, 1, true, 0.6],
    ["nothing for a trend whose dot stands still", "TREND", 1, 0, false, 0.6],
    ["0.15 for a flat entrance", "CONGESTION_ENTRANCE", 1, 1, true, 0.75],
    ["0.15 for a flat action", "CONGESTION_ACTION", -1, 1, true, 0.75],
    ["0.15 for a flat action without direction", "CONGESTION_ACTION", 0, 0, true, 0.75],
    ["nothing for a congestion that slopes", "CONGESTION_ACTION", 1, 1, false, 0.6],
    ["nothing for an exit, sloping", "CONGESTION_EXIT", 1, 1, false, 0.6],
    ["nothing for an exit, flat", "CONGESTION_EXIT", 1, 1, true, 0.6],
    ["nothing for a reversal, sloping", "REVERSAL", -1, -1, false, 0.6]
  ]
  for (const [rule, state, direction, slope, flat, expected] of rows) {
    test(rule, () => {
      const geometry = settled(state, direction, 2)
      geometry.slope = slope
      geometry.flat = flat
      expect(geometry.stateConfidence).toBeCloseTo(expected, 12)
      const trending = state === "TREND" && slope === direction && !flat
      expect(geometry.trendStrength).toBeCloseTo(0.2 + 0.4 * expected + (trending ? 0.2 : 0), 12)
    })
  }

  test("age counts up to six bars for confidence and four for strength, whose sum is at most 1", () => {
    const ages = [1, 3, 4, 6, 7, 100].map((bars) => settled("REVERSAL", 1, bars))
    const confidences = [0.55, 0.65, 0.7, 0.8, 0.8, 0.8]
    const strengths = [0.1, 0.3, 0.4, 0.4, 0.4, 0.4]
    for (const [index, geometry] of ages.entries()) {
      expect(geometry.stateConfidence).toBeCloseTo(confidences[index]!, 12)
      expect(geometry.trendStrength).toBeCloseTo(strengths[index]! + 0.4 * confidences[index]!, 12)
    }
    expect(settled("TREND", 1, 100, true).trendStrength).toBeLessThanOrEqual(1)
  })

  test("0.1 when the last three sides are equal, none of them on the dot", () => {
    const point = [10, 10, 10] as const
    // Each close lies on its own side of a dot that trails far behind.
    const after = (...closes: ReadonlyArray<number>) =>
      pushed(barsOf([point, point, point, ...closes.map((close) => [close, close, close] as const)]))
    const sure = (geometry: ReturnType<typeof after>) =>
      geometry.stateConfidence - 0.5 - Math.min(0.05 * geometry.machine.barsInState, 0.3)
    expect([after(11, 12, 13).side, sure(after(11, 12, 13))]).toEqual([1, expect.closeTo(0.1 + 0.2, 12)])
    expect(sure(after(11, 12))).toBeCloseTo(0, 12)
    expect(sure(after(9, 12, 13))).toBeCloseTo(0, 12)
    expect([after(10, 10, 10).side, sure(after(10, 10, 10))]).toEqual([0, expect.closeTo(0, 12)])
  })
})

describe("preview of a bar that is still forming", () => {
  const options = fc.constantFrom(
    withGeometry({}),
    withGeometry({ dot: "coincident", envelope: "stdev" }),
    withGeometry({ envelope: "atr" })
  )

  test("shows what the geometry would be if it closed now, and leaves the geometry as it was", () => {
    fc.assert(fc.property(barsArbitrary(2, 60), options, (bars, rules) => {
      const geometry = pushed(bars.slice(0, -1), rules)
      const before = JSON.stringify(geometry.snapshot())
      const live = geometry.preview(bars.at(-1)!)
      expect(shown(live)).toEqual(shown(pushed(bars, rules)))
      expect(JSON.stringify(geometry.snapshot())).toBe(before)
      live.push({ ...bars.at(-1)!, openTime: 1e9, closeTime: 1e9 + 1 })
      expect(JSON.stringify(geometry.snapshot())).toBe(before)
    }))
  })

  test("can be taken again and again as the bar goes on, and then the bar itself", () => {
    const bars = barsOf([[12, 6, 9], [15, 9, 12], [16, 11, 15]])
    const geometry = pushed(bars)
    for (const close of [14, 8, 10]) {
      // The live dot: ((H + L + last) / 3 + D(1) + D(2)) / 3.
      expect(geometry.preview(barAt(3, 14, 8, close)).level(0)).toBeCloseTo(((14 + 8 + close) / 3 + 14 + 12) / 3, 12)
    }
    geometry.push(barAt(3, 14, 8, 8))
    expect(shown(geometry)).toEqual(shown(pushed(barsOf([[12, 6, 9], [15, 9, 12], [16, 11, 15], [14, 8, 8]]))))
  })

  test("of no bars yet is that of the first bar", () => {
    expect(shown(pushed([]).preview(barAt(0, 3, 1, 2)))).toEqual(shown(pushed([barAt(0, 3, 1, 2)])))
  })
})

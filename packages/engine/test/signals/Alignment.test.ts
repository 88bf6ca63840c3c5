import type { MarketState } from "@dgas/domain/MarketState"
import { emptyLevels, ENVELOPE_BOTTOM, ENVELOPE_TOP } from "@dgas/engine/geometry/Levels"
import type { Side } from "@dgas/engine/geometry/StateMachine"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { alignment, alignmentClass } from "@dgas/engine/signals/Alignment"
import { confidence, patternSupport, positionFactor, signalStrength, tierOf } from "@dgas/engine/signals/Score"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { barsArbitrary, patternBar, pushed } from "../bars.ts"
import { settled } from "./frames.ts"

type Place = readonly [state: MarketState, direction: Side, bars: number]

// Two bars in a state without a slope make a state confidence of 0.6, six or more one of 0.8.
const cases: ReadonlyArray<readonly [rule: string, higher: Place, trading: Place, value: number]> = [
  ["same direction, same state", ["TREND", 1, 6], ["TREND", 1, 6], 0.5 + 0.2 + 0.24],
  ["the mean of the two state confidences", ["TREND", 1, 6], ["TREND", 1, 2], 0.5 + 0.2 + 0.21],
  ["same direction, trend and exit are compatible", ["TREND", 1, 6], ["CONGESTION_EXIT", 1, 2], 0.5 + 0.1 + 0.21],
  [
    "same direction, any two congestions",
    ["CONGESTION_ENTRANCE", -1, 2],
    ["CONGESTION_ACTION", -1, 2],
    0.5 + 0.1 + 0.18
  ],
  [
    "entrance and exit are two congestions",
    ["CONGESTION_ENTRANCE", -1, 2],
    ["CONGESTION_EXIT", -1, 2],
    0.5 + 0.1 + 0.18
  ],
  ["same direction, trend and action are not compatible", ["TREND", 1, 6], ["CONGESTION_ACTION", 1, 6], 0.5 + 0.24],
  ["trend and reversal are not compatible", ["TREND", 1, 6], ["REVERSAL", 1, 2], 0.5 + 0.21],
  ["exactly one neutral", ["CONGESTION_ACTION", 0, 6], ["CONGESTION_ACTION", 1, 6], 0.25 + 0.2 + 0.24],
  ["both neutral", ["CONGESTION_ACTION", 0, 6], ["CONGESTION_ACTION", 0, 6], 0.2 + 0.24],
  ["opposite directions", ["TREND", 1, 6], ["TREND", -1, 6], 0.2 + 0.24],
  ["nothing in common", ["TREND", 1, 2], ["CONGESTION_ACTION", -1, 2], 0.18]
]

describe("alignment", () => {
  for (const [rule, higher, trading, value] of cases) {
    test(`${rule}: ${value.toFixed(2)}`, () => {
      expect(alignment(settled(...higher), settled(...trading))).toBeCloseTo(value, 12)
      const turned = ([state, direction, bars]: Place) => settled(state, -direction as Side, bars)
      expect(alignment(turned(trading), turned(higher))).toBeCloseTo(value, 12)
    })
  }

  test("is at most 1, with both timeframes in a trend that slopes and has settled", () => {
    expect(alignment(settled("TREND", 1, 9, true), settled("TREND", 1, 9, true))).toBeLessThanOrEqual(1)
    expect(alignment(settled("TREND", 1, 9, true), settled("TREND", 1, 9, true))).toBeCloseTo(1, 12)
  })

  test("is perfect from 0.8, partial from 0.6, divergent from 0.3, else conflicting", () => {
    const classes = [1, 0.8, 0.7999, 0.6, 0.5999, 0.3, 0.2999, 0].map(alignmentClass)
    expect(classes).toEqual([
      "perfect",
      "perfect",
      "partial",
      "partial",
      "divergent",
      "divergent",
      "conflicting",
      "conflicting"
    ])
  })
})

describe("scores of an entry", () => {
  const strengths: ReadonlyArray<readonly [number, number, number, 0 | 1 | 2, number]> = [
    [1, 1, 4, 2, 1],
    [1, 1, 9, 2, 1],
    [1, 1, 4, 1, 0.85],
    [0.7, 0.6, 3, 0, 0.28 + 0.18 + 0.1125],
    [0.7, 0.6, 0, 0, 0.46],
    [0, 0, 0, 0, 0]
  ]
  for (const [agreement, higher, weight, support, value] of strengths) {
    test(`strength of alignment ${agreement}, higher ${higher}, zone ${weight}, support ${support} is ${value.toFixed(4)}`, () => {
      expect(signalStrength(agreement, higher, weight, support)).toBeCloseTo(value, 12)
    })
  }

  const scores: ReadonlyArray<readonly [number, number, number, 0 | 1 | 2, number, number]> = [
    [1, 1, 4, 2, 1, 1],
    [1, 1, 8, 1, 1, 0.9],
    [0.8, 0.6, 2, 0, 0.7, 0.24 + 0.15 + 0.075 + 0.07],
    [0, 0, 0, 0, 0, 0]
  ]
  for (const [agreement, higher, weight, support, strength, value] of scores) {
    test(`confidence of ${agreement}, ${higher}, ${weight}, ${support}, ${strength} is ${value.toFixed(3)}`, () => {
      expect(confidence(agreement, higher, weight, support, strength)).toBeCloseTo(value, 12)
    })
  }

  test("stay from 0 to 1, the largest parts included", () => {
    expect(signalStrength(1, 1, 100, 2)).toBeLessThanOrEqual(1)
    expect(confidence(1, 1, 100, 2, 1)).toBeLessThanOrEqual(1)
    const unit = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(
        unit,
        unit,
        fc.double({ min: 0, max: 50, noNaN: true }),
        fc.nat(2),
        (agreement, higher, weight, support) => {
          const strength = signalStrength(agreement, higher, weight, support)
          const score = confidence(agreement, higher, weight, support, strength)
          for (const value of [strength, score]) {
            expect(value).toBeGreaterThanOrEqual(0)
            expect(value).toBeLessThanOrEqual(1)
          }
        }
      )
    )
  })

  const tiers: ReadonlyArray<readonly [number, number, number, 0 | 1 | 2, string]> = [
    [0.85, 0.8, 4, 2, "HIGH"],
    [0.8499, 0.8, 4, 2, "MEDIUM"],
    [0.85, 0.7999, 4, 2, "MEDIUM"],
    [0.85, 0.8, 3.99, 2, "MEDIUM"],
    [0.85, 0.8, 4, 1, "MEDIUM"],
    [0.75, 0.7, 3, 0, "MEDIUM"],
    [0.7499, 0.7, 3, 0, "LOW"],
    [0.75, 0.6999, 3, 0, "LOW"]
  ]
  for (const [agreement, strength, weight, support, tier] of tiers) {
    test(`alignment ${agreement}, strength ${strength}, weight ${weight}, support ${support} is ${tier}`, () => {
      expect(tierOf(agreement, strength, weight, support)).toBe(tier as "HIGH")
    })
  }

  test("tiers scale the position by 1, 0.75 and 0.5", () => {
    expect(positionFactor).toEqual({ HIGH: 1, MEDIUM: 0.75, LOW: 0.5 })
  })
})

describe("patternSupport", () => {
  /** A timeframe whose last push completed `ago` bars ago, far from every level. */
  const pushedAgo = (ago: number, direction: -1 | 1 = 1) => {
    const geometry = new TimeframeGeometry()
    const levels = emptyLevels()
    levels[ENVELOPE_TOP] = 1000
    levels[ENVELOPE_BOTTOM] = -800
    for (let index = 0; index < 3 + ago; index++) {
      const side = index < 3 ? direction : 0
      geometry.patterns.push(patternBar({ index, high: 101, low: 99, close: 100, side, slope: side }, levels))
    }
    return geometry
  }
  const none = new TimeframeGeometry()

  test("is 2 when the same pattern completed the same way within the last ten bars of each", () => {
    expect(patternSupport(pushedAgo(0), pushedAgo(0), 1, 10)).toBe(2)
    expect(patternSupport(pushedAgo(9), pushedAgo(3), 1, 10)).toBe(2)
    expect(patternSupport(pushedAgo(3, -1), pushedAgo(9, -1), -1, 10)).toBe(2)
  })

  test("is 1 when it did on one of them", () => {
    expect(patternSupport(pushedAgo(0), none, 1, 10)).toBe(1)
    expect(patternSupport(none, pushedAgo(9), 1, 10)).toBe(1)
    expect(patternSupport(pushedAgo(10), pushedAgo(9), 1, 10)).toBe(1)
  })

  test("is 0 when it did on none, or the other way", () => {
    expect(patternSupport(none, none, 1, 10)).toBe(0)
    expect(patternSupport(pushedAgo(10), pushedAgo(10), 1, 10)).toBe(0)
    expect(patternSupport(pushedAgo(0), pushedAgo(0), -1, 10)).toBe(0)
  })

  test("of a series with itself is 2 or 0", () => {
    fc.assert(fc.property(barsArbitrary(1, 40), fc.constantFrom(-1 as const, 1 as const), (bars, direction) => {
      expect(patternSupport(pushed(bars), pushed(bars), direction, 10)).not.toBe(1)
    }))
  })
})

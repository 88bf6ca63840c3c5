import { type LevelName, levelNames, levelWeights } from "@dgas/engine/geometry/Levels"
import { seriesRow } from "@dgas/engine/geometry/SeriesRow"
import { BarOutOfOrder } from "@dgas/engine/geometry/TimeframeGeometry"
import { describe, expect, test } from "bun:test"
import { barAt, barsOf, pushed, withGeometry } from "../bars.ts"

// Dots 9, 12, 14, 10, 10; ranges 6, 6, 5, 6, 4.
const bars = barsOf([[12, 6, 9], [15, 9, 12], [16, 11, 15], [14, 8, 8], [12, 8, 10]])

const levelsAfter = (count: number, envelope: Parameters<typeof withGeometry>[0]["envelope"] = "drummond") => {
  const geometry = pushed(bars.slice(0, count), withGeometry({ envelope }))
  return (name: LevelName) => geometry.level(levelNames.indexOf(name))
}

const tables: ReadonlyArray<readonly [count: number, Partial<Record<LevelName, number>>]> = [
  [1, { oneOneHigh: 12, oneOneLow: 6 }],
  [2, { oneOneHigh: 15, oneOneLow: 9, fiveNineUp: 6, fiveNineDown: 24, fiveOneUp: 12, fiveTwoDown: 18 }],
  [3, {
    projectedDot: 35 / 3,
    envelopeTop: 44 / 3,
    envelopeBottom: 9,
    z5Top: 53 / 3,
    z2Bottom: 19 / 3,
    z6Top: 61 / 3,
    z1Bottom: 10 / 3,
    oneOneHigh: 17,
    oneOneLow: 12,
    fiveNineUp: 7,
    fiveNineDown: 23,
    fiveOneUp: 13,
    fiveTwoDown: 17
  }],
  [4, {
    projectedDot: 12,
    envelopeTop: 44 / 3,
    envelopeBottom: 9,
    z5Top: 52 / 3,
    z2Bottom: 6,
    z6Top: 61 / 3,
    z1Bottom: 10 / 3,
    oneOneHigh: 12,
    oneOneLow: 6,
    fiveNineUp: 0,
    fiveNineDown: 17,
    fiveOneDown: 12,
    fiveTwoUp: 5
  }],
  [5, {
    projectedDot: 34 / 3,
    envelopeTop: 41 / 3,
    envelopeBottom: 26 / 3,
    z5Top: 16,
    z2Bottom: 6,
    z6Top: 56 / 3,
    z1Bottom: 11 / 3,
    oneOneHigh: 12,
    oneOneLow: 8,
    fiveNineUp: 2,
    fiveNineDown: 16,
    fiveOneDown: 10
  }]
]

describe("levels of the next bar", () => {
  for (const [count, expected] of tables) {
    test(`after ${count} of the bars are those worked out by hand, and no others`, () => {
      const level = levelsAfter(count)
      for (const name of levelNames) {
        if (expected[name] === undefined) expect([name, level(name)]).toEqual([name, NaN])
        else expect(level(name)).toBeCloseTo(expected[name], 10)
      }
    })
  }

  test("equal lows and equal highs draw neither a 5-1 nor a 5-2", () => {
    const { levels } = pushed(barsOf([[12, 6, 9], [12, 6, 8]]))
    for (const name of ["fiveOneUp", "fiveOneDown", "fiveTwoUp", "fiveTwoDown"] as const) {
      expect(levels[levelNames.indexOf(name)]).toBeNaN()
    }
  })

  test("weigh 1.5 for a 5-9, 1.25 for an envelope, 1 for a 5-1 and 5-2, and 0.75 for the others", () => {
    expect(Object.fromEntries([...levelWeights].map((weight, index) => [levelNames[index]!, weight]))).toEqual({
      projectedDot: 0.75,
      envelopeTop: 1.25,
      envelopeBottom: 1.25,
      z5Top: 0.75,
      z2Bottom: 0.75,
      z6Top: 0.75,
      z1Bottom: 0.75,
      oneOneHigh: 0.75,
      oneOneLow: 0.75,
      fiveNineUp: 1.5,
      fiveNineDown: 1.5,
      fiveOneUp: 1,
      fiveOneDown: 1,
      fiveTwoUp: 1,
      fiveTwoDown: 1
    })
  })
})

describe("other envelopes around the dot", () => {
  const dot = 34 / 3
  // Plotted dots 34/3, 36/3, 35/3 deviate by 1/3; high 16, low 8; true ranges 5, 7, 4.
  const halves = [["stdev", 0.5], ["range", 6], ["atr", 8], ["percent", 0.02 * dot]] as const
  for (const [envelope, half] of halves) {
    test(`${envelope} lies ${half.toFixed(2)} away, and the Z levels follow by reflection`, () => {
      const level = levelsAfter(5, envelope)
      expect(level("projectedDot")).toBeCloseTo(dot, 10)
      expect(level("envelopeTop")).toBeCloseTo(dot + half, 10)
      expect(level("envelopeBottom")).toBeCloseTo(dot - half, 10)
      expect(level("z5Top")).toBeCloseTo(dot + 2 * half, 10)
      expect(level("z2Bottom")).toBeCloseTo(dot - 2 * half, 10)
      expect(level("z6Top")).toBeCloseTo(dot + 3 * half, 10)
      expect(level("z1Bottom")).toBeCloseTo(dot - 3 * half, 10)
    })
  }

  test("atr takes the range of the first bar of a series as its true range", () => {
    const level = levelsAfter(3, "atr")
    expect(level("envelopeTop") - level("projectedDot")).toBeCloseTo(8.5, 10)
  })

  test("stdev waits for three plotted dots, the others for three bars", () => {
    expect(levelsAfter(4, "stdev")("envelopeTop")).toBeNaN()
    for (const envelope of ["drummond", "range", "atr", "percent"] as const) {
      expect(levelsAfter(2, envelope)("envelopeTop")).toBeNaN()
      expect(levelsAfter(3, envelope)("envelopeTop")).not.toBeNaN()
    }
  })
})

describe("the last bar against what was projected for it", () => {
  test("has a dot, a slope, a side and a place in the envelope", () => {
    const geometry = pushed(bars.slice(0, 4))
    expect(geometry.plotted1).toBeCloseTo(35 / 3, 10)
    expect(geometry.slope).toBeCloseTo(1 / 3, 10)
    expect(geometry.meanRange).toBeCloseTo(17 / 3, 10)
    expect(geometry.flat).toBe(false)
    expect(geometry.side).toBe(-1)
    expect(geometry.position).toBeCloseTo(-3 / 17, 10)
  })

  test("is not placed while there is no envelope, and in the middle of one without width", () => {
    const point = [10, 10, 10] as const
    expect(pushed(barsOf([point, point, point])).position).toBeNaN()
    expect(pushed(barsOf([point, point, point, [12, 9, 11]])).position).toBe(0.5)
  })

  test("may lie 40 % of the width above the top: 1.4", () => {
    const geometry = pushed(barsOf([[11, 9, 10], [11, 9, 10], [11, 9, 10], [14, 9, 11.8]]))
    expect(geometry.position).toBeCloseTo(1.4, 10)
  })

  test("is flat when the dot moves by less than a twentieth of the mean range", () => {
    const still = [13, 7, 10] as const
    expect(pushed(barsOf([still, still, still, [13.8, 7.8, 10.8]])).flat).toBe(true)
    expect(pushed(barsOf([still, still, still, [14, 8, 11]])).flat).toBe(false)
  })

  const point = [10, 10, 10] as const
  const sides: ReadonlyArray<readonly [close: number, side: -1 | 0 | 1]> = [
    [10, 0],
    [10 * (1 + 0.9e-9), 0],
    [10 * (1 - 0.9e-9), 0],
    [10 * (1 + 2e-9), 1],
    [10 * (1 - 2e-9), -1]
  ]
  for (const [close, side] of sides) {
    test(`a close of ${close} with the dot at 10 falls on side ${side}`, () => {
      expect(pushed(barsOf([point, point, point, [11, 9, close]])).side).toBe(side)
    })
  }

  test("compares the close with the dot that contains it when the dot is coincident", () => {
    const rows = barsOf([point, point, point, [16, 10, 10.5]])
    expect(pushed(rows).side).toBe(1)
    expect(pushed(rows, withGeometry({ dot: "coincident" })).side).toBe(-1)
    expect(pushed(rows.slice(0, 3), withGeometry({ dot: "coincident" })).dot).toBe(10)
    expect(pushed(rows.slice(0, 3)).dot).toBeNaN()
  })

  test("must be later than the one before", () => {
    const geometry = pushed([barAt(3, 2, 1, 1)])
    for (const index of [3, 2]) {
      expect(() => geometry.push(barAt(index, 2, 1, 1))).toThrow(BarOutOfOrder)
    }
    expect(() => geometry.push(barAt(2, 2, 1, 1))).toThrow(
      "the bar that opens at 1970-01-01T00:02:00.000Z was pushed after the one at 1970-01-01T00:03:00.000Z"
    )
  })
})

describe("seriesRow", () => {
  test("has null for what is not defined and the projected levels of the next bar", () => {
    const row = seriesRow(pushed(bars.slice(0, 2)), "1970-01-01T00:01:00Z")
    expect(row).toEqual({
      openTime: "1970-01-01T00:01:00Z",
      close: 12,
      dot: null,
      projectedDot: null,
      slope: null,
      side: 0,
      state: "CONGESTION_ACTION",
      direction: "NEUTRAL",
      stateConfidence: 0.6,
      envelopeTop: null,
      envelopeBottom: null,
      z1Bottom: null,
      z2Bottom: null,
      z5Top: null,
      z6Top: null,
      oneOneHigh: 15,
      oneOneLow: 9,
      fiveNineUp: 6,
      fiveNineDown: 24,
      fiveOneUp: 12,
      fiveOneDown: null,
      fiveTwoUp: null,
      fiveTwoDown: 18,
      position: null
    })
  })

  test("shows the dot that was plotted on the bar beside the one for the next", () => {
    const row = seriesRow(pushed(bars.slice(0, 4)), "")
    expect(row.dot).toBeCloseTo(35 / 3, 10)
    expect(row.projectedDot).toBeCloseTo(12, 10)
    expect(row.slope).toBeCloseTo(1 / 3, 10)
    expect(row.z6Top).toBeCloseTo(61 / 3, 10)
  })
})

import type { Bar } from "@dgas/domain/Bar"
import { LevelRates } from "@dgas/engine/geometry/LevelRates"
import { type LevelName, levelNames } from "@dgas/engine/geometry/Levels"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { wilson } from "@dgas/engine/geometry/Wilson"
import { describe, expect, test } from "bun:test"
import { barAt, barsOf, seededBars } from "../bars.ts"

const place = (name: LevelName) => levelNames.indexOf(name)

/** A timeframe whose last bar met these levels, coming from a close of 100. */
const met = (levels: Partial<Record<LevelName, number>>, high: number, low: number, close: number) => {
  const geometry = new TimeframeGeometry()
  geometry.previousClose = 100
  geometry.high1 = high
  geometry.low1 = low
  geometry.close = close
  for (const [index, name] of levelNames.entries()) {
    const price = levels[name]
    if (price === undefined) continue
    if (name === "dottedLine") geometry.barDottedLine = price
    else if (name === "blockLevel") geometry.barBlockLevel = price
    else geometry.barLevels[index] = price
  }
  return geometry
}

/** Of each level that was counted: bars, those that touched it, those that closed beyond. */
const counts = (rates: LevelRates) =>
  rates.rates().map(({ beyond, level, n, touched }) =>
    `${level} ${Math.round(touched.share * n)} ${Math.round(beyond.share * n)} of ${n}`
  )

const counted = (levels: Partial<Record<LevelName, number>>, high: number, low: number, close: number) => {
  const rates = new LevelRates()
  rates.observe(met(levels, high, low, close))
  return counts(rates)
}

const rows: ReadonlyArray<
  readonly [rule: string, high: number, low: number, close: number, expected: string]
> = [
  ["a high below it does not touch", 109.9, 99, 109, "0 0"],
  ["a high at it touches", 110, 99, 109, "1 0"],
  ["a high above it and a close back touches", 112, 99, 109, "1 0"],
  ["a close at it is not beyond", 112, 99, 110, "1 0"],
  ["a close above it is beyond", 112, 99, 110.1, "1 1"],
  ["a gap over it touches and is beyond", 120, 112, 115, "1 1"],
  ["a fall away from it does not touch", 101, 80, 85, "0 0"]
]

describe("base rates of a level", () => {
  for (const [rule, high, low, close, expected] of rows) {
    test(`above the close before: ${rule}`, () => {
      expect(counted({ envelopeTop: 110 }, high, low, close)).toEqual([`envelopeTop ${expected} of 1`])
    })
    test(`below it, upside down: ${rule}`, () => {
      expect(counted({ envelopeBottom: 90 }, 200 - low, 200 - high, 200 - close)).toEqual([
        `envelopeBottom ${expected} of 1`
      ])
    })
  }

  test("at the close before, or undefined, is not counted", () => {
    expect(counted({ envelopeTop: 100, fiveOneUp: NaN }, 200, 10, 150)).toEqual([])
  })

  test("is told of all seventeen, dotted line and block level too, in the order of the levels", () => {
    const all = Object.fromEntries(levelNames.map((name) => [name, 110]))
    expect(counted(all, 111, 99, 105)).toEqual(levelNames.map((name) => `${name} 1 0 of 1`))
  })

  test("adds up over bars, with the interval of its sample", () => {
    const rates = new LevelRates()
    for (const high of [105, 110, 111, 112]) rates.observe(met({ envelopeTop: 110 }, high, 99, high))
    expect(rates.rates()).toEqual([{ level: "envelopeTop", n: 4, touched: wilson(3, 4), beyond: wilson(2, 4) }])
  })

  test("looks at what was known before the bar, not at what it projects itself", () => {
    // The third bar projects an envelope of 9 to 44/3; the fourth reaches its top and closes at 8.
    const bars = barsOf([[12, 6, 9], [15, 9, 12], [16, 11, 15], [15, 8, 8]])
    const geometry = new TimeframeGeometry()
    const rates = new LevelRates()
    for (const bar of bars) {
      geometry.push(bar)
      rates.observe(geometry)
    }
    const told = counts(rates)
    // Its top lies below the close of 15 before it.
    expect(told).toContain("envelopeTop 1 1 of 1")
    expect(told).toContain("envelopeBottom 1 1 of 1")
    expect(told).toContain("z5Top 0 0 of 1")
    expect(told).toContain("projectedDot 1 1 of 1")
  })

  test("counts what a look over the whole series counts", () => {
    const bars = seededBars(9, 400)
    const geometry = new TimeframeGeometry()
    const rates = new LevelRates()
    const before: Array<{ readonly levels: ReadonlyArray<number>; readonly close: number; readonly bar: Bar }> = []
    let levels: ReadonlyArray<number> = levelNames.map(() => NaN)
    for (const [index, bar] of bars.entries()) {
      if (index > 0) before.push({ levels, close: bars[index - 1]!.close, bar })
      geometry.push(bar)
      rates.observe(geometry)
      levels = levelNames.map((_, at) => geometry.level(at))
    }
    for (const { beyond, level, n, touched } of rates.rates()) {
      const at = place(level)
      const above = before.filter((one) => one.levels[at]! > one.close)
      const below = before.filter((one) => one.levels[at]! < one.close)
      expect(n).toBe(above.length + below.length)
      const touches = above.filter(({ bar, levels }) => bar.high >= levels[at]!).length +
        below.filter(({ bar, levels }) => bar.low <= levels[at]!).length
      const closes = above.filter(({ bar, levels }) => bar.close > levels[at]!).length +
        below.filter(({ bar, levels }) => bar.close < levels[at]!).length
      expect([touched, beyond]).toEqual([wilson(touches, n), wilson(closes, n)])
    }
    expect(rates.rates()).toHaveLength(17)
  })

  test("has nothing to tell of a first bar", () => {
    const geometry = new TimeframeGeometry()
    geometry.push(barAt(0, 101, 99, 100))
    const rates = new LevelRates()
    rates.observe(geometry)
    expect(rates.rates()).toEqual([])
  })
})

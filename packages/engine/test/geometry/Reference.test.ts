/** The same numbers from an independent library, where it has an equal formula. */
import {
  DOT,
  ENVELOPE_BOTTOM,
  ENVELOPE_TOP,
  FIVE_ONE_DOWN,
  FIVE_ONE_UP,
  FIVE_TWO_DOWN,
  FIVE_TWO_UP
} from "@dgas/engine/geometry/Levels"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { describe, expect, test } from "bun:test"
import { ATR, BollingerBands, getTypicalPrice, LinearRegression, SMA } from "trading-signals"
import { seededBars, withGeometry } from "../bars.ts"
import { absent, barFiles, named, readSeries } from "../support/SharedBars.ts"

const bars = seededBars(20_260_101, 500)

describe("trading-signals agrees", () => {
  test("the projected dot is the simple mean over three typical prices", () => {
    const geometry = new TimeframeGeometry()
    const mean = new SMA(3)
    for (const [index, bar] of bars.entries()) {
      geometry.push(bar)
      const expected = mean.add(getTypicalPrice(bar))
      if (index < 2) expect([expected, geometry.levels[DOT]!]).toEqual([null, NaN])
      else expect(geometry.levels[DOT]).toBeCloseTo(expected!, 9)
    }
  })

  test("the atr envelope is 1.5 average true ranges with a simple mean", () => {
    const geometry = new TimeframeGeometry(withGeometry({ envelope: "atr" }))
    const range = new ATR(3, SMA)
    for (const [index, bar] of bars.entries()) {
      geometry.push(bar)
      const expected = range.add(bar)
      if (index >= 2) expect(geometry.levels[ENVELOPE_TOP]! - geometry.levels[DOT]!).toBeCloseTo(1.5 * expected!, 8)
    }
  })

  test("the stdev envelope is a Bollinger band of the dots, with the sample's divisor", () => {
    const geometry = new TimeframeGeometry(withGeometry({ envelope: "stdev" }))
    // The band divides by 3, a sample deviation by 2.
    const band = new BollingerBands(3, 1.5 * Math.sqrt(3 / 2))
    let compared = 0
    for (const bar of bars) {
      geometry.push(bar)
      const dot = geometry.levels[DOT]!
      if (Number.isNaN(dot)) continue
      const expected = band.add(dot)
      if (expected === null) continue
      compared++
      const width = expected.upper - expected.lower
      expect(geometry.levels[ENVELOPE_TOP]! - geometry.levels[ENVELOPE_BOTTOM]!).toBeCloseTo(width, 8)
      expect(geometry.levels[ENVELOPE_TOP]).toBeCloseTo(dot + width / 2, 8)
    }
    expect(compared).toBe(bars.length - 4)
  })

  test("the 5-1 and 5-2 lines are a time series forecast over two lows or two highs", () => {
    const geometry = new TimeframeGeometry()
    const lows = new LinearRegression(2)
    const highs = new LinearRegression(2)
    let compared = 0
    for (const bar of bars) {
      geometry.push(bar)
      const low = lows.add(bar.low)
      const high = highs.add(bar.high)
      if (low === null || high === null) continue
      const { levels } = geometry
      const up = levels[low.slope > 0 ? FIVE_ONE_UP : FIVE_TWO_UP]!
      const down = levels[high.slope < 0 ? FIVE_ONE_DOWN : FIVE_TWO_DOWN]!
      expect(up).toBeCloseTo(bar.low + low.slope, 9)
      expect(down).toBeCloseTo(bar.high + high.slope, 9)
      compared++
    }
    expect(compared).toBe(bars.length - 1)
  })
})

/** One kind of level at every bar of every shared file: how many were compared, and where they differ. */
interface Compared {
  values: number
  readonly differing: Array<string>
}

describe("trading-signals agrees on every shared file of bars, to 1e-12 of the price,", () => {
  const tell = (compared: Compared, where: string, found: number, expected: number) => {
    compared.values++
    const near = Number.isNaN(expected) ? Number.isNaN(found) : Math.abs(found - expected) <= 1e-12 * Math.abs(expected)
    if (!near) compared.differing.push(`${where} was ${found}, expected ${expected}`)
  }

  const compareFiles = async () => {
    const dots: Compared = { values: 0, differing: [] }
    const lines: Compared = { values: 0, differing: [] }
    let rows = 0
    for (const file of barFiles()) {
      const geometry = new TimeframeGeometry()
      const mean = new SMA(3)
      const lows = new LinearRegression(2)
      const highs = new LinearRegression(2)
      for (const [index, bar] of (await readSeries(file)).entries()) {
        rows++
        geometry.push(bar)
        const { levels } = geometry
        const where = `${file} row ${index}`
        tell(dots, `${where} dot`, levels[DOT]!, mean.add(getTypicalPrice(bar)) ?? NaN)
        const low = lows.add(bar.low)
        const high = highs.add(bar.high)
        if (low === null || high === null) continue
        const up = bar.low + low.slope
        const down = bar.high + high.slope
        tell(lines, `${where} 5-1 up`, levels[FIVE_ONE_UP]!, low.slope > 0 ? up : NaN)
        tell(lines, `${where} 5-2 up`, levels[FIVE_TWO_UP]!, low.slope < 0 ? up : NaN)
        tell(lines, `${where} 5-1 down`, levels[FIVE_ONE_DOWN]!, high.slope < 0 ? down : NaN)
        tell(lines, `${where} 5-2 down`, levels[FIVE_TWO_DOWN]!, high.slope > 0 ? down : NaN)
      }
    }
    return { rows, dots, lines }
  }
  let once: ReturnType<typeof compareFiles> | undefined
  const compared = () => once ??= compareFiles()

  test.skipIf(absent)(named("in the projected dot"), async () => {
    const { dots, rows } = await compared()
    expect([barFiles().length, rows]).toEqual([66, 599_178])
    expect(dots).toEqual({ values: rows, differing: [] })
  })

  test.skipIf(absent)(named("in the 5-1 and 5-2 lines"), async () => {
    const { lines, rows } = await compared()
    expect(lines).toEqual({ values: 4 * (rows - 66), differing: [] })
  })
})

import { chanceOf } from "@dgas/monitor/Chance"
import { edgeOf } from "@dgas/monitor/Edge"
import { describe, expect, test } from "bun:test"
import { filled, unfilled, waiting } from "./signals.ts"

/** A trade wins or loses one R, and wins so often that its expectancy is `edge`. */
const trades = (n: number, seed: number, edge: number) => {
  const chance = chanceOf(seed)
  return Array.from({ length: n }, (_, index) => filled(index, chance.unit() < (1 + edge) / 2 ? 1 : -1))
}

const verdictsOf = (n: number, edge: number) =>
  Array.from({ length: 100 }, (_, seed) => edgeOf(trades(n, 500 + seed, edge), { seed, draws: 250 }).verdict)

describe("edgeOf", () => {
  test("of a fair coin there is none, in at least 90 of 100 seeds", () => {
    expect(verdictsOf(400, 0).filter((one) => one === "no demonstrated edge").length).toBeGreaterThanOrEqual(90)
  })

  test("of 0.2 R in 1,000 trades there is one, in at least 90 of 100 seeds", () => {
    expect(verdictsOf(1000, 0.2).filter((one) => one === "edge").length).toBeGreaterThanOrEqual(90)
  })

  test("a loss is told as one", () => {
    const found = edgeOf(trades(1000, 1, -0.3))
    expect(found.verdict).toBe("negative edge")
    expect(found.text).toMatch(/^negative edge: -0\.\d\d R \[-0\.\d\d, -0\.\d\d\] a fill after costs, of 1000 fills$/)
  })

  test("of nothing, of what is pending and of 29 fills there is no number", () => {
    expect(edgeOf([])).toEqual({
      fills: 0,
      expectancy: null,
      verdict: "not enough data",
      text: "not enough data (0 of 30)"
    })
    const few = [...trades(29, 1, 0), waiting(50), unfilled(51)]
    expect(edgeOf(few)).toMatchObject({ fills: 29, expectancy: null, text: "not enough data (29 of 30)" })
  })

  test("values are means of the fills, percent beside R, with bounds", () => {
    const signals = Array.from(
      { length: 40 },
      (_, index) =>
        filled(index, index % 2 === 0 ? 2 : -1, {
          ambiguous: index < 4,
          rIfWin: index === 1 ? 2 : index % 2 === 0 ? 2 : -1
        })
    )
    const { expectancy } = edgeOf([...signals, unfilled(99)])
    expect(expectancy?.r.value).toBeCloseTo(0.5, 12)
    expect(expectancy?.pnlPct.value).toBeCloseTo(1, 12)
    expect(expectancy?.rIfLosses).toBeCloseTo(0.5, 12)
    expect(expectancy?.rIfWins).toBeCloseTo(0.575, 12)
    expect(expectancy?.r.n).toBe(40)
  })

  test("the same seed gives the same interval, another seed nearly so", () => {
    const signals = trades(500, 3, 0.1)
    const of = (seed: number) => edgeOf(signals, { seed, draws: 1000 }).expectancy!.r
    expect(of(1)).toEqual(of(1))
    expect(of(2)).not.toEqual(of(1))
    expect(Math.abs(of(2).low - of(1).low)).toBeLessThan(0.02)
  })

  test("the interval is that of the normal distribution where this holds", () => {
    const { high, low } = edgeOf(trades(2000, 3, 0)).expectancy!.r
    expect((high - low) / 2).toBeCloseTo(1.96 / Math.sqrt(2000), 2)
  })

  test("fills of few slots are no demonstration of anything, however many they are", () => {
    const [alone] = trades(100, 3, 0)
    const many = Array.from({ length: 40 }, (_, copy) => ({ ...alone!, id: `${alone!.id}-${copy}`, r: 0.2 }))
    expect(edgeOf(many)).toMatchObject({ verdict: "not enough data", expectancy: null })
    expect(edgeOf(many).text).toBe("not enough data (40 of 1 bar closes, expected 20)")
  })

  test("signals of one slot are one case", () => {
    const alone = trades(100, 3, 0)
    const four = alone.flatMap((signal) => [0, 1, 2, 3].map((copy) => ({ ...signal, id: `${signal.id}-${copy}` })))
    expect(edgeOf(four).expectancy?.r).toEqual({ ...edgeOf(alone).expectancy!.r, n: 400 })
  })
})

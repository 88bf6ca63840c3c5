import { defaultRules } from "@dgas/domain/Rules"
import { chanceOf } from "@dgas/monitor/Chance"
import { movedResult } from "@dgas/monitor/MovedOrder"
import { againstRandom } from "@dgas/monitor/RandomEntries"
import { describe, expect, test } from "bun:test"

const slots = Array.from({ length: 500 }, (_, slot) => slot)

/** Fills that win or lose one R with an expectancy of `edge`. */
const fills = (n: number, seed: number, edge: number) => {
  const chance = chanceOf(seed)
  return Array.from({ length: n }, (_, index) => ({
    r: chance.unit() < (1 + edge) / 2 ? 1 : -1,
    signalAt: index,
    slots
  }))
}

/** What an entry at a slot comes to: one R won or lost, with an expectancy of `drift`. */
const market = (drift: number) => {
  const chance = chanceOf(77)
  const results = slots.map(() => chance.unit() < (1 + drift) / 2 ? 1 : -1)
  const mean = results.reduce((sum, r) => sum + r, 0) / results.length
  return (_: unknown, slot: number) => results[slot]! - mean + drift
}

describe("againstRandom", () => {
  test("finds the same of more fills than can each have a new twin in every draw", () => {
    const many = fills(6000, 3, 0.2)
    const found = againstRandom(many, market(0.1), { seed: 1, draws: 1000 })
    expect(found.draws).toBe(1000)
    expect(found.random!.value).toBeCloseTo(0.1, 2)
    expect(found.random!.high - found.random!.low).toBeCloseTo(2 * 1.96 / Math.sqrt(6000), 2)
    expect(found.verdict).toBe("edge")
  })

  test("a fair coin is no better than chance, in at least 90 of 100 seeds", () => {
    const found = Array.from(
      { length: 100 },
      (_, seed) => againstRandom(fills(200, seed, 0), market(0), { seed, draws: 200 })
    )
    expect(found.filter(({ verdict }) => verdict === "no demonstrated edge").length).toBeGreaterThanOrEqual(90)
  })

  test("0.2 R in 1,000 signals is better, in at least 90 of 100 seeds", () => {
    const found = Array.from(
      { length: 100 },
      (_, seed) => againstRandom(fills(1000, seed, 0.2), market(0), { seed, draws: 120 })
    )
    expect(found.filter(({ verdict }) => verdict === "edge").length).toBeGreaterThanOrEqual(90)
  })

  test("what a rising market gives to any entry is no edge", () => {
    const { chance, difference, random, text, verdict } = againstRandom(fills(400, 3, 0.3), market(0.3))
    expect(random?.value).toBeCloseTo(0.3, 1)
    expect(verdict).toBe("no demonstrated edge")
    expect(difference!.low).toBeLessThan(0)
    expect(chance).toBeGreaterThan(0.05)
    expect(text).toMatch(/^no demonstrated edge over random entries: /)
  })

  test("takes 1,000 draws, the same for the same seed", () => {
    const one = againstRandom(fills(50, 1, 0.1), market(0))
    expect(one.draws).toBe(1000)
    expect(againstRandom(fills(50, 1, 0.1), market(0))).toEqual(one)
  })

  test("signals better than every twin leave a chance of one in draws and one", () => {
    const all = Array.from({ length: 40 }, (_, index) => ({ r: 1, signalAt: index, slots }))
    expect(againstRandom(all, () => -1).chance).toBeCloseTo(1 / 1001, 12)
    expect(againstRandom(all, () => 1).chance).toBe(1)
  })

  test("draws from the slots of each fill alone", () => {
    const own = Array.from({ length: 40 }, (_, index) => ({ r: 0, signalAt: index, slots: [index, index + 1000] }))
    const asked = new Set<boolean>()
    againstRandom(own, (fill, slot) => {
      asked.add(fill.slots.includes(slot))
      return 0
    }, { seed: 1, draws: 50 })
    expect([...asked]).toEqual([true])
  })

  test("a slot at which nothing fills is drawn again, and none at all gives no number", () => {
    const { random } = againstRandom(fills(50, 1, 0), (_, slot) => slot % 2 === 0 ? null : 0.5, { seed: 1, draws: 20 })
    expect(random?.value).toBe(0.5)
    const none = againstRandom(fills(50, 1, 0), () => null, { seed: 1, draws: 20 })
    expect(none).toMatchObject({ random: null, difference: null, chance: null, verdict: "not enough data" })
    expect(againstRandom([], () => 1)).toMatchObject({ fills: 0, random: null, text: "not enough data (0 of 30)" })
  })
})

describe("movedResult", () => {
  const order = { direction: 1, entry: 100, stop: 95, target: 110 } as const
  const bar = (open: number, high: number, low: number, close: number) => ({ open, high, low, close })

  test("keeps the distances in percent: from 200 the stop is 190 and the target 220", () => {
    const start = bar(200, 201, 199, 200)
    expect(movedResult(order, [start, bar(200, 219.9, 190.1, 200), bar(200, 220, 199, 215)], 0, defaultRules)).toBe(2)
    expect(movedResult(order, [start, bar(200, 219.9, 190.1, 200), bar(200, 205, 190, 195)], 0, defaultRules)).toBe(-1)
  })

  test("begins after the bar, and takes a short the other way round", () => {
    const short = { direction: -1, entry: 100, stop: 105, target: 90 } as const
    expect(movedResult(short, [bar(100, 200, 1, 100), bar(100, 101, 90, 92)], 0, defaultRules)).toBe(2)
  })

  test("pays the costs of the order", () => {
    const costly = { ...order, costPct: 0.5 }
    expect(movedResult(costly, [bar(100, 100, 100, 100), bar(100, 110, 99, 110)], 0, defaultRules)).toBeCloseTo(1.9, 12)
  })

  test("is null where the bars end first, where it never fills, and where there is no bar", () => {
    const start = bar(100, 101, 99, 100)
    expect(movedResult(order, [start, start], 0, defaultRules)).toBeNull()
    expect(movedResult(order, [start, ...Array(8).fill(bar(105, 106, 104, 105))], 0, defaultRules)).toBeNull()
    expect(movedResult(order, [start], 3, defaultRules)).toBeNull()
  })
})

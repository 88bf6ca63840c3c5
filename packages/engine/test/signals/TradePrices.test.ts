import { defaultRules } from "@dgas/domain/Rules"
import { roundToTick, tradePrices } from "@dgas/engine/signals/TradePrices"
import { ZoneMap } from "@dgas/engine/signals/Zones"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { setZones } from "./frames.ts"

type Rows = ReadonlyArray<readonly [low: number, high: number]>

/** Prices at zone `index` with the last close at 100 and a mean range of 4: the stop is 2 beyond the far edge. */
const prices = (zones: Rows, index: number, direction: -1 | 1, tick: number | null = null, close = 100, range = 4) =>
  tradePrices(
    defaultRules,
    setZones(new ZoneMap(), close, zones.map(([low, high]) => [low, high, 4] as const)),
    index,
    direction,
    range,
    tick
  )

/** The same trade upside down at 100. */
const turned = (zones: Rows, index: number, direction: -1 | 1) => {
  const told = prices(
    zones.map(([low, high]) => [200 - high, 200 - low] as const).toReversed(),
    zones.length - 1 - index,
    -direction as -1 | 1
  )
  if (typeof told === "string") return told
  return { entry: 200 - told.entry, stop: 200 - told.stop, target: 200 - told.target, reward: told.reward }
}

const cases: ReadonlyArray<readonly [rule: string, zones: Rows, index: number, expected: readonly number[]]> = [
  ["enters at the near edge, stops beyond the far one, takes the opposing zone", [[98, 99], [105, 106]], 0, [
    99,
    96,
    105,
    2
  ]],
  ["an opposing zone at exactly 1.5 times the risk pays", [[98, 99], [103.5, 104]], 0, [99, 96, 103.5, 1.5]],
  ["a nearer opposing zone gives way to twice the risk", [[98, 99], [103, 104]], 0, [99, 96, 105, 2]],
  ["no opposing zone gives twice the risk", [[98, 99]], 0, [99, 96, 105, 2]],
  ["inside the zone it enters at the last close", [[99, 101]], 0, [100, 97, 106, 2]],
  ["inside the zone too the opposing zone is the target", [[99, 101], [107, 108]], 0, [100, 97, 107, 7 / 3]],
  ["a zone of one price", [[98, 98]], 0, [98, 96, 102, 2]],
  ["the next opposing zone, not a better one", [[98, 99], [103, 104], [110, 111]], 0, [99, 96, 105, 2]]
]

describe("trade prices", () => {
  for (const [rule, zones, index, [entry, stop, target, reward]] of cases) {
    test(rule, () => {
      expect(prices(zones, index, 1)).toEqual({ entry, stop, target, reward } as never)
      expect(turned(zones, index, 1)).toEqual({ entry, stop, target, reward } as never)
    })
  }

  test("are rounded to the tick, a LONG's entry up, stop down, target up", () => {
    // Raw: entry 99.1, stop 95.9, target 105.5.
    expect(prices([[97.9, 99.1]], 0, 1, 0.25)).toMatchObject({ entry: 99.25, stop: 95.75, target: 105.5 })
    expect(prices([[97.9, 99.1]], 0, 1, 0.2)).toMatchObject({ entry: 99.2, stop: 95.8, target: 105.6 })
  })

  test("and a SHORT's entry down, stop up, target down", () => {
    // Raw: entry 100.9, stop 104.1, target 94.5.
    expect(prices([[100.9, 102.1]], 0, -1, 0.25)).toMatchObject({ entry: 100.75, stop: 104.25, target: 94.5 })
    expect(prices([[100.9, 102.1]], 0, -1, 0.2)).toMatchObject({ entry: 100.8, stop: 104.2, target: 94.4 })
  })

  test("are refused with the reason when one is not above 0", () => {
    expect(prices([[1, 2]], 0, 1, null, 3)).toBe("a price is not above 0: entry 2, stop -1, target 8")
    expect(prices([[4, 5]], 0, -1, null, 3)).toBe("a price is not above 0: entry 4, stop 7, target -2")
  })

  test("are refused when rounding leaves the target on the wrong side", () => {
    expect(prices([[81, 81]], 0, 1, 10, 85, 4)).toBe("target 90 is not on the winning side of entry 90")
  })

  test("are refused when rounding leaves less reward than risk", () => {
    expect(prices([[81, 81], [95, 96]], 0, 1, 10, 85, 4)).toBe("reward / risk 0.50 is below 1")
  })

  test("are refused without any range to risk", () => {
    expect(prices([[98, 98]], 0, 1, null, 100, 0)).toBe("stop 98 is not on the losing side of entry 98")
  })

  test("pay at least 1.5 times the risk when they are not rounded", () => {
    const price = fc.double({ min: 10, max: 200, noNaN: true })
    const width = fc.double({ min: 0, max: 5, noNaN: true })
    fc.assert(
      fc.property(price, width, price, width, fc.constantFrom(1 as const, -1 as const), (a, aw, b, bw, direction) => {
        const rows = [[a, a + aw], [b, b + bw]].toSorted((x, y) => x[0]! - y[0]!) as unknown as Rows
        if (rows[0]![1] >= rows[1]![0]) return
        const index = direction === 1 ? 0 : 1
        const close = direction === 1 ? rows[0]![1] + 0.5 : rows[1]![0] - 0.5
        const told = prices(rows, index, direction, null, close)
        if (typeof told === "string") return expect(told).toStartWith("a price is not above 0")
        expect((told.entry - told.stop) * direction).toBeGreaterThan(0)
        expect(told.reward).toBeGreaterThanOrEqual(1.5 - 1e-9)
      })
    )
  })
})

describe("roundToTick", () => {
  const rows: ReadonlyArray<readonly [price: number, tick: number | null, up: number, down: number]> = [
    [1.23456, null, 1.23456, 1.23456],
    [0.1 + 0.2, 0.1, 0.3, 0.3],
    [1.00001, 0.01, 1.01, 1],
    [4500.13, 0.25, 4500.25, 4500],
    [0.00001234, 0.00000001, 0.00001234, 0.00001234],
    [67_123.456, 0.01, 67_123.46, 67_123.45],
    [0.07, 0.01, 0.07, 0.07],
    [1.15, 0.05, 1.15, 1.15]
  ]
  for (const [price, tick, up, down] of rows) {
    test(`${price} on a tick of ${tick} is ${up} up and ${down} down`, () => {
      expect([roundToTick(price, tick, true), roundToTick(price, tick, false)]).toEqual([up, down])
    })
  }

  test("never moves a price by a whole tick, nor the wrong way", () => {
    const tick = fc.constantFrom(0.00001, 0.0001, 0.01, 0.05, 0.25, 1, 5)
    fc.assert(fc.property(fc.double({ min: 0.5, max: 1e6, noNaN: true }), tick, fc.boolean(), (price, step, up) => {
      const moved = (roundToTick(price, step, up) - price) * (up ? 1 : -1)
      expect(moved).toBeGreaterThan(-2e-6 * step - 1e-9 * price)
      expect(moved).toBeLessThan(step + 1e-9 * price)
      const again = roundToTick(roundToTick(price, step, up), step, !up)
      expect(again).toBe(roundToTick(price, step, up))
    }))
  })
})

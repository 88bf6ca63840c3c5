/** What one bar does at the prices of a level or a zone. */
import { meeting } from "@dgas/engine/signals/LevelWatch"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"

type Case = readonly [rule: string, before: number, high: number, low: number, close: number, expected: string | null]

const told = (low: number, high: number, before: number, bar: readonly [number, number, number], near = 1) => {
  const found = meeting(low, high, near, before, { high: bar[0], low: bar[1], close: bar[2] })
  return found === null ? null : `${found.kind} ${found.side}`
}
const turned = (expected: string | null) => expected?.replace(/ -?1$/, (side) => side === " 1" ? " -1" : " 1") ?? null

/** Every case also upside down at 100, where above becomes below. */
const holds = (low: number, high: number, cases: ReadonlyArray<Case>) => {
  for (const [rule, before, top, bottom, close, expected] of cases) {
    test(`${rule}: ${expected ?? "nothing"}`, () => {
      expect(told(low, high, before, [top, bottom, close])).toBe(expected)
      expect(told(200 - high, 200 - low, 200 - before, [200 - bottom, 200 - top, 200 - close])).toBe(turned(expected))
    })
  }
}

describe("meeting a line at 100, near being 1, from above", () => {
  holds(100, 100, [
    ["a low farther away than near", 105, 106, 101.1, 103, null],
    ["a low near it", 105, 106, 101, 103, "approach 1"],
    ["a low that reaches it and a close back above", 105, 106, 100, 103, "touch 1"],
    ["a low through it and a close back above", 105, 106, 97, 100.1, "touch 1"],
    ["a low through it and a close on it", 105, 106, 97, 100, "touch 1"],
    ["a close below it", 105, 106, 97, 99.9, "exceed 1"],
    ["a gap over it", 105, 96, 94, 95, "exceed 1"],
    ["a rise away from it", 105, 109, 104, 108, null],
    ["price that stood on it and rises", 100, 105, 99, 104, null],
    ["price that stood on it and stays", 100, 100, 100, 100, null]
  ])
})

describe("meeting an area from 98 to 102, near being 1, from above", () => {
  holds(98, 102, [
    ["a low farther away than near", 105, 106, 103.1, 104, null],
    ["a low near its top", 105, 106, 103, 104, "approach 1"],
    ["a low that reaches its top and a close back above", 105, 106, 102, 103, "touch 1"],
    ["a low through all of it and a close back above", 105, 106, 90, 102.1, "touch 1"],
    ["a close on its top", 105, 106, 101, 102, "enter 1"],
    ["a close inside", 105, 106, 97, 100, "enter 1"],
    ["a close on its bottom", 105, 106, 97, 98, "enter 1"],
    ["a close below", 105, 106, 97, 97.9, "exceed 1"],
    ["a close above, coming from inside", 100, 106, 99, 102.1, "exit 0"],
    ["a close above, coming from its top", 102, 106, 101, 103, "exit 0"],
    ["a close below, coming from its top", 102, 106, 96, 97, "exit 0"],
    ["a close inside, coming from inside", 100, 106, 90, 102, null]
  ])
})

describe("meeting what is not there", () => {
  test("is nothing, for an undefined level, an undefined edge, and no close before", () => {
    for (const bar of [[200, 1, 100], [200, 1, 1], [101, 99, 100]] as const) {
      for (const before of [50, 100, 150]) {
        expect(told(NaN, NaN, before, bar)).toBeNull()
        expect(told(98, 102, NaN, bar)).toBeNull()
        expect(meeting(98, 102, NaN, 105, { high: 104, low: 103, close: 104 })).toBeNull()
      }
    }
  })

  test("and each bar does one thing at most, whose side is where price came from", () => {
    const price = fc.integer({ min: 90, max: 110 })
    fc.assert(fc.property(price, fc.nat(5), price, price, price, price, (low, width, before, a, b, c) => {
      const [bottom, close, top] = [a, b, c].toSorted((x, y) => x - y) as [number, number, number]
      const found = meeting(low, low + width, 2, before, { high: top, low: bottom, close })
      if (found === null) return
      expect(found.side).toBe(before > low + width ? 1 : before < low ? -1 : 0)
      expect(found.kind === "exit").toBe(found.side === 0)
      if (width === 0) expect(["approach", "touch", "exceed"]).toContain(found.kind)
    }))
  })
})

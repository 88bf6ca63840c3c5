import {
  DOT,
  ENVELOPE_BOTTOM,
  ENVELOPE_TOP,
  ONE_ONE_HIGH,
  ONE_ONE_LOW,
  Z1_BOTTOM,
  Z2_BOTTOM,
  Z5_TOP,
  Z6_TOP
} from "@dgas/engine/geometry/Levels"
import { describe, expect, test } from "bun:test"
import { existsSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { barAt, barsOf, pushed } from "../bars.ts"

const folder = resolve(import.meta.dir, "../../../../../shared/data/golden")
const absent = !existsSync(folder)
const without = absent ? " (../shared/data/golden is absent)" : ""

const columns: ReadonlyArray<readonly [name: string, level: number, barsNeeded: number]> = [
  ["one_one_high", ONE_ONE_HIGH, 1],
  ["one_one_low", ONE_ONE_LOW, 1],
  ["z1_bottom", Z1_BOTTOM, 3],
  ["z2_bottom", Z2_BOTTOM, 3],
  ["envelope_bottom", ENVELOPE_BOTTOM, 3],
  ["pldot", DOT, 3],
  ["envelope_top", ENVELOPE_TOP, 3],
  ["z5_top", Z5_TOP, 3],
  ["z6_top", Z6_TOP, 3]
]

/** Every printed cell that can be derived, against ours: cells compared, and those outside the tolerance. */
const compare = (file: string, tolerance: number) => {
  const [header, ...rows] = readFileSync(resolve(folder, file), "utf8").trim().split("\n").map((line) =>
    line.split(",")
  )
  const cell = (row: ReadonlyArray<string>, name: string) => Number(row[header!.indexOf(name)])
  const bars = rows.map((row, index) => barAt(index, cell(row, "high"), cell(row, "low"), cell(row, "close")))
  const differing: Array<string> = []
  let compared = 0
  for (const [index, row] of rows.entries()) {
    const geometry = pushed(bars.slice(0, index))
    for (const [name, level, needed] of columns) {
      if (index < needed) continue
      compared++
      // The sources round half up, and a half is not exact in binary.
      if (!(Math.abs(cell(row, name) - geometry.levels[level]!) <= tolerance + 1e-9)) {
        differing.push(`${row[0]} ${name}`)
      }
    }
  }
  return { compared, differing }
}

describe("published levels", () => {
  test.skipIf(absent)(`gold futures of August 2025 hold within 0.05${without}`, () => {
    expect(compare("drummond_levels_gold_daily.csv", 0.05)).toEqual({ compared: 12 + 28, differing: [] })
  })

  test.skipIf(absent)(
    `Nasdaq futures of August 2025 hold within 0.006 but for two misprints${without}`,
    () => {
      expect(compare("drummond_levels_nasdaq_daily.csv", 0.006)).toEqual({
        compared: 22 + 63,
        differing: ["2025-08-06 one_one_high", "2025-08-07 envelope_top"]
      })
    }
  )

  test("the EUR/USD months of 2021 give an April dot of 1.2039511", () => {
    const geometry = pushed(barsOf([
      [1.23494, 1.20535, 1.21227],
      [1.22433, 1.19522, 1.20903],
      [1.21132, 1.17040, 1.17270]
    ]))
    expect(geometry.levels[DOT]).toBeCloseTo(1.2039511, 7)
  })

  test("three bars of Nasdaq futures give dot, envelope and Z to four decimals", () => {
    const { levels } = pushed(barsOf([
      [23838, 23426, 23469.5],
      [23485.5, 23035, 23324],
      [23369.25, 23119, 23219.75]
    ]))
    const expected: ReadonlyArray<readonly [number, number]> = [
      [DOT, 23365.1111],
      [ENVELOPE_TOP, 23536.8889],
      [ENVELOPE_BOTTOM, 23165.9722],
      [Z1_BOTTOM, 22795.0556],
      [Z2_BOTTOM, 22966.8333],
      [Z5_TOP, 23708.6667],
      [Z6_TOP, 23907.8056]
    ]
    for (const [level, value] of expected) expect(Math.abs(levels[level]! - value)).toBeLessThan(0.00006)
  })
})

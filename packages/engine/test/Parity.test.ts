import { describe, expect, test } from "bun:test"
import { parityOf } from "../src/Parity.ts"
import type { Recomputed } from "../src/Recompute.ts"

const difference = { symbol: "A", what: "decision", stored: "LONG", now: "nothing" }
const found = (change: Partial<Recomputed>): Recomputed => ({
  run: undefined!,
  inputs: undefined!,
  symbols: 1,
  bars: 1,
  sameBars: true,
  differences: [],
  changes: [],
  known: true,
  logic: null,
  ...change
})

describe("parityOf", () => {
  test("blames the logic only where the bars that the run saw are known", () => {
    const differences = [difference]
    expect(parityOf(found({}))).toBe("same")
    expect(parityOf(found({ sameBars: false, known: false }))).toBe("same")
    expect(parityOf(found({ differences }))).toBe("logic")
    expect(parityOf(found({ differences, sameBars: false, logic: [] }))).toBe("data")
    expect(parityOf(found({ differences, sameBars: false, logic: differences }))).toBe("logic")
    expect(parityOf(found({ differences, sameBars: false, known: false }))).toBe("unknown")
  })
})

import { describe, expect, test } from "bun:test"
import { figure, unmetLine } from "../Measure.ts"

describe("figures", () => {
  test("are met within the ratio and the value that are wanted, and name themselves when they are not", () => {
    const within = figure("within", "ms", 20, 10, { goal: 2, most: 20 })
    const free = figure("free", "ms", 1000, 1)
    const slow = figure("slow", "ms", 21, 10, { goal: 2 })
    const long = figure("long", "ms", 20, 20, { most: 19 })
    expect([within, free, slow, long].map(({ met }) => met)).toEqual([true, null, false, false])
    expect(unmetLine([within, free])).toBeNull()
    expect(unmetLine([slow, within, long])).toBe("not met: slow; long")
  })

  test("of a speed are met when it is high", () => {
    const speed = (value: number) => figure("speed", "rows/s", value, 100, { goal: 2, higherIsBetter: true })
    expect([speed(50), speed(49)].map(({ met }) => met)).toEqual([true, false])
  })
})

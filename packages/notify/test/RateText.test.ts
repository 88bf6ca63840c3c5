import { wilson } from "@dgas/engine/geometry/Wilson"
import { describe, expect, test } from "bun:test"
import { rateText, shareText } from "../src/RateText.ts"

const rate = (n: number) => ({
  level: "envelopeTop" as const,
  n,
  touched: wilson(n / 2, n),
  beyond: wilson(0, n)
})

describe("the text of a base rate", () => {
  test("tells shares with their interval and the number of bars", () => {
    expect(rateText(rate(200))).toBe("reached 50 % [43, 57], closed beyond 0 % [0, 2] of 200 bars")
    expect(shareText({ share: 1, low: 0.912, high: 1 })).toBe("100 % [91, 100]")
  })

  test("says so below 30 bars, when there is not enough to tell", () => {
    expect(rateText(rate(30))).toStartWith("reached 50 % ")
    expect(rateText(rate(29))).toBe("not enough bars to tell (29)")
    expect(rateText(undefined)).toBe("not enough bars to tell (0)")
  })
})

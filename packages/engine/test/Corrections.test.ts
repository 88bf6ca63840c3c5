/** What a revision changes about a signal, in words. */
import { describe, expect, test } from "bun:test"
import { correctionText } from "../src/Corrections.ts"

const given = { type: "LONG" as const, entryPrice: 100, stopLoss: 95, targetPrice: 110, confidence: 0.7 }
const now = (change: Partial<typeof given> & { readonly reason?: string } = {}) => ({
  ...given,
  reason: "r",
  ...change
})

describe("a correction", () => {
  test("is none where what the signal says is the same, also after a split", () => {
    expect(correctionText(given, now(), "")).toBeNull()
    expect(correctionText(given, now({ confidence: 0.7000001 }), "")).toBeNull()
    expect(correctionText(given, now({ entryPrice: 100 / 7, stopLoss: 95 / 7, targetPrice: 110 / 7 }), "", 1 / 7))
      .toBeNull()
  })

  test("names what is other, what it is, and what it was", () => {
    expect(correctionText(given, now({ stopLoss: 94.5, confidence: 0.65 }), "")).toBe(
      "with the revised bars: stop 94.5 instead of 95, confidence 0.65 instead of 0.7"
    )
  })

  test("says when there would be another signal, or none, and why", () => {
    const short = { ...given, type: "SHORT" as const, reason: "EXHAUST" }
    expect(correctionText(given, short, "")).toBe("with the revised bars it would be SHORT: EXHAUST")
    expect(correctionText(given, null, "NO_PATTERN, no pattern within 10 bars")).toBe(
      "with the revised bars it would not be given: NO_PATTERN, no pattern within 10 bars"
    )
  })
})

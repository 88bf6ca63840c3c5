import { describe, expect, test } from "bun:test"
import { behind } from "../page/behind.ts"
import {
  answerText,
  budgetText,
  distanceText,
  durationText,
  numberText,
  percentText,
  priceText,
  shareText,
  signedText,
  words
} from "../page/texts.ts"

describe("what is shown", () => {
  test("of what is not known is a dash, or says that there is not enough data, and never a number", () => {
    for (
      const text of [priceText(null), numberText(undefined), signedText(null), percentText(null), durationText(null)]
    ) {
      expect(text).toBe("–")
    }
    expect(shareText(null)).toBe("not enough data")
  })

  test("of prices has the decimals of the tick, and without one six figures", () => {
    expect([priceText(3257.8, 0.01), priceText(1.5, 1e-7), priceText(100, 5)]).toEqual(["3257.80", "1.5000000", "100"])
    expect([priceText(77.19), priceText(0.0123456), priceText(123_456)]).toEqual(["77.1900", "0.0123456", "123456.00"])
  })

  test("of results has its sign", () => {
    expect([signedText(1.004), signedText(-0.5), signedText(0)]).toEqual(["+1.00", "−0.50", "0.00"])
  })

  test("of times tells how far away they are, in both directions", () => {
    expect([distanceText(60_000, 0), distanceText(0, 3_600_000), distanceText(0, 5000)]).toEqual([
      "in 1 min",
      "1 h ago",
      "now"
    ])
    expect([durationText(0.2), durationText(1500), durationText(200_000_000)]).toEqual(["<1 ms", "1.5 s", "2 d"])
  })

  test("of names are words", () => {
    expect([words("higherStrength"), words("NOT_PERMITTED"), words("too_old"), words("signal")]).toEqual([
      "higher strength",
      "not permitted",
      "too old",
      "signal"
    ])
  })

  test("of what is said in words already stays as it was said", () => {
    expect(words("no answer: ECONNREFUSED")).toBe("no answer: ECONNREFUSED")
    expect(words("410 gone")).toBe("410 gone")
  })

  test("of a message's answer is each thing once", () => {
    const answered = { status: null, reason: "no answer: ECONNREFUSED", answer: "no answer: ECONNREFUSED" }
    expect(answerText(answered)).toBe("no answer: ECONNREFUSED")
    expect(answerText({ status: 200, reason: null, answer: "ok" })).toBe("200 · ok")
    expect(answerText({ status: null, reason: "max_per_run", answer: null })).toBe("max per run")
  })

  test("of a budget tells how many fell short, how many may, and of how many", () => {
    expect(budgetText({ allowed: 0.01, n: 1, used: 1 })).toBe("1 of at most 0.01, in 1")
    expect(budgetText({ allowed: 12.4, n: 1240, used: 3 })).toBe("3 of at most 12, in 1 240")
    expect(budgetText({ allowed: 0, n: 0, used: 0 })).toBe("nothing counted yet")
  })

  test("of a signal's context is what is in it, whatever is not", () => {
    expect(behind(null)).toEqual(
      behind({ checks: "no", zones: [1, { low: 1 }], score: [], timeframes: { higher: {} } })
    )
    const { score, steps, zones } = behind({
      checks: [{ gate: "WEAK", passed: false, found: 0.5, needed: 0.6, detail: "strength 0.50" }],
      zones: [{ low: 1, high: 2, weight: 3, side: -1 }],
      score: { confidence: { zone: 0.2 } }
    })
    expect(steps).toEqual([{ gate: "WEAK", passed: false, found: 0.5, needed: 0.6, detail: "strength 0.50" }])
    expect(zones).toEqual([{ low: 1, high: 2, weight: 3, side: -1 }])
    expect(score).toEqual({ confidence: [{ fact: "zone", part: 0.2 }], strength: [] })
  })
})

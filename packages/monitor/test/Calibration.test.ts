import { bucketOf, bucketsOf, calibrationOf } from "@dgas/monitor/Calibration"
import { isFill } from "@dgas/monitor/Fill"
import type { JudgedSignal } from "@dgas/monitor/JudgedSignal"
import { countsOf, denominatorText } from "@dgas/monitor/OutcomeCounts"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { filled, unfilled, waiting } from "./signals.ts"

const many = (n: number, rOf: (index: number) => number, more: Partial<JudgedSignal> = {}) =>
  Array.from({ length: n }, (_, index) => filled(index, rOf(index), more))

// One of each thing that can become of a signal.
const oneOfEach: ReadonlyArray<JudgedSignal> = [
  waiting(0),
  waiting(1, { filled: true }),
  unfilled(2),
  filled(3, 2),
  filled(4, -1),
  filled(5, 0.3, { outcome: "NEUTRAL", exitReason: "TIME" }),
  filled(6, 0, { outcome: "NEUTRAL", exitReason: "EXIT", corrected: true }),
  filled(7, -1, { ambiguous: true, rIfWin: 2 }),
  filled(8, 1, { r: null })
]

describe("countsOf", () => {
  test("counts every outcome apart", () => {
    expect(countsOf(oneOfEach)).toEqual({
      signals: 9,
      waiting: 1,
      open: 1,
      unfilled: 1,
      fills: 5,
      incomplete: 1,
      wins: 1,
      losses: 2,
      neutral: 2,
      targets: 1,
      stops: 2,
      exits: 1,
      timeouts: 1,
      corrected: 1,
      positive: 2,
      positiveIfLosses: 2,
      positiveIfWins: 3,
      ambiguous: 1
    })
  })

  test("says what the denominator is", () => {
    expect(denominatorText(countsOf([]))).toBe("No signals.")
    expect(denominatorText(countsOf(oneOfEach))).toBe(
      "Of 9 signals 1 is pending without a fill, 1 is filled and pending, 1 was never filled, 5 were filled and ended. " +
        "Rates are of the 5 that filled and ended; the event is R > 0 after costs. " +
        "Of these 1 was decided in a bar that held stop and target, and counted as the stop. " +
        "1 is what a person said, and not what the bars say. " +
        "1 is called final without a result, and in no rate."
    )
  })

  const anySignal = fc.tuple(fc.nat(oneOfEach.length - 1), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([at, confidence]) => ({ ...oneOfEach[at]!, confidence }))
  const anySignals = fc.array(anySignal, { maxLength: 100 })

  test("loses nothing, in all and in the buckets", () => {
    fc.assert(fc.property(anySignals, (signals) => {
      const { byConfidence, byType, overall: { counts } } = calibrationOf(signals)
      const sum = (pick: (one: typeof counts) => number) => byConfidence.reduce((all, one) => all + pick(one.counts), 0)
      return counts.waiting + counts.open + counts.unfilled + counts.fills + counts.incomplete === signals.length &&
        counts.wins + counts.losses + counts.neutral === counts.fills &&
        counts.targets + counts.stops + counts.exits + counts.timeouts === counts.fills &&
        counts.positiveIfLosses <= counts.positive && counts.positive <= counts.positiveIfWins &&
        sum((one) => one.signals) === signals.length && sum((one) => one.fills) === counts.fills &&
        byType.reduce((all, one) => all + one.counts.signals, 0) === signals.length &&
        signals.filter(isFill).length === counts.fills
    }))
  })
})

describe("calibrationOf", () => {
  test("of nothing has ten buckets and no number", () => {
    const { byConfidence, byPattern, byType, overall } = calibrationOf([])
    expect(byConfidence.map(({ key }) => key)).toEqual([
      "0.0 to 0.1",
      "0.1 to 0.2",
      "0.2 to 0.3",
      "0.3 to 0.4",
      "0.4 to 0.5",
      "0.5 to 0.6",
      "0.6 to 0.7",
      "0.7 to 0.8",
      "0.8 to 0.9",
      "0.9 to 1.0"
    ])
    for (const { counts, meanScore, rate, rateIfLosses, rateIfWins } of byConfidence) {
      expect([meanScore, rate, rateIfLosses, rateIfWins]).toEqual([null, null, null, null])
      expect(counts.signals).toBe(0)
    }
    expect(overall.rate).toBeNull()
    expect([...byType, ...byPattern]).toEqual([])
  })

  test("gives no rate of 29 fills, and Wilson's of 30", () => {
    const padded = [...many(29, () => 1), ...many(50, () => 1).map((_, index) => waiting(100 + index)), unfilled(999)]
    expect(calibrationOf(padded).overall.rate).toBeNull()
    const { high, low, share } = calibrationOf([...padded, filled(1000, -1)]).overall.rate!
    expect(share).toBeCloseTo(29 / 30, 12)
    expect(low).toBeCloseTo(0.8333, 3)
    expect(high).toBeCloseTo(0.9941, 3)
  })

  test("an R of exactly nothing is no success", () => {
    expect(calibrationOf(many(40, (index) => index % 4 === 0 ? 1 : 0)).overall.rate?.share).toBe(0.25)
  })

  test("bounds what ambiguous bars could have been", () => {
    const signals = many(40, () => -1).map((one, index) =>
      index < 10 ? { ...one, ambiguous: true, rIfWin: 2 } : index < 20 ? filled(index, 2) : one
    )
    const { rate, rateIfLosses, rateIfWins } = calibrationOf(signals).overall
    expect([rateIfLosses?.share, rate?.share, rateIfWins?.share]).toEqual([0.25, 0.25, 0.5])
  })

  test("a bucket begins at its lower edge, and the last one holds 1", () => {
    expect([0, 0.0999, 0.1, 0.3, 0.6, 0.7, 0.999, 1].map(bucketOf)).toEqual([0, 0, 1, 3, 6, 7, 9, 9])
    const [, second] = bucketsOf(
      [filled(0, 1, { confidence: 0.1 }), filled(1, 1, { confidence: 0.16 })],
      (one) => one.confidence
    )
    expect(second?.meanScore).toBeCloseTo(0.13, 12)
  })

  test("buckets of the probability leave out signals that have none", () => {
    const found = bucketsOf([filled(0, 1, { probability: 0.42 }), filled(1, 1)], ({ probability }) => probability)
    expect(found.map(({ counts }) => counts.signals)).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 0])
  })

  test("groups stand in the order of the method, symbols and patterns by name", () => {
    const signals = [
      filled(0, 1, { symbol: "ZZZ", tier: null, timeframe: "1d", type: "SHORT", patterns: ["PLDOT_PUSH", "EXHAUST"] }),
      filled(1, 1, {
        symbol: "AAA",
        tier: "LOW",
        timeframe: "5m",
        state: "REVERSAL",
        patterns: ["EXHAUST", "EXHAUST"]
      }),
      filled(2, 1, { symbol: "MMM", tier: "HIGH", timeframe: "1h" })
    ]
    const found = calibrationOf(signals)
    const keys = (groups: typeof found.byType) => groups.map(({ counts, key }) => `${key} ${counts.fills}`)
    expect(keys(found.byType)).toEqual(["LONG 2", "SHORT 1"])
    expect(keys(found.byTier)).toEqual(["HIGH 1", "LOW 1", "none 1"])
    expect(keys(found.bySymbol)).toEqual(["AAA 1", "MMM 1", "ZZZ 1"])
    expect(keys(found.byTimeframe)).toEqual(["5m 1", "1h 1", "1d 1"])
    expect(keys(found.byState)).toEqual(["TREND 2", "REVERSAL 1"])
    expect(keys(found.byPattern)).toEqual(["EXHAUST 2", "PLDOT_PUSH 1"])
  })
})

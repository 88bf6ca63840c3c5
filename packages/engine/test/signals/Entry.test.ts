import { defaultRules } from "@dgas/domain/Rules"
import type { Side } from "@dgas/engine/geometry/StateMachine"
import { analyze } from "@dgas/engine/signals/analyze"
import { entryChecks, entryFacts } from "@dgas/engine/signals/Entry"
import type { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { describe, expect, test } from "bun:test"
import { barsOf } from "../bars.ts"
import { readySymbol, settle, setZones } from "./frames.ts"

const decided = (symbol: SymbolAnalyzer) => symbol.decide()
const gateOf = (symbol: SymbolAnalyzer) => decided(symbol).gate

describe("an entry with every gate open", () => {
  test("is a LONG at the near edge of the support, with the numbers that made it", () => {
    const { detail, draft, gate } = decided(readySymbol(1))
    expect([gate, detail]).toEqual([null, draft!.reason])
    expect(draft).toMatchObject({
      type: "LONG",
      entryPrice: 98,
      stopLoss: 95,
      targetPrice: 104,
      riskRewardRatio: 2,
      events: ["ZONE_TOUCH"],
      zone: { low: 97, high: 98, weight: 4, side: 1 },
      reason: "ZONE_TOUCH with the higher TREND UP, support zone of weight 4.00",
      tier: "MEDIUM",
      closes: null
    })
    expect(draft!.timeframeAlignment).toBeCloseTo(1, 12)
    expect(draft!.signalStrength).toBeCloseTo(0.85, 12)
    expect(draft!.confidence).toBeCloseTo(0.3 + 0.25 + 0.15 + 0.085, 12)
  })

  test("is a SHORT at the near edge of the resistance, mirrored", () => {
    const { draft } = decided(readySymbol(-1))
    expect(draft).toMatchObject({
      type: "SHORT",
      entryPrice: 102,
      stopLoss: 105,
      targetPrice: 96,
      riskRewardRatio: 2,
      zone: { low: 102, high: 103, side: -1 },
      reason: "ZONE_TOUCH with the higher TREND DOWN, resistance zone of weight 4.00"
    })
  })

  test("at a zone around the price enters at the last close", () => {
    const symbol = readySymbol(1)
    setZones(symbol.zones, 100, [[99, 101, 4]])
    expect(decided(symbol).draft).toMatchObject({
      entryPrice: 100,
      stopLoss: 97,
      targetPrice: 106,
      reason: "ZONE_TOUCH with the higher TREND UP, price inside a zone of weight 4.00"
    })
  })
})

type Change = readonly [rule: string, change: (symbol: SymbolAnalyzer, direction: -1 | 1) => void, gate: string | null]

const touch = (symbol: SymbolAnalyzer, direction: -1 | 1, since: number) => {
  if (direction === 1) symbol.sinceTouchUp = since
  else symbol.sinceTouchDown = since
}
/** Zones for a LONG; upside down at 100 for a SHORT. */
const zonesFor = (
  symbol: SymbolAnalyzer,
  direction: -1 | 1,
  rows: ReadonlyArray<readonly [low: number, high: number, weight: number]>
) =>
  setZones(
    symbol.zones,
    100,
    direction === 1 ? rows : rows.map(([low, high, weight]) => [200 - high, 200 - low, weight] as const).toReversed()
  )

const changes: ReadonlyArray<Change> = [
  ["a neutral higher direction", ({ higher }) => settle(higher, "CONGESTION_ACTION", 0, 6), "HIGHER_NEUTRAL"],
  ["a neutral trading direction", ({ trading }) => settle(trading, "CONGESTION_ACTION", 0, 6), "NOT_PERMITTED"],
  [
    "a trading direction against it",
    ({ trading }, direction) => settle(trading, "TREND", -direction as Side, 6, true),
    "NOT_PERMITTED"
  ],
  [
    "an alignment below 0.7",
    ({ higher, trading }, direction) => {
      // 0.5 for the direction and 0.3 x (0.6 + 0.55) / 2: 0.6725.
      settle(higher, "TREND", direction, 2)
      settle(trading, "REVERSAL", direction, 1)
    },
    "NOT_PERMITTED"
  ],
  ["a higher entrance", ({ higher }, side) => settle(higher, "CONGESTION_ENTRANCE", side, 1), "HIGHER_IN_CONGESTION"],
  ["a higher action", ({ higher }, side) => settle(higher, "CONGESTION_ACTION", side, 9), "HIGHER_IN_CONGESTION"],
  [
    "a higher exit is no congestion, only young",
    ({ higher }, side) => settle(higher, "CONGESTION_EXIT", side, 1),
    "WEAK"
  ],
  ["a higher reversal too", ({ higher }, side) => settle(higher, "REVERSAL", side, 1), "WEAK"],
  ["a touch on the bar before", (symbol, side) => touch(symbol, side, 1), null],
  ["a touch two bars ago", (symbol, side) => touch(symbol, side, 2), "NO_PATTERN"],
  [
    "a touch the other way",
    (symbol, side) => {
      touch(symbol, side, 9)
      touch(symbol, -side as -1 | 1, 0)
    },
    "NO_PATTERN"
  ],
  ["no zone at all", (symbol) => setZones(symbol.zones, 100, []), "NO_ZONE_NEAR"],
  ["a zone on the other side only", (symbol, side) => zonesFor(symbol, side, [[102, 103, 4]]), "NO_ZONE_NEAR"],
  ["a zone of weight 2.99", (symbol, side) => zonesFor(symbol, side, [[97, 98, 2.99]]), "NO_ZONE_NEAR"],
  ["a zone of weight 3", (symbol, side) => zonesFor(symbol, side, [[97, 98, 3]]), null],
  ["a near edge one mean range away", (symbol, side) => zonesFor(symbol, side, [[95, 96, 4]]), null],
  ["a near edge farther away", (symbol, side) => zonesFor(symbol, side, [[95, 95.99, 4]]), "NO_ZONE_NEAR"],
  ["a light zone before a heavy one", (symbol, side) => zonesFor(symbol, side, [[96, 97, 4], [98, 99, 2]]), null],
  [
    "a far heavy zone behind a near light one",
    (symbol, side) => zonesFor(symbol, side, [[90, 91, 9], [98, 99, 2]]),
    "NO_ZONE_NEAR"
  ],
  [
    "a strength below 0.6",
    ({ higher, trading }, direction) => {
      settle(higher, "TREND", direction, 1)
      settle(trading, "TREND", direction, 1)
    },
    "WEAK"
  ]
]

describe("gates of an entry", () => {
  for (const [rule, change, gate] of changes) {
    test(`${rule}: ${gate ?? "open"}`, () => {
      for (const direction of [1, -1] as const) {
        const symbol = readySymbol(direction)
        change(symbol, direction)
        expect(gateOf(symbol)).toBe(gate as null)
      }
    })
  }

  test("a strength of exactly 0.6 passes, a hair less does not", () => {
    const strength = entryFacts(readySymbol(1)).strength
    expect(gateOf(readySymbol(1, { ...defaultRules, entryStrength: strength }))).toBeNull()
    expect(gateOf(readySymbol(1, { ...defaultRules, entryStrength: strength + 1e-9 }))).toBe("WEAK")
  })

  test("an alignment of exactly the threshold passes", () => {
    const { alignment } = entryFacts(readySymbol(1))
    expect(gateOf(readySymbol(1, { ...defaultRules, entryAlignment: alignment }))).toBeNull()
    expect(gateOf(readySymbol(1, { ...defaultRules, entryAlignment: alignment + 1e-9 }))).toBe("NOT_PERMITTED")
    expect(gateOf(readySymbol(1, { ...defaultRules, permittedAlignment: alignment + 1e-9 }))).toBe("NOT_PERMITTED")
  })

  test("prices below zero are no trade", () => {
    const symbol = readySymbol(1)
    symbol.trading.close = 3
    setZones(symbol.zones, 3, [[1, 2, 4]])
    expect(decided(symbol)).toEqual({
      gate: "BAD_PRICES",
      detail: "a price is not above 0: entry 2, stop -1, target 8",
      draft: null
    })
  })

  test("are tried in order: the first that stops is the one told", () => {
    const symbol = readySymbol(1)
    settle(symbol.higher, "CONGESTION_ACTION", 0, 1)
    settle(symbol.trading, "REVERSAL", -1, 1)
    symbol.sinceTouchUp = 9
    symbol.trading.close = 3
    setZones(symbol.zones, 3, [])
    symbol.higher.bars = 5
    const told: Array<string | null> = []
    const open: ReadonlyArray<() => void> = [
      () => symbol.higher.bars = 20,
      () => settle(symbol.higher, "CONGESTION_ACTION", 1, 1),
      () => settle(symbol.trading, "CONGESTION_ACTION", 1, 1),
      () => {
        settle(symbol.higher, "TREND", 1, 1)
        settle(symbol.trading, "TREND", 1, 1)
      },
      () => symbol.sinceTouchUp = 0,
      () => setZones(symbol.zones, 3, [[1, 2, 3]]),
      () => settle(symbol.higher, "TREND", 1, 6, true),
      () => symbol.trading.meanRange = 1
    ]
    told.push(symbol.decide().gate)
    for (const next of open) {
      next()
      told.push(symbol.decide().gate)
    }
    expect(told).toEqual([
      "WARMING_UP",
      "HIGHER_NEUTRAL",
      "NOT_PERMITTED",
      "HIGHER_IN_CONGESTION",
      "NO_PATTERN",
      "NO_ZONE_NEAR",
      "WEAK",
      "BAD_PRICES",
      null
    ])
  })

  test("each are told with what was found and what is needed", () => {
    const symbol = readySymbol(1)
    symbol.sinceTouchUp = 5
    const checks = entryChecks(symbol, entryFacts(symbol))
    expect(checks).toEqual([
      {
        gate: "HIGHER_NEUTRAL",
        passed: true,
        found: "UP",
        needed: "UP or DOWN",
        detail: "the higher timeframe goes UP"
      },
      {
        gate: "NOT_PERMITTED",
        passed: true,
        found: 1,
        needed: 0.7,
        detail: "higher UP, trading UP, alignment 1.00, needs equal directions and 0.7"
      },
      {
        gate: "HIGHER_IN_CONGESTION",
        passed: true,
        found: "TREND",
        needed: "TREND, CONGESTION_EXIT or REVERSAL",
        detail: "the higher timeframe is in TREND"
      },
      {
        gate: "NO_PATTERN",
        passed: false,
        found: 0,
        needed: 1,
        detail: "no push, wave, refresh or zone touch up on the last two bars"
      }
    ])
  })

  test("are all told as passed when there is a signal", () => {
    const symbol = readySymbol(1)
    const checks = entryChecks(symbol, entryFacts(symbol))
    expect(checks.map(({ gate, passed }) => [gate, passed])).toEqual([
      ["HIGHER_NEUTRAL", true],
      ["NOT_PERMITTED", true],
      ["HIGHER_IN_CONGESTION", true],
      ["NO_PATTERN", true],
      ["NO_ZONE_NEAR", true],
      ["WEAK", true],
      ["BAD_PRICES", true]
    ])
    expect(analyze(symbol, symbol.decide()).checks.map(({ gate }) => gate)).toEqual([
      "WARMING_UP",
      "LIVE_SIGNAL",
      ...checks.map(({ gate }) => gate)
    ])
  })
})

describe("supporting events", () => {
  /** Real bars that rise: the third close above a rising dot completes a push on the sixth bar. */
  const rising = (bars: number) => {
    const symbol = readySymbol(1)
    symbol.sinceTouchUp = Infinity
    const rows = Array.from({ length: bars }, (_, i) => [101 + 3 * i, 99 + 3 * i, 100 + 3 * i] as const)
    for (const bar of barsOf(rows)) symbol.trading.push(bar)
    settle(symbol.trading, "TREND", 1, 6, true)
    const { close } = symbol.trading
    setZones(symbol.zones, close, [[close - 2, close - 1, 4]])
    return symbol
  }

  test("a push counts on its bar and the next, not later", () => {
    expect(rising(5).trading.patterns.events().map(({ pattern }) => pattern)).not.toContain("PLDOT_PUSH")
    expect(decided(rising(6)).draft?.events).toContain("PLDOT_PUSH")
    expect(decided(rising(7)).draft?.events).toContain("PLDOT_PUSH")
    expect(decided(rising(8)).draft?.events ?? []).not.toContain("PLDOT_PUSH")
  })

  test("waves beyond the envelope count, too", () => {
    // Closes three above the last one lie beyond an envelope of width 2 around a dot that trails by 6.
    expect(decided(rising(7)).draft?.events).toEqual(["PLDOT_PUSH", "C_WAVE"])
  })
})

import { defaultRules } from "@dgas/domain/Rules"
import { EXHAUST } from "@dgas/engine/geometry/Patterns"
import { analyze } from "@dgas/engine/signals/analyze"
import type { SignalDraft } from "@dgas/engine/signals/Decision"
import { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { describe, expect, test } from "bun:test"
import { barAt, barsOf } from "../bars.ts"
import { readySymbol, settle } from "./frames.ts"

const draftOf = (type: "LONG" | "SHORT", entryPrice: number, stopLoss: number, targetPrice: number): SignalDraft => ({
  type,
  entryPrice,
  stopLoss,
  targetPrice,
  riskRewardRatio: 2,
  confidence: 0.7,
  signalStrength: 0.7,
  timeframeAlignment: 0.8,
  tier: "LOW",
  positionFactor: 0.5,
  score: null,
  events: ["ZONE_TOUCH"],
  zone: null,
  reason: "",
  closes: null
})

/** A ready symbol that holds a LONG at 98 (a SHORT at 102), filled when asked for, with nothing against it. */
const holding = (direction: -1 | 1, filled: boolean) => {
  const symbol = readySymbol(direction)
  symbol.accept("id-1", direction === 1 ? draftOf("LONG", 98, 50, 150) : draftOf("SHORT", 102, 150, 50))
  if (filled) symbol.live!.machine.feed({ open: 100, high: 103, low: 97, close: 100 })
  symbol.sinceTouchUp = Infinity
  symbol.sinceTouchDown = Infinity
  return symbol
}
const turnHigher = (symbol: SymbolAnalyzer, direction: -1 | 1) => settle(symbol.higher, "REVERSAL", direction, 1)
const touchAgainst = (symbol: SymbolAnalyzer, direction: -1 | 1, since = 0) => {
  if (direction === 1) symbol.sinceTouchDown = since
  else symbol.sinceTouchUp = since
}

describe("warm-up", () => {
  test("needs 20 closed bars of both timeframes", () => {
    const symbol = readySymbol(1)
    for (const [trading, higher] of [[19, 20], [20, 19], [0, 0]] as const) {
      symbol.trading.bars = trading
      symbol.higher.bars = higher
      expect(symbol.decide()).toEqual({
        gate: "WARMING_UP",
        detail: `${trading} trading and ${higher} higher bars, needs 20 of each`,
        draft: null
      })
    }
    symbol.trading.bars = 20
    symbol.higher.bars = 20
    expect(symbol.decide().gate).toBeNull()
  })
})

describe("one live signal", () => {
  test("an accepted entry lives and stops every other entry", () => {
    const symbol = readySymbol(1)
    const draft = symbol.decide().draft!
    expect(symbol.decide().draft).toEqual(draft)
    symbol.accept("id-1", draft)
    expect(symbol.decide()).toEqual({ gate: "LIVE_SIGNAL", detail: "LONG id-1 is waiting", draft: null })
    expect(symbol.live!.machine.order).toEqual({ direction: 1, entry: 98, stop: 95, target: 104 })
  })

  test("a proposal that was not accepted does not live", () => {
    const symbol = readySymbol(1)
    expect(symbol.decide().gate).toBeNull()
    expect(symbol.live).toBeNull()
    expect(symbol.decide().gate).toBeNull()
  })

  test("ends with its own outcome, on the bar that brings it", () => {
    const symbol = new SymbolAnalyzer(defaultRules, { tick: null, lower: false })
    symbol.accept("id-1", draftOf("LONG", 98, 95, 104))
    symbol.pushTrading(barAt(0, 101, 97.5, 99, 100))
    expect([symbol.live?.machine.status, symbol.ended]).toEqual(["filled", null])
    symbol.pushTrading(barAt(1, 105, 99, 104, 100))
    expect(symbol.live).toBeNull()
    expect(symbol.ended?.id).toBe("id-1")
    expect(symbol.ended?.machine.result()).toMatchObject({ outcome: "WIN", exitReason: "TARGET", exitPrice: 104 })
    symbol.pushTrading(barAt(2, 105, 99, 104, 100))
    expect(symbol.ended).toBeNull()
  })

  test("hands the finer bars of a trading bar to its outcome", () => {
    const play = (parts: ReadonlyArray<ReturnType<typeof barAt>>) => {
      const symbol = new SymbolAnalyzer(defaultRules, { tick: null, lower: true })
      symbol.accept("id-1", draftOf("LONG", 98, 95, 104))
      symbol.pushTrading(barAt(0, 101, 97.5, 99, 100))
      symbol.pushTrading(barAt(1, 105, 94, 99, 100), parts)
      return symbol.ended?.machine.result().outcome
    }
    expect(play([])).toBe("LOSS")
    expect(play([barAt(1, 105, 99, 104, 100), barAt(2, 104, 94, 99, 104)])).toBe("WIN")
  })
})

describe("exits", () => {
  for (const direction of [1, -1] as const) {
    const side = direction === 1 ? "LONG" : "SHORT"

    test(`nothing against a filled ${side}, no exit`, () => {
      expect(holding(direction, true).decide()).toMatchObject({
        gate: "LIVE_SIGNAL",
        detail: `${side} id-1 is filled`
      })
    })

    test(`the higher direction turning against a filled ${side} is an exit of 0.80`, () => {
      const symbol = holding(direction, true)
      turnHigher(symbol, -direction as -1 | 1)
      expect(symbol.decide()).toMatchObject({
        gate: null,
        draft: {
          type: `EXIT_${side}`,
          entryPrice: 100,
          stopLoss: 100,
          targetPrice: 100,
          riskRewardRatio: null,
          confidence: 0.8,
          tier: null,
          zone: null,
          events: ["HIGHER_TURNED"],
          reason: `HIGHER_TURNED against the ${side} that is filled`,
          closes: "id-1"
        }
      })
    })

    test(`a higher timeframe that turned neutral is none for a ${side}`, () => {
      const symbol = holding(direction, true)
      settle(symbol.higher, "CONGESTION_ACTION", 0, 1)
      expect(symbol.decide().gate).toBe("LIVE_SIGNAL")
    })

    test(`a zone touch against a filled ${side} is an exit of 0.65, on its bar only`, () => {
      const symbol = holding(direction, true)
      touchAgainst(symbol, direction)
      expect(symbol.decide().draft).toMatchObject({ type: `EXIT_${side}`, confidence: 0.65, events: ["ZONE_TOUCH"] })
      touchAgainst(symbol, direction, 1)
      expect(symbol.decide().gate).toBe("LIVE_SIGNAL")
    })

    test(`of several reasons against a ${side} the largest wins, and all are kept`, () => {
      const symbol = holding(direction, true)
      turnHigher(symbol, -direction as -1 | 1)
      touchAgainst(symbol, direction)
      expect(symbol.decide().draft).toMatchObject({ confidence: 0.8, events: ["HIGHER_TURNED", "ZONE_TOUCH"] })
    })

    test(`before a ${side} fills only the higher direction turning cancels it`, () => {
      const symbol = holding(direction, false)
      touchAgainst(symbol, direction)
      expect(symbol.decide().gate).toBe("LIVE_SIGNAL")
      turnHigher(symbol, -direction as -1 | 1)
      expect(symbol.decide().draft).toMatchObject({
        confidence: 0.8,
        events: ["HIGHER_TURNED"],
        reason: `HIGHER_TURNED against the ${side} that has not filled yet`
      })
    })

    test(`an accepted exit ends the ${side} at the close`, () => {
      const symbol = holding(direction, true)
      const { machine } = symbol.live!
      touchAgainst(symbol, direction)
      symbol.accept("id-2", symbol.decide().draft!)
      expect(symbol.live).toBeNull()
      expect(machine.result()).toMatchObject({ outcome: "NEUTRAL", exitReason: "EXIT", exitPrice: 100 })
    })
  }

  test("an EXHAUST against a filled signal is an exit of 0.70, on its bar only", () => {
    // A quiet market jumps far above its envelope twice and comes back inside one that has caught up.
    const quiet = Array.from({ length: 6 }, () => [101, 99, 100] as const)
    const rows = [...quiet, [112, 110, 111], [124, 122, 123], [124, 112, 113], [115, 113, 114]] as const
    const symbol = holding(1, true)
    const told = barsOf(rows.map((row) => row)).map((bar) => {
      symbol.trading.push(bar)
      const { draft } = symbol.decide()
      return draft === null ? "-" : `${draft.confidence} ${draft.events.join(" ")}`
    })
    const exhausted = told.filter((one) => one !== "-")
    expect(exhausted).toEqual(["0.7 EXHAUST"])
    expect(symbol.trading.patterns.has(EXHAUST, -1, rows.length)).toBe(true)
  })
})

describe("analyze", () => {
  test("explains a signal with alignment, zones and both timeframes, as plain JSON", () => {
    const symbol = readySymbol(1)
    const analysis = analyze(symbol, symbol.decide())
    expect(analysis).toMatchObject({ alignmentClass: "perfect", decision: { gate: null } })
    expect(analysis.alignment).toBeCloseTo(1, 12)
    expect(analysis.higherStrength).toBeCloseTo(1, 12)
    expect(analysis.zones).toHaveLength(2)
    expect(analysis.timeframes.lower).toBeNull()
    expect(analysis.timeframes.higher).toMatchObject({ state: "TREND", direction: "UP", barsInState: 6 })
    expect(JSON.parse(JSON.stringify(analysis))).toEqual(analysis)
  })

  test("explains a symbol that is warming up by that alone", () => {
    const symbol = new SymbolAnalyzer(defaultRules, { tick: null, lower: true })
    symbol.pushLower(barAt(0, 101, 99, 100))
    symbol.pushTrading(barAt(0, 101, 99, 100))
    const analysis = analyze(symbol, symbol.decide())
    expect(analysis.checks).toEqual([
      {
        gate: "WARMING_UP",
        passed: false,
        found: 0,
        needed: 20,
        detail: "1 trading and 0 higher bars, needs 20 of each"
      }
    ])
    expect(analysis.zones).toEqual([])
    expect(analysis.timeframes.trading.levels).toEqual({ oneOneHigh: 101, oneOneLow: 99 })
    expect(analysis.timeframes.lower?.barsInState).toBe(1)
    expect(JSON.parse(JSON.stringify(analysis))).toEqual(analysis)
  })

  test("explains a live signal by its gate", () => {
    const symbol = holding(1, true)
    expect(analyze(symbol, symbol.decide()).checks).toEqual([
      { gate: "WARMING_UP", passed: true, found: 20, needed: 20, detail: "at least 20 bars of each timeframe" },
      { gate: "LIVE_SIGNAL", passed: false, found: 1, needed: 0, detail: "LONG id-1 is filled" }
    ])
  })
})

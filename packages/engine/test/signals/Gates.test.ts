/** Rules of entries and exits beside those of `Entry.test.ts`: each support, each bad price, each reason to leave. */
import { Gate } from "@dgas/domain/Gate"
import { defaultRules } from "@dgas/domain/Rules"
import { emptyLevels, ENVELOPE_BOTTOM, ENVELOPE_TOP } from "@dgas/engine/geometry/Levels"
import { EXHAUST } from "@dgas/engine/geometry/Patterns"
import { analyze } from "@dgas/engine/signals/analyze"
import type { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { describe, expect, test } from "bun:test"
import { barAt, patternBar } from "../bars.ts"
import { readySymbol, settle, setZones } from "./frames.ts"

const envelope = (top: number, bottom: number) => {
  const levels = emptyLevels()
  levels[ENVELOPE_TOP] = top
  levels[ENVELOPE_BOTTOM] = bottom
  return levels
}

/** One bar's close, in an envelope whose middle is the dot at 100. */
interface Look {
  readonly close: number
  readonly top: number
  readonly bottom: number
  readonly slope?: number
}

/** A ready symbol without a touch whose trading timeframe completed these looks, then `quiet` bars at the dot. */
const after = (direction: -1 | 1, looks: ReadonlyArray<Look>, quiet: number) => {
  const symbol = readySymbol(direction)
  symbol.sinceTouchUp = Infinity
  symbol.sinceTouchDown = Infinity
  const still = Array.from({ length: quiet }, (): Look => ({ close: 100, top: 110, bottom: 90 }))
  let previousSlope = 0
  for (const [index, { bottom, close, slope = 0, top }] of [...looks, ...still].entries()) {
    const side = close > 100 ? 1 : close < 100 ? -1 : 0
    symbol.trading.patterns.push(
      patternBar({ index, high: close, low: close, close, side, slope, previousSlope }, envelope(top, bottom))
    )
    previousSlope = slope
  }
  return symbol
}

const upsideDown = ({ bottom, close, slope = 0, top }: Look): Look => ({
  close: 200 - close,
  top: 200 - bottom,
  bottom: 200 - top,
  slope: -slope
})

// Each completes upward on its last bar.
const supports: ReadonlyArray<readonly [name: string, looks: ReadonlyArray<Look>]> = [
  ["PLDOT_PUSH", [101, 101, 101].map((close) => ({ close, top: 200, bottom: 0, slope: 1 }))],
  ["PLDOT_REFRESH", [90, 90, 99].map((close) => ({ close, top: 110, bottom: 90 }))],
  ["C_WAVE", [100, 111, 112, 113].map((close, index) => ({ close, top: 110 + index, bottom: 90 + index }))]
]

describe("supporting events", () => {
  for (const direction of [1, -1] as const) {
    const way = direction === 1 ? "upward" : "downward"
    for (const [name, rows] of supports) {
      const looks = direction === 1 ? rows : rows.map(upsideDown)
      test(`a ${name} ${way} counts on its bar and the next, and is the event told`, () => {
        for (const quiet of [0, 1]) expect(after(direction, looks, quiet).decide().draft?.events).toEqual([name])
        expect(after(direction, looks, 2).decide().gate).toBe("NO_PATTERN")
      })

      test(`a ${name} ${way} supports no trade the other way`, () => {
        expect(after(-direction as -1 | 1, looks, 0).decide().gate).toBe("NO_PATTERN")
      })
    }
  }

  test("EXHAUST, oscillation and terminations support nothing", () => {
    const out = { close: 70, top: 110, bottom: 90, slope: -2 }
    // Five closes far away are too many for a refresh.
    const exhausted = after(1, [out, out, out, out, out], 0)
    exhausted.trading.patterns.push(
      patternBar({ index: 5, high: 115, low: 85, close: 100, side: 0, slope: -1, previousSlope: -2 }, envelope(110, 90))
    )
    expect(exhausted.trading.patterns.events().map(({ direction, pattern }) => `${pattern} ${direction}`)).toEqual([
      "EXHAUST 1",
      "TERMINATION_TOUCH 1",
      "TERMINATION_TOUCH -1"
    ])
    expect(exhausted.decide().gate).toBe("NO_PATTERN")
  })
})

describe("bad prices", () => {
  interface Bad {
    readonly direction: -1 | 1
    readonly close: number
    readonly range: number
    readonly tick: number | null
    readonly zones: ReadonlyArray<readonly [low: number, high: number, weight: number]>
  }
  const prices: Bad = { direction: 1, close: 100, range: 4, tick: null, zones: [] }
  const rows: ReadonlyArray<readonly [detail: string, bad: Bad]> = [
    ["a price is not above 0: entry 2, stop -1, target 8", { ...prices, close: 3, zones: [[1, 2, 4]] }],
    ["a price is not above 0: entry 4, stop 7, target -2", {
      ...prices,
      direction: -1,
      close: 3,
      zones: [[4, 5, 4]]
    }],
    ["stop 100 is not on the losing side of entry 100", { ...prices, range: 0, zones: [[100, 100, 4]] }],
    ["target 90 is not on the winning side of entry 90", { ...prices, close: 85, tick: 10, zones: [[81, 81, 4]] }],
    ["reward / risk 0.50 is below 1", { ...prices, close: 85, tick: 10, zones: [[81, 81, 4], [95, 96, 1]] }]
  ]
  for (const [detail, { close, direction, range, tick, zones }] of rows) {
    test(`stop a signal: ${detail}`, () => {
      const symbol = readySymbol(direction, defaultRules, tick)
      symbol.trading.close = close
      symbol.trading.meanRange = range
      setZones(symbol.zones, close, zones)
      expect(symbol.decide()).toEqual({ gate: "BAD_PRICES", detail, draft: null })
      const told = analyze(symbol, symbol.decide()).checks.at(-1)!
      expect(told).toEqual({ gate: "BAD_PRICES", passed: false, found: null, needed: 1, detail })
    })
  }
})

describe("gates", () => {
  test("are told in the order in which the words list them", () => {
    const { checks } = analyze(readySymbol(1), readySymbol(1).decide())
    const order = Gate.literals.filter((gate) => gate !== "NO_DATA" && gate !== "FILTERED")
    expect(checks.map(({ gate }) => gate)).toEqual(order)
  })

  test("a signal that ended on this very bar stops an entry on it, and no later one", () => {
    const symbol = readySymbol(1)
    const { draft } = symbol.decide()
    symbol.accept("id-1", draft!)
    symbol.pushTrading(barAt(0, 101, 90, 91, 100))
    expect(symbol.ended?.machine.result().exitReason).toBe("STOP")
    expect(symbol.decide()).toMatchObject({ gate: "LIVE_SIGNAL", detail: "LONG id-1 ended on this bar" })
    symbol.pushTrading(barAt(1, 101, 90, 91, 100))
    expect(symbol.decide().gate).not.toBe("LIVE_SIGNAL")
  })
})

describe("an EXHAUST against a LONG", () => {
  const out = { close: 130, top: 110, bottom: 90, slope: 2 }
  const back = { close: 100, top: 110, bottom: 90, slope: 1 }
  const holding = (filled: boolean, quiet: number) => {
    const symbol = after(1, [out, out, back], quiet)
    symbol.accept("id-1", readySymbol(1).decide().draft!)
    if (filled) symbol.live!.machine.feed({ open: 100, high: 101, low: 97, close: 100 })
    return symbol
  }

  test("is an exit of 0.70 once it is filled, on its bar only", () => {
    expect(holding(true, 0).decide().draft).toMatchObject({ type: "EXIT_LONG", confidence: 0.7, events: ["EXHAUST"] })
    expect(holding(true, 1).decide().gate).toBe("LIVE_SIGNAL")
  })

  test("is none before it fills", () => {
    expect(holding(false, 0).decide()).toMatchObject({ gate: "LIVE_SIGNAL", detail: "LONG id-1 is waiting" })
  })

  test("is none when it goes the way of the LONG", () => {
    const symbol = after(1, [out, out, back].map(upsideDown), 0)
    expect(symbol.trading.patterns.has(EXHAUST, 1, 1)).toBe(true)
    symbol.accept("id-1", readySymbol(1).decide().draft!)
    symbol.live!.machine.feed({ open: 100, high: 101, low: 97, close: 100 })
    expect(symbol.decide().gate).toBe("LIVE_SIGNAL")
  })
})

describe("a reason to leave that the rules switch off with 0", () => {
  const filled = (change: Partial<typeof defaultRules>) => {
    const symbol = readySymbol(1, { ...defaultRules, ...change })
    symbol.accept("id-1", { ...symbol.decide().draft!, stopLoss: 50, targetPrice: 150 })
    symbol.live!.machine.feed({ open: 100, high: 103, low: 97, close: 100 })
    symbol.sinceTouchUp = Infinity
    return symbol
  }
  const against: ReadonlyArray<
    readonly [rule: "exitHigherTurned" | "exitZoneTouch", happens: (s: SymbolAnalyzer) => void]
  > = [
    ["exitHigherTurned", ({ higher }) => settle(higher, "REVERSAL", -1, 1)],
    ["exitZoneTouch", (symbol) => symbol.sinceTouchDown = 0]
  ]
  for (const [rule, happens] of against) {
    test(`is none: ${rule}`, () => {
      const on = filled({})
      happens(on)
      expect(on.decide().draft?.confidence).toBe(defaultRules[rule])
      const off = filled({ [rule]: 0 })
      happens(off)
      expect(off.decide().gate).toBe("LIVE_SIGNAL")
    })
  }

  test("is not told beside one that is on", () => {
    const symbol = filled({ exitHigherTurned: 0 })
    for (const [, happens] of against) happens(symbol)
    expect(symbol.decide().draft).toMatchObject({ confidence: 0.65, events: ["ZONE_TOUCH"] })
  })
})

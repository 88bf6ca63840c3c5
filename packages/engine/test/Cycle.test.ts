/** What a slot concludes: the gates before and after a symbol's own, and what lives afterwards. */
import { decodeConfig, type FilterConfig } from "@dgas/domain/Config"
import { conclude } from "@dgas/engine/Cycle"
import { InputTrail } from "@dgas/engine/InputTrail"
import { SymbolState } from "@dgas/engine/SymbolState"
import { watchOf } from "@dgas/engine/Watch"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import { madeReady, setZones } from "./signals/frames.ts"

const slotAt = Date.UTC(2026, 0, 5, 12)
const key = { schedule: "test", rules: "1", origin: "LIVE" } as const

const watchWith = (filters: Partial<FilterConfig>) => {
  const config = Effect.runSync(decodeConfig("test", {
    sources: { s: { kind: "csv", folder: "none" } },
    universes: {
      u: { source: "s", calendar: "24/7", instruments: [{ symbol: "A" }, { symbol: "B" }, { symbol: "C" }] }
    },
    schedules: [{ name: "test", universe: "u", trading: "30m", higher: "4h", filters }]
  }))
  return watchOf(config, config.schedules[0])
}

/** States of three symbols whose last trading bar closed at the slot with every gate of an entry open. */
const slot = (filters: Partial<FilterConfig> = {}, directions: ReadonlyArray<-1 | 1> = [1, 1, 1]) => {
  const watch = watchWith(filters)
  const states = watch.instruments.map((instrument, index) => {
    const state = new SymbolState(watch, instrument, index, {
      bars: [],
      readUntil: slotAt,
      trail: new InputTrail(0, slotAt),
      entry: null
    })
    madeReady(state.analyzer, directions[index]!).trading.closeTime = slotAt
    return state
  })
  return { states, conclude: () => conclude(watch, states, slotAt, key) }
}

describe("a slot", () => {
  test("makes each kept proposal a signal that lives from then on", () => {
    const { conclude, states } = slot({}, [1, -1, 1])
    const { gates, processed, signals } = conclude()
    expect([processed, gates]).toEqual([3, []])
    expect(signals.map(({ id, symbol, type }) => [id, symbol, type])).toEqual([
      ["test/A/2026-01-05T12:00:00.000Z/LONG@1", "A", "LONG"],
      ["test/B/2026-01-05T12:00:00.000Z/SHORT@1", "B", "SHORT"],
      ["test/C/2026-01-05T12:00:00.000Z/LONG@1", "C", "LONG"]
    ])
    expect(states.map(({ analyzer }) => analyzer.live?.id)).toEqual(signals.map(({ id }) => id))
  })

  test("tells NO_DATA of a symbol without any closed bar", () => {
    const { conclude, states } = slot()
    Object.assign(states[0]!.analyzer.trading, { bars: 0, closeTime: -Infinity })
    const { gates, processed } = conclude()
    expect(processed).toBe(2)
    expect(gates).toEqual([{
      symbol: "A",
      gate: "NO_DATA",
      detail: "no closed bar, expected one that closes at 2026-01-05T12:00:00.000Z"
    }])
  })

  test("tells NO_DATA of a symbol whose last bar closed before the slot", () => {
    const { conclude, states } = slot()
    states[1]!.analyzer.trading.closeTime = slotAt - 1_800_000
    expect(conclude().gates).toEqual([{
      symbol: "B",
      gate: "NO_DATA",
      detail:
        "the last closed bar closes at 2026-01-05T11:30:00.000Z, expected one that closes at 2026-01-05T12:00:00.000Z"
    }])
    expect(states[1]!.analyzer.live).toBeNull()
  })

  test("tells NO_DATA of a symbol whose source failed, with its reason", () => {
    const { conclude, states } = slot()
    states[2]!.analyzer.trading.closeTime = slotAt - 1_800_000
    states[2]!.failure = "source s is not available: no answer"
    expect(conclude().gates).toEqual([
      { symbol: "C", gate: "NO_DATA", detail: "source s is not available: no answer" }
    ])
  })

  test("decides on a bar that is there though the last read failed", () => {
    const { conclude, states } = slot()
    states[2]!.failure = "source s is not available: no answer"
    expect(conclude().gates).toEqual([])
  })

  test("tells the first gate that stopped a symbol, with its detail", () => {
    const { conclude, states } = slot()
    states[0]!.analyzer.sinceTouchUp = 9
    states[1]!.analyzer.higher.bars = 3
    setZones(states[2]!.analyzer.zones, 100, [])
    expect(conclude().gates.map(({ gate, symbol }) => [symbol, gate])).toEqual([
      ["A", "NO_PATTERN"],
      ["B", "WARMING_UP"],
      ["C", "NO_ZONE_NEAR"]
    ])
  })
})

describe("FILTERED", () => {
  type Row = readonly [filters: Partial<FilterConfig>, detail: string, found: number | string, needed: number | string]
  const rows: ReadonlyArray<Row> = [
    [{ minConfidence: 0.99 }, "confidence 0.79 is below 0.99", 0.785, 0.99],
    [{ minStrength: 0.9 }, "strength 0.85 is below 0.9", 0.85, 0.9],
    [{ patterns: ["C_WAVE"] }, "none of ZONE_TOUCH is among C_WAVE", "ZONE_TOUCH", "C_WAVE"],
    [{ types: ["SHORT"] }, "type LONG is not among SHORT", "LONG", "SHORT"]
  ]
  for (const [filters, detail, found, needed] of rows) {
    test(`is told with ${detail}, and nothing lives`, () => {
      const { conclude, states } = slot(filters)
      const { gates, processed, signals } = conclude()
      expect([processed, signals]).toEqual([3, []])
      expect(gates).toEqual(["A", "B", "C"].map((symbol) => ({ symbol, gate: "FILTERED", detail, found, needed })))
      expect(states.map(({ analyzer }) => analyzer.live)).toEqual([null, null, null])
    })
  }

  test("is told of an alignment below the least", () => {
    const { conclude, states } = slot({ minAlignment: 0.99 })
    states[0]!.analyzer.trading.machine.barsInState = 1
    const { gates } = conclude()
    expect(gates.map(({ gate }) => gate)).toContain("FILTERED")
    expect(gates[0]!.detail).toMatch(/^alignment 0\.\d\d is below 0\.99$/)
  })

  test("is told of those beyond the limit, which do not live, while those within it do", () => {
    const { conclude, states } = slot({ maxSignals: 2 })
    const { gates, signals } = conclude()
    expect(signals.map(({ symbol }) => symbol)).toEqual(["A", "B"])
    expect(gates).toEqual([{
      symbol: "C",
      gate: "FILTERED",
      detail: "rank 3 of 3, at most 2 are kept",
      found: 3,
      needed: 2
    }])
    expect(states.map(({ analyzer }) => analyzer.live !== null)).toEqual([true, true, false])
  })

  test("stops an exit by its type alone, and the signal lives on", () => {
    const { conclude, states } = slot({ types: ["LONG"] })
    conclude()
    const { analyzer } = states[0]!
    analyzer.live!.machine.feed({ open: 100, high: 101, low: 97, close: 100 })
    analyzer.sinceTouchDown = 0
    expect(conclude().gates).toEqual([
      { symbol: "B", gate: "LIVE_SIGNAL", detail: "LONG test/B/2026-01-05T12:00:00.000Z/LONG@1 is waiting" },
      { symbol: "C", gate: "LIVE_SIGNAL", detail: "LONG test/C/2026-01-05T12:00:00.000Z/LONG@1 is waiting" },
      { symbol: "A", gate: "FILTERED", detail: "type EXIT_LONG is not among LONG", found: "EXIT_LONG", needed: "LONG" }
    ])
    expect(analyzer.live?.id).toBe("test/A/2026-01-05T12:00:00.000Z/LONG@1")
  })
})

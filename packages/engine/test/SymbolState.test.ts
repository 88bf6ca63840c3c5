/** Where one symbol stands between two slots: no bar is shown before its close. */
import { decodeConfig } from "@dgas/domain/Config"
import { InputTrail } from "@dgas/engine/InputTrail"
import { SymbolState } from "@dgas/engine/SymbolState"
import { watchOf } from "@dgas/engine/Watch"
import { barGrid } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { shown } from "./bars.ts"
import { gridBars, groupedBars } from "./support/GridBars.ts"

const half = 1_800_000
const start = Date.UTC(2026, 0, 5)

const stateOf = (lower: "5m" | null) => {
  const config = Effect.runSync(decodeConfig("test", {
    sources: { s: { kind: "csv", folder: "none" } },
    universes: { u: { source: "s", calendar: "24/7", instruments: [{ symbol: "A" }] } },
    schedules: [{ name: "test", universe: "u", trading: "30m", higher: "4h", lower }]
  }))
  const watch = watchOf(config, config.schedules[0])
  const trail = new InputTrail(start, start)
  return new SymbolState(watch, watch.instruments[0]!, 1, { bars: [], readUntil: start, trail, entry: null })
}

const grid = (timeframe: "5m" | "30m" | "4h") => barGrid(calendarOf("24/7"), timeframe, "session")
const iso = (instant: number) => new Date(instant).toISOString()

describe("a symbol between two slots", () => {
  for (const lower of [null, "5m"] as const) {
    const base = grid(lower ?? "30m")
    const bars = gridBars(base, iso(start), iso(start + 3 * 86_400_000), 7)

    test(`shows at a slot the bars that had closed by then, though later ones were read, base ${base.timeframe}`, () => {
      fc.assert(
        fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 144 }), { minLength: 1, maxLength: 12 }), (picked) => {
          const state = stateOf(lower)
          state.enqueue(bars)
          for (const slot of picked.toSorted((a, b) => a - b)) {
            const slotAt = start + slot * half
            state.advance(slotAt)
            const { higher, trading } = state.analyzer
            expect([trading.bars, trading.closeTime]).toEqual([slot, slotAt])
            expect(trading.close).toBe(groupedBars(bars, grid("30m"), slotAt).at(-1)!.close)
            expect(higher.bars).toBe(Math.floor(slot / 8))
            expect(state.trail.bars).toBe(bars.filter(({ closeTime }) => closeTime <= slotAt).length)
          }
        }),
        { numRuns: 20 }
      )
    })

    test(`is the same however its bars were read, base ${base.timeframe}`, () => {
      const whole = stateOf(lower)
      whole.enqueue(bars)
      const piecewise = stateOf(lower)
      for (let slot = 1; slot <= 144; slot++) {
        const slotAt = start + slot * half
        piecewise.enqueue(bars.filter(({ closeTime }) => closeTime > slotAt - half && closeTime <= slotAt))
        for (const state of [whole, piecewise]) state.advance(slotAt)
        expect(shown(piecewise.analyzer.trading)).toEqual(shown(whole.analyzer.trading))
      }
      expect(piecewise.trail.text).toBe(whole.trail.text)
    })
  }

  test("without its last bar shows the one before, and the slot has no data", () => {
    const state = stateOf(null)
    const bars = gridBars(grid("30m"), iso(start), iso(start + 10 * half), 7)
    state.enqueue(bars.slice(0, 9))
    state.advance(start + 10 * half)
    expect(state.analyzer.trading.closeTime).toBe(start + 9 * half)
  })
})

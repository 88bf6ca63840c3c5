/** A bar touches zones that were known before it opened, never one that it makes itself. */
import { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import { ZoneMap } from "@dgas/engine/signals/Zones"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { seededBars } from "../bars.ts"
import { eager } from "../contract/SignalSubjects.ts"
import { Bundle } from "../contract/Subject.ts"

describe("a zone touch", () => {
  test("is one of a zone that was shown at the bar before", () => {
    let touches = 0
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const symbol = new SymbolAnalyzer(eager, { tick: null, lower: false })
        const bundle = new Bundle(4)
        for (const bar of seededBars(seed, 200)) {
          const known = symbol.zones.all().filter(({ weight }) => weight >= eager.zoneWeight)
          const above = bundle.push(bar)
          if (above !== null) symbol.pushHigher(above)
          symbol.pushTrading(bar)
          const up = known.some(({ high, side }) => side === 1 && bar.low <= high && bar.close > high)
          const down = known.some(({ low, side }) => side === -1 && bar.high >= low && bar.close < low)
          expect([symbol.sinceTouchUp === 0, symbol.sinceTouchDown === 0]).toEqual([up, down])
          touches += Number(up) + Number(down)
        }
      }),
      { numRuns: 5 }
    )
    expect(touches).toBeGreaterThan(100)
  })

  test("is none of a zone that only the bar's own levels make", () => {
    const symbol = new SymbolAnalyzer(eager, { tick: null, lower: false })
    let own = 0
    for (const bar of seededBars(4, 400)) {
      symbol.pushTrading(bar)
      const after = new ZoneMap()
      after.build(eager, symbol.higher, symbol.trading, null)
      const { down, up } = after.touched(bar.high, bar.low, bar.close, eager.zoneWeight)
      if ((up && symbol.sinceTouchUp > 0) || (down && symbol.sinceTouchDown > 0)) own++
    }
    // Zones built with the bar would have told touches that nobody could know of.
    expect(own).toBeGreaterThan(10)
  })
})

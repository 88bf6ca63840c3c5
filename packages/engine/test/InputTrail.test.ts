import { InputTrail } from "@dgas/engine/InputTrail"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { seededBars } from "./bars.ts"

const trailOf = (from: number, slotAt: number, bars: ReturnType<typeof seededBars>) => {
  const trail = new InputTrail(from, slotAt)
  for (const bar of bars) trail.add(bar)
  return trail
}

describe("InputTrail", () => {
  const bars = seededBars(5, 400)

  test("is the same for the same bars, and another when one of them differs in anything", () => {
    const trail = trailOf(0, 1, bars)
    expect(trailOf(0, 1, [...bars]).text).toBe(trail.text)
    expect(trail.text).toMatch(/^[0-9a-f]{16}$/)
    expect(trail.bars).toBe(400)
    for (const field of ["openTime", "closeTime", "open", "high", "low", "close", "volume"] as const) {
      const other = bars.with(200, { ...bars[200]!, [field]: bars[200]![field] + 1e-9 * bars[200]![field] + 1 })
      expect([field, trailOf(0, 1, other).text]).not.toEqual([field, trail.text])
    }
    expect(trailOf(0, 1, bars.slice(1)).text).not.toBe(trail.text)
    expect(trailOf(0, 1, bars.toReversed()).text).not.toBe(trail.text)
  })

  test("counts at every slot from its own start, at most two warm-ups and a slot back, as a fresh one would", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (warmUp) => {
        const start = bars[warmUp - 1]!.closeTime
        const trail = new InputTrail(0, start)
        for (const [index, bar] of bars.entries()) {
          trail.add(bar)
          if (index < warmUp - 1) continue
          const since = bars.slice(0, index + 1).filter(({ openTime }) => openTime >= trail.from)
          expect([trail.text, trail.bars]).toEqual([trailOf(trail.from, 1, since).text, since.length])
          trail.pass(bar.closeTime)
          const spans = (bar.closeTime - trail.from) / start
          expect(spans).toBeGreaterThanOrEqual(Math.min(1, (index + 1) / warmUp))
          expect(spans).toBeLessThanOrEqual(2 + 1 / warmUp)
        }
      }),
      { numRuns: 20 }
    )
  })
})

import { EnvelopeOption } from "@dgas/domain/Rules"
import { seriesRow } from "@dgas/engine/geometry/SeriesRow"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { barsArbitrary, mirrored, pushed, scaled, seededBars, shown, shownOf, withGeometry } from "../bars.ts"

type Shown = ReturnType<typeof shown>

const seeds = fc.integer({ min: 0, max: 2 ** 31 })
const options = fc.record({
  dot: fc.constantFrom("projected" as const, "coincident" as const),
  envelope: fc.constantFrom(...EnvelopeOption.literals)
}).map(withGeometry)
const freeOfOrigin = fc.record({
  dot: fc.constantFrom("projected" as const, "coincident" as const),
  envelope: fc.constantFrom("drummond" as const, "stdev" as const, "range" as const, "atr" as const)
}).map(withGeometry)

/** Prices among what a timeframe shows; `lengths` are distances between prices; all else is free of scale. */
const prices = [
  "projectedDot",
  "envelopeTop",
  "envelopeBottom",
  "z5Top",
  "z2Bottom",
  "z6Top",
  "z1Bottom",
  "oneOneHigh",
  "oneOneLow",
  "fiveNineUp",
  "fiveNineDown",
  "fiveOneUp",
  "fiveOneDown",
  "fiveTwoUp",
  "fiveTwoDown",
  "plotted",
  "dottedLine",
  "blockLevel"
] as const
const lengths = ["slope", "width", "meanRange"] as const

const expectMoved = (before: Shown, after: Shown, factor: number, shift: number, digits: number) => {
  const near = (name: string, value: number, expected: number) => {
    if (Number.isNaN(expected)) expect([name, value]).toEqual([name, NaN])
    else expect(Math.abs(value - expected)).toBeLessThan(digits * Math.max(1, Math.abs(expected)))
  }
  for (const name of prices) near(name, after[name], before[name] * factor + shift)
  for (const name of lengths) near(name, after[name], before[name] * factor)
  near("position", after.position, before.position)
  for (
    const name of ["side", "flat", "state", "direction", "barsInState", "stateConfidence", "trendStrength"] as const
  ) {
    expect([name, after[name]]).toEqual([name, before[name]])
  }
  expect(after.events).toEqual(before.events)
}

describe("geometry of one timeframe", () => {
  test("at a bar is the same whether or not later bars exist", () => {
    fc.assert(fc.property(barsArbitrary(1, 80), options, fc.nat(), (bars, rules, cut) => {
      const length = 1 + cut % bars.length
      expect(shownOf(bars.slice(0, length), rules)).toEqual(shownOf(bars, rules).slice(0, length))
    }))
  })

  test("of a stream that is looked at all the time equals that of a batch looked at once", () => {
    fc.assert(fc.property(barsArbitrary(1, 80), options, (bars, rules) => {
      expect(shown(pushed(bars, rules))).toEqual(shownOf(bars, rules).at(-1)!)
    }))
  })

  test("does not read open, volume or the clock", () => {
    fc.assert(fc.property(barsArbitrary(1, 60), (bars) => {
      const later = bars.map((bar) => ({
        ...bar,
        open: bar.low,
        volume: 0,
        openTime: bar.openTime * 3 + 7,
        closeTime: bar.closeTime * 3 + 7
      }))
      expect(shownOf(later)).toEqual(shownOf(bars))
    }))
  })

  test("of doubled, halved, quadrupled prices is the same to the last bit", () => {
    fc.assert(fc.property(barsArbitrary(1, 80), options, fc.constantFrom(0.25, 0.5, 2, 1024), (bars, rules, factor) => {
      const before = shownOf(bars, rules)
      for (const [index, after] of shownOf(scaled(bars, factor), rules).entries()) {
        expectMoved(before[index]!, after, factor, 0, Number.MIN_VALUE)
      }
    }))
  })

  test("scales with prices", () => {
    fc.assert(
      fc.property(seeds, options, fc.double({ min: 1e-4, max: 1e4, noNaN: true }), (seed, rules, factor) => {
        const bars = seededBars(seed, 120)
        const before = shownOf(bars, rules)
        for (const [index, after] of shownOf(scaled(bars, factor), rules).entries()) {
          expectMoved(before[index]!, after, factor, 0, 1e-9 * Math.max(1, factor))
        }
      }),
      { numRuns: 40 }
    )
  })

  test("moves with prices, but for the envelope in percent", () => {
    fc.assert(
      fc.property(seeds, freeOfOrigin, fc.double({ min: -4000, max: 1e5, noNaN: true }), (seed, rules, shift) => {
        const bars = seededBars(seed, 120)
        const before = shownOf(bars, rules)
        for (const [index, after] of shownOf(scaled(bars, 1, shift), rules).entries()) {
          expectMoved(before[index]!, after, 1, shift, 1e-8)
        }
      }),
      { numRuns: 40 }
    )
  })

  test("of prices upside down is upside down, to the last bit", () => {
    const turn = { UP: "DOWN", DOWN: "UP", NEUTRAL: "NEUTRAL" } as const
    const swapped = (before: Shown): Shown => {
      const negated = (value: number) => -value + 0
      return {
        ...before,
        projectedDot: negated(before.projectedDot),
        envelopeTop: negated(before.envelopeBottom),
        envelopeBottom: negated(before.envelopeTop),
        z5Top: negated(before.z2Bottom),
        z2Bottom: negated(before.z5Top),
        z6Top: negated(before.z1Bottom),
        z1Bottom: negated(before.z6Top),
        oneOneHigh: negated(before.oneOneLow),
        oneOneLow: negated(before.oneOneHigh),
        fiveNineUp: negated(before.fiveNineDown),
        fiveNineDown: negated(before.fiveNineUp),
        fiveOneUp: negated(before.fiveOneDown),
        fiveOneDown: negated(before.fiveOneUp),
        fiveTwoUp: negated(before.fiveTwoDown),
        fiveTwoDown: negated(before.fiveTwoUp),
        plotted: negated(before.plotted),
        side: (-before.side + 0) as Shown["side"],
        slope: negated(before.slope),
        direction: turn[before.direction],
        dottedLine: negated(before.dottedLine),
        blockLevel: negated(before.blockLevel)
      }
    }
    // Positions are reflected in the middle of the envelope; patterns have a test of their own.
    const comparable = (one: Shown) => ({ ...one, events: [], position: 0 })
    fc.assert(fc.property(barsArbitrary(1, 80), freeOfOrigin, (bars, rules) => {
      const before = shownOf(bars, rules)
      for (const [index, after] of shownOf(mirrored(bars), rules).entries()) {
        expect(comparable(after)).toEqual(comparable(swapped(before[index]!)))
        if (Number.isNaN(after.position)) expect(before[index]!.position).toBeNaN()
        else expect(after.position).toBeCloseTo(1 - before[index]!.position, 6)
      }
    }))
  })

  test("of prices upside down has the same patterns in the other direction", () => {
    fc.assert(
      fc.property(seeds, freeOfOrigin, (seed, rules) => {
        const bars = seededBars(seed, 300)
        const told = ({ events }: Shown, sign: number) =>
          events.map((event) => `${event.pattern} ${event.direction * sign + 0} ${event.firstBar} ${event.strength}`)
            .toSorted()
        const before = shownOf(bars, rules)
        for (const [index, after] of shownOf(mirrored(bars), rules).entries()) {
          expect(told(after, -1)).toEqual(told(before[index]!, 1))
        }
      }),
      { numRuns: 40 }
    )
  })

  test("after a restart from the last 300 bars is what it would have been", () => {
    const ageless = ({ events, ...rest }: Shown, offset: number) => ({
      ...rest,
      events: events.map((event) => ({
        ...event,
        firstBar: event.firstBar + offset,
        lastBar: event.lastBar + offset
      }))
    })
    fc.assert(
      fc.property(seeds, options, fc.integer({ min: 1, max: 400 }), (seed, rules, offset) => {
        const bars = seededBars(seed, 300 + offset)
        expect(ageless(shown(pushed(bars.slice(offset), rules)), offset)).toEqual(
          ageless(shown(pushed(bars, rules)), 0)
        )
      }),
      { numRuns: 60 }
    )
  })

  test("after a restart has the same levels from the sixth bar on, whatever came before", () => {
    fc.assert(fc.property(barsArbitrary(6, 60), options, fc.nat(), (bars, rules, cut) => {
      const from = cut % (bars.length - 5)
      const whole = pushed(bars, rules)
      const rest = pushed(bars.slice(from), rules)
      // The true range of a first bar has no close before it: it leaves the window of three with the fourth bar.
      expect([...rest.levels]).toEqual([...whole.levels])
      expect([rest.side, rest.slope, rest.flat, rest.position]).toEqual([
        whole.side,
        whole.slope,
        whole.flat,
        whole.position
      ])
    }))
  })

  test("has its levels in order, equal only when three bars have no range", () => {
    fc.assert(fc.property(barsArbitrary(3, 60), (bars) => {
      const ranges = bars.map((bar) => bar.high - bar.low)
      for (const [index, one] of shownOf(bars).entries()) {
        if (index < 2) continue
        const ladder = [one.z1Bottom, one.z2Bottom, one.envelopeBottom, one.projectedDot]
          .concat([one.envelopeTop, one.z5Top, one.z6Top])
        const still = ranges.slice(index - 2, index + 1).every((range) => range === 0)
        for (let i = 1; i < ladder.length; i++) {
          expect(ladder[i]! - ladder[i - 1]!).toBeGreaterThanOrEqual(-1e-9)
        }
        if (!still) expect(ladder[6]! - ladder[0]!).toBeGreaterThan(0)
        else expect(ladder[6]! - ladder[0]!).toBeLessThan(1e-9)
        expect(one.z6Top).toBeCloseTo(2 * one.envelopeTop - one.envelopeBottom, 9)
        expect(one.z6Top).toBeCloseTo(one.envelopeTop + one.meanRange, 6)
        expect(one.z1Bottom).toBeCloseTo(one.envelopeBottom - one.meanRange, 6)
      }
    }))
  })

  test("has no number that is not finite once it is defined, and scores from 0 to 1", () => {
    fc.assert(fc.property(barsArbitrary(1, 80), options, (bars, rules) => {
      const geometry = new TimeframeGeometry(rules)
      for (const [index, bar] of bars.entries()) {
        geometry.push(bar)
        const row = seriesRow(geometry, "")
        for (const value of Object.values(row)) {
          if (typeof value === "number") expect(Number.isFinite(value)).toBe(true)
        }
        if (index >= 5) {
          const { envelopeTop, position, projectedDot, slope, z1Bottom, z6Top } = row
          for (const value of [projectedDot, slope, envelopeTop, z6Top, z1Bottom, position]) {
            expect(value).not.toBeNull()
          }
        }
        const { stateConfidence, trendStrength } = geometry
        expect(stateConfidence).toBeGreaterThanOrEqual(0.5)
        expect(stateConfidence).toBeLessThanOrEqual(1)
        expect(trendStrength).toBeGreaterThanOrEqual(0)
        expect(trendStrength).toBeLessThanOrEqual(1)
      }
    }))
  })

  test("names a 5-1 or a 5-2 on each side, never both", () => {
    fc.assert(fc.property(barsArbitrary(2, 60), (bars) => {
      for (const one of shownOf(bars).slice(1)) {
        expect(Number.isNaN(one.fiveOneUp) || Number.isNaN(one.fiveTwoUp)).toBe(true)
        expect(Number.isNaN(one.fiveOneDown) || Number.isNaN(one.fiveTwoDown)).toBe(true)
      }
    }))
  })

  test("tells each pattern at most once a bar and direction, ending on that bar", () => {
    fc.assert(fc.property(barsArbitrary(1, 80), options, (bars, rules) => {
      for (const [index, { events }] of shownOf(bars, rules).entries()) {
        const names = events.map(({ direction, pattern }) => `${pattern} ${direction}`)
        expect(new Set(names).size).toBe(names.length)
        for (const event of events) {
          expect(event.lastBar).toBe(index)
          expect(event.firstBar).toBeLessThanOrEqual(index)
          expect(event.firstBar).toBeGreaterThanOrEqual(0)
          expect(event.strength).toBeGreaterThanOrEqual(1)
        }
      }
    }))
  })
})

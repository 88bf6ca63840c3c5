import { defaultRules } from "@dgas/domain/Rules"
import type { LevelName } from "@dgas/engine/geometry/Levels"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { type Zone, ZoneMap } from "@dgas/engine/signals/Zones"
import { describe, expect, test } from "bun:test"
import * as fc from "fast-check"
import { barsArbitrary, mirrored, pushed, seededBars } from "../bars.ts"
import { framed, setZones, tradingFrame } from "./frames.ts"

type Levels = Partial<Record<LevelName, number>>

/** Zones around a close of 100 with W = 40 (reach 120, envelope at 80 and 120) and a mean range of 4, so tol = 1. */
const zonesOf = (higher: Levels, trading: Levels = {}, lower: Levels | null = null, close = 100) => {
  const map = new ZoneMap()
  map.build(
    defaultRules,
    framed(higher),
    tradingFrame(close, 4, 40, trading),
    lower === null ? null : framed(lower)
  )
  return map.all()
}
const places = (zones: ReadonlyArray<Zone>) => zones.map(({ high, low }) => [low, high])

describe("confluence zones", () => {
  test("need levels of two timeframes, or three of one", () => {
    expect(places(zonesOf({ oneOneLow: 95 }, { oneOneLow: 95.5 }))).toEqual([[95, 95.5]])
    expect(places(zonesOf({}, { oneOneLow: 95, oneOneHigh: 95.5 }))).toEqual([])
    expect(places(zonesOf({}, { oneOneLow: 95, oneOneHigh: 95.5, z2Bottom: 96 }))).toEqual([[95, 96]])
    expect(places(zonesOf({ oneOneLow: 95 }, {}, { oneOneLow: 95.5 }))).toEqual([[95, 95.5]])
    expect(places(zonesOf({}, { oneOneLow: 95 }, { oneOneLow: 95.5 }))).toEqual([[95, 95.5]])
    expect(places(zonesOf({ oneOneLow: 95 }))).toEqual([])
  })

  test("weigh each level by its kind and its timeframe", () => {
    const [zone] = zonesOf({ fiveNineUp: 95 }, { projectedDot: 95.25, fiveOneUp: 95.5 }, { oneOneLow: 95.75 })
    expect(zone).toMatchObject({ low: 95, high: 95.75, levels: 4, side: 1 })
    expect(zone!.weight).toBeCloseTo(1.5 * 1.5 + 0.75 + 1 + 0.75 * 0.75, 12)
    const [edge] = zonesOf({ envelopeTop: 120.5 })
    expect(edge!.weight).toBeCloseTo(1.25 * 1.5 + 1.25, 12)
  })

  test("join over a gap of at most a quarter of the mean range", () => {
    expect(places(zonesOf({ oneOneLow: 95 }, { oneOneLow: 96 }))).toEqual([[95, 96]])
    expect(places(zonesOf({ oneOneLow: 95 }, { oneOneLow: 96.01 }))).toEqual([])
  })

  test("are at most half a mean range wide", () => {
    expect(places(zonesOf({ oneOneLow: 95 }, { oneOneLow: 96, oneOneHigh: 97 }))).toEqual([[95, 97]])
    // The gaps of 0.9 join first; 94.9 is then too far from the other end.
    expect(places(zonesOf({ oneOneLow: 94.9 }, { oneOneLow: 95.9, oneOneHigh: 96.8, z2Bottom: 97.7 }))).toEqual([
      [95.9, 97.7]
    ])
  })

  test("join by the smallest gap first", () => {
    // From the left, 94 and 94.9375 would join and leave 96.5 out.
    expect(
      places(zonesOf({ oneOneLow: 94, oneOneHigh: 95.6875 }, { oneOneLow: 94.9375, oneOneHigh: 96.5 }))
    ).toEqual([[94.9375, 96.5]])
  })

  test("join toward the last close where gaps are equal", () => {
    const chain: Levels = { oneOneLow: 94, oneOneHigh: 95, z2Bottom: 96 }
    expect(places(zonesOf({ z1Bottom: 93 }, chain))).toEqual([[94, 96]])
    const above: Levels = { oneOneLow: 104, oneOneHigh: 105, z5Top: 106 }
    expect(places(zonesOf({ z6Top: 107 }, above))).toEqual([[104, 106]])
  })

  test("reach three envelope widths from the last close, bound included", () => {
    expect(places(zonesOf({ fiveNineUp: -20 }, { fiveTwoUp: -20 }))).toEqual([[-20, -20]])
    expect(places(zonesOf({ fiveNineUp: -20.01 }, { fiveTwoUp: -20.01 }))).toEqual([])
    expect(places(zonesOf({ fiveNineDown: 220 }, { fiveTwoDown: 220 }))).toEqual([[220, 220]])
    expect(places(zonesOf({ fiveNineDown: 220.01 }, { fiveTwoDown: 220.01 }))).toEqual([])
  })

  test("support below the last close, resist above, and turn around it", () => {
    const zones = zonesOf(
      { oneOneLow: 95, projectedDot: 99.75, oneOneHigh: 105 },
      { oneOneLow: 95.5, projectedDot: 100.25, oneOneHigh: 105.5 }
    )
    expect(zones.map(({ low, side }) => [low, side])).toEqual([[95, 1], [99.75, 0], [105, -1]])
    expect(zonesOf({ oneOneLow: 99 }, { oneOneLow: 100 })[0]!.side).toBe(0)
    expect(zonesOf({ oneOneLow: 100 }, { oneOneLow: 101 })[0]!.side).toBe(0)
  })

  test("are none while the trading timeframe has no envelope", () => {
    const map = new ZoneMap()
    map.build(defaultRules, framed({ oneOneLow: 95 }), framed({ oneOneLow: 95 }, 100, 4), null)
    expect(map.all()).toEqual([])
  })

  test("ascend, do not overlap, and lie within reach whatever the market does", () => {
    fc.assert(fc.property(barsArbitrary(6, 60), barsArbitrary(1, 30), (bars, above) => {
      const trading = pushed(bars)
      const map = new ZoneMap()
      map.build(defaultRules, pushed(above), trading, new TimeframeGeometry())
      const tol = 0.25 * trading.meanRange
      let last = -Infinity
      for (const zone of map.all()) {
        expect(zone.low).toBeGreaterThan(last)
        expect(zone.high - zone.low).toBeLessThanOrEqual(2 * tol)
        expect(zone.levels).toBeGreaterThanOrEqual(2)
        expect(zone.weight).toBeGreaterThan(0)
        for (const edge of [zone.low, zone.high]) {
          expect(Math.abs(edge - trading.close)).toBeLessThanOrEqual(3 * trading.width)
        }
        last = zone.high
      }
    }))
  })

  test("of prices upside down are upside down", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
      const above = seededBars(seed, 40)
      const here = seededBars(seed, 40).slice(20)
      const zones = (turned: boolean) => {
        const map = new ZoneMap()
        const look = (bars: typeof above) => pushed(turned ? mirrored(bars) : bars)
        map.build(defaultRules, look(above), look(here), null)
        return map.all()
      }
      const back = zones(true).toReversed()
      const straight = zones(false)
      expect(back.map(({ high, levels, low, side }) => [-high, -low, levels, -side + 0])).toEqual(
        straight.map(({ high, levels, low, side }) => [low, high, levels, side])
      )
      for (const [index, zone] of straight.entries()) expect(back[index]!.weight).toBeCloseTo(zone.weight, 9)
    }))
  })
})

describe("looking for a zone", () => {
  const map = setZones(new ZoneMap(), 100, [[90, 91, 5], [95, 96, 2], [99, 101, 1], [104, 105, 4], [110, 111, 6]])

  test("the nearest of enough weight on the right side, a pivot being on both at distance 0", () => {
    expect([map.nearest(1, 3), map.nearest(-1, 3)]).toEqual([0, 3])
    expect([map.nearest(1, 2), map.nearest(-1, 5)]).toEqual([1, 4])
    expect([map.nearest(1, 1), map.nearest(-1, 1)]).toEqual([2, 2])
    expect([map.nearest(1, 7), map.nearest(-1, 7)]).toEqual([-1, -1])
    expect([0, 1, 2, 3, 4].map((index) => map.distance(index))).toEqual([9, 4, 0, 4, 10])
  })

  test("the next opposing zone is the first beyond the close, whatever its weight", () => {
    expect([map.opposingEdge(1), map.opposingEdge(-1)]).toEqual([104, 96])
    const below = setZones(new ZoneMap(), 100, [[90, 91, 5]])
    expect([below.opposingEdge(1), below.opposingEdge(-1)]).toEqual([NaN, 91])
  })
})

describe("ZONE_TOUCH", () => {
  const map = setZones(new ZoneMap(), 100, [[90, 91, 2], [95, 96, 3], [104, 105, 3]])
  const cases: ReadonlyArray<
    readonly [rule: string, high: number, low: number, close: number, up: boolean, down: boolean]
  > = [
    ["down to the near edge and back above it", 100, 96, 97, true, false],
    ["through the far edge and back above the near one", 100, 94, 97, true, false],
    ["not down to it", 100, 96.1, 97, false, false],
    ["closing inside is none", 100, 95, 95.5, false, false],
    ["closing at the near edge is none", 100, 95, 96, false, false],
    ["closing below is none", 100, 94, 94.5, false, false],
    ["up to the near edge and back below it", 104, 99, 103, false, true],
    ["closing above is none", 106, 99, 105.5, false, false],
    ["both sides of one bar", 104, 96, 100, true, true],
    ["a light zone does not count", 100, 90.5, 94, false, false]
  ]
  for (const [rule, high, low, close, up, down] of cases) {
    test(rule, () => expect({ ...map.touched(high, low, close, 3) }).toEqual({ up, down }))
  }

  test("a zone around the close before the bar has no side to come from", () => {
    const pivot = setZones(new ZoneMap(), 100, [[99, 101, 5]])
    expect({ ...pivot.touched(102, 98, 100, 3) }).toEqual({ up: false, down: false })
  })
})

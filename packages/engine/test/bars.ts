/** Bars for tests: by hand, from a seed, and from fast-check. */
import type { Bar } from "@dgas/domain/Bar"
import { defaultRules, type Rules } from "@dgas/domain/Rules"
import {
  ENVELOPE_BOTTOM,
  ENVELOPE_TOP,
  FIVE_NINE_DOWN,
  FIVE_NINE_UP,
  FIVE_ONE_DOWN,
  FIVE_ONE_UP,
  FIVE_TWO_DOWN,
  FIVE_TWO_UP,
  type LevelName,
  levelNames,
  Z2_BOTTOM,
  Z5_TOP
} from "@dgas/engine/geometry/Levels"
import type { PatternBar } from "@dgas/engine/geometry/Patterns"
import type { Side } from "@dgas/engine/geometry/StateMachine"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import * as fc from "fast-check"

export const minute = 60_000

/** Bar `index` of a series of `every` minutes; it opens at its close unless told otherwise. */
export const barAt = (index: number, high: number, low: number, close: number, open = close, every = 1): Bar => ({
  openTime: index * every * minute,
  closeTime: (index + 1) * every * minute,
  open,
  high,
  low,
  close,
  volume: 1
})

/** Bars from rows of high, low, close. */
export const barsOf = (rows: ReadonlyArray<readonly [high: number, low: number, close: number]>): ReadonlyArray<Bar> =>
  rows.map(([high, low, close], index) => barAt(index, high, low, close))

export const pushed = (bars: ReadonlyArray<Bar>, rules: Rules = defaultRules): TimeframeGeometry => {
  const geometry = new TimeframeGeometry(rules)
  for (const bar of bars) geometry.push(bar)
  return geometry
}

export const withGeometry = (geometry: Partial<Rules["geometry"]>): Rules => ({
  ...defaultRules,
  geometry: { ...defaultRules.geometry, ...geometry }
})

/** Everything that a timeframe shows after its last bar, except times. -0 and 0 are one number. */
export const shown = (geometry: TimeframeGeometry) => {
  const { machine, patterns } = geometry
  const levels = Object.fromEntries(
    levelNames.map((name, index) => [name, geometry.level(index) + 0])
  ) as Record<LevelName, number>
  return {
    ...levels,
    plotted: geometry.plotted1,
    side: geometry.side,
    slope: geometry.slope + 0,
    flat: geometry.flat,
    position: geometry.position,
    width: geometry.width,
    meanRange: geometry.meanRange,
    state: machine.state,
    direction: geometry.direction,
    barsInState: machine.barsInState,
    dottedLine: machine.dottedLine,
    blockLevel: machine.blockLevel,
    stateConfidence: geometry.stateConfidence,
    trendStrength: geometry.trendStrength,
    events: patterns.events()
  }
}

/** What a timeframe shows after each bar. */
export const shownOf = (bars: ReadonlyArray<Bar>, rules: Rules = defaultRules) => {
  const geometry = new TimeframeGeometry(rules)
  return bars.map((bar) => {
    geometry.push(bar)
    return shown(geometry)
  })
}

/** One step of a walk: opening gap, body, upper and lower wick, in units of the price step. */
interface Step {
  readonly gap: number
  readonly body: number
  readonly up: number
  readonly down: number
}

/** Bars of a walk from `start` whose unit is `unit`; prices stay above zero as long as the walk does. */
export const walk = (steps: ReadonlyArray<Step>, start = 1000, unit = 1, every = 1): ReadonlyArray<Bar> => {
  let last = start
  return steps.map(({ body, down, gap, up }, index) => {
    const open = last + gap * unit
    const close = open + body * unit
    last = close
    return barAt(
      index,
      Math.max(open, close) + up * unit,
      Math.min(open, close) - down * unit,
      close,
      open,
      every
    )
  })
}

const units = (max: number) => fc.integer({ min: 0, max: 16 * max }).map((sixteenths) => sixteenths / 16)
const signed = (max: number) => fc.integer({ min: -16 * max, max: 16 * max }).map((sixteenths) => sixteenths / 16)

/** Steps in sixteenths with drifts, quiet stretches, gaps and bars without a range. */
const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ gap: signed(1), body: signed(4), up: units(2), down: units(2) }) },
  { weight: 2, arbitrary: fc.record({ gap: fc.constant(0), body: units(4), up: units(1), down: units(1) }) },
  {
    weight: 2,
    arbitrary: fc.record({ gap: fc.constant(0), body: units(4).map((body) => -body), up: units(1), down: units(1) })
  },
  { weight: 1, arbitrary: fc.record({ gap: signed(8), body: signed(1), up: units(1), down: units(1) }) },
  {
    weight: 1,
    arbitrary: fc.record({ gap: fc.constant(0), body: fc.constant(0), up: fc.constant(0), down: fc.constant(0) })
  }
)

export const barsArbitrary = (minLength: number, maxLength: number): fc.Arbitrary<ReadonlyArray<Bar>> =>
  fc.array(stepArbitrary, { minLength, maxLength }).map((steps) => walk(steps))

/** A walk of `count` bars that `seed` alone decides (mulberry32), on no grid, in runs of drift as markets have them. */
export const seededBars = (seed: number, count: number, every = 1): ReadonlyArray<Bar> => {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  let drift = 0
  const steps = Array.from({ length: count }, (_, index) => {
    if (index % 17 === 0) drift = (next() - 0.5) * 3
    return { gap: (next() - 0.5) * 0.4, body: drift + (next() - 0.5) * 4, up: next() * 1.5, down: next() * 1.5 }
  })
  return walk(steps, 5000 + count, 1, every)
}

export const scaled = (bars: ReadonlyArray<Bar>, factor: number, shift = 0): ReadonlyArray<Bar> =>
  bars.map((bar) => ({
    ...bar,
    open: bar.open * factor + shift,
    high: bar.high * factor + shift,
    low: bar.low * factor + shift,
    close: bar.close * factor + shift
  }))

/** Prices reflected at `about / 2`: tops become bottoms. About 0 the reflection is exact, and prices are negative. */
export const mirrored = (bars: ReadonlyArray<Bar>, about = 0): ReadonlyArray<Bar> =>
  bars.map((bar) => ({
    ...bar,
    open: about - bar.open,
    high: about - bar.low,
    low: about - bar.high,
    close: about - bar.close
  }))

const terminations = [ENVELOPE_TOP, ENVELOPE_BOTTOM, Z5_TOP, Z2_BOTTOM, FIVE_NINE_UP, FIVE_NINE_DOWN]
  .concat([FIVE_ONE_UP, FIVE_ONE_DOWN, FIVE_TWO_UP, FIVE_TWO_DOWN])

/** The nearest levels of a set on either side of `close`, one by one. */
export const nearest = (
  levels: ArrayLike<number>,
  close: number
): { readonly above: number; readonly below: number } => {
  const prices = terminations.map((level) => levels[level]!)
  return {
    above: Math.min(...prices.filter((price) => price > close)),
    below: Math.max(...prices.filter((price) => price < close))
  }
}

/** A bar at a dot of 100, as detectors see it, with the levels that were known before it. */
export const patternBar = (
  bar: { readonly index: number; readonly close: number; readonly side: Side } & Partial<PatternBar>,
  levels: ArrayLike<number>,
  previousClose = 100
): PatternBar => ({
  high: bar.close,
  low: bar.close,
  dot: 100,
  slope: 0,
  previousSlope: 0,
  flat: false,
  top: levels[ENVELOPE_TOP]!,
  bottom: levels[ENVELOPE_BOTTOM]!,
  ...nearest(levels, previousClose),
  ...bar
})

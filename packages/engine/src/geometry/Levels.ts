/**
 * The levels of the next bar: dot, envelope, Z, 1-1, 5-9, 5-1 and 5-2.
 *
 * A level set is a `Float64Array` indexed by the constants below; NaN stands for a level that is not defined
 * (too few bars, or a line whose condition does not hold). Every level is a price: it scales with the bars,
 * moves with them, and mirrors into its opposite when prices are negated.
 */
import type { EnvelopeOption } from "@dgas/domain/Rules"

export const levelNames = [
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
  "fiveTwoDown"
] as const
export type LevelName = typeof levelNames[number]

export const levelCount = levelNames.length
export const DOT = 0
export const ENVELOPE_TOP = 1
export const ENVELOPE_BOTTOM = 2
export const Z5_TOP = 3
export const Z2_BOTTOM = 4
export const Z6_TOP = 5
export const Z1_BOTTOM = 6
export const ONE_ONE_HIGH = 7
export const ONE_ONE_LOW = 8
export const FIVE_NINE_UP = 9
export const FIVE_NINE_DOWN = 10
export const FIVE_ONE_UP = 11
export const FIVE_ONE_DOWN = 12
export const FIVE_TWO_UP = 13
export const FIVE_TWO_DOWN = 14

/** Weight of each level in a confluence zone: 5-9 1.5, envelope 1.25, 5-1 and 5-2 1, 1-1, dot and Z 0.75. */
export const levelWeights = Float64Array.of(
  0.75,
  1.25,
  1.25,
  0.75,
  0.75,
  0.75,
  0.75,
  0.75,
  0.75,
  1.5,
  1.5,
  1,
  1,
  1,
  1
)

export const emptyLevels = (): Float64Array => new Float64Array(levelCount).fill(NaN)

/** The last three closed bars and what the optional envelopes need beside them; index 1 is the newest. */
export interface Window {
  readonly bars: number
  readonly high1: number
  readonly low1: number
  readonly dot1: number
  readonly high2: number
  readonly low2: number
  readonly dot2: number
  readonly high3: number
  readonly low3: number
  readonly dot3: number
  /** True ranges; the first bar of a series has no close before it, so its true range is its range. */
  readonly trueRange1: number
  readonly trueRange2: number
  readonly trueRange3: number
  /** P(t) and P(t-1): the dots plotted on the last bar and on the one before. */
  readonly plotted1: number
  readonly plotted2: number
}

/** Half the width of an optional envelope around the projected dot; NaN where it is not defined. */
const halfWidth = (option: Exclude<EnvelopeOption, "drummond">, w: Window, dot: number): number => {
  switch (option) {
    case "stdev": {
      const mean = (dot + w.plotted1 + w.plotted2) / 3
      return 1.5 * Math.sqrt(((dot - mean) ** 2 + (w.plotted1 - mean) ** 2 + (w.plotted2 - mean) ** 2) / 2)
    }
    case "range":
      return 0.75 * (Math.max(w.high1, w.high2, w.high3) - Math.min(w.low1, w.low2, w.low3))
    case "atr":
      return 0.5 * (w.trueRange1 + w.trueRange2 + w.trueRange3)
    case "percent":
      return 0.02 * dot
  }
}

/** Writes the levels that the window projects for the next bar into `out`. Source: geometry of the method, section 3. */
export const projectLevels = (w: Window, envelope: EnvelopeOption, out: Float64Array): void => {
  if (w.bars >= 3) {
    const dot = (w.dot1 + w.dot2 + w.dot3) / 3
    let top: number
    let bottom: number
    if (envelope === "drummond") {
      top = (2 * w.dot1 - w.low1 + (2 * w.dot2 - w.low2) + (2 * w.dot3 - w.low3)) / 3
      bottom = (2 * w.dot1 - w.high1 + (2 * w.dot2 - w.high2) + (2 * w.dot3 - w.high3)) / 3
    } else {
      const half = halfWidth(envelope, w, dot)
      top = dot + half
      bottom = dot - half
    }
    out[DOT] = dot
    out[ENVELOPE_TOP] = top
    out[ENVELOPE_BOTTOM] = bottom
    out[Z5_TOP] = 2 * top - dot
    out[Z2_BOTTOM] = 2 * bottom - dot
    out[Z6_TOP] = 2 * top - bottom
    out[Z1_BOTTOM] = 2 * bottom - top
  }
  if (w.bars >= 1) {
    out[ONE_ONE_HIGH] = 2 * w.dot1 - w.low1
    out[ONE_ONE_LOW] = 2 * w.dot1 - w.high1
  }
  if (w.bars >= 2) {
    const up = 2 * w.low1 - w.low2
    const down = 2 * w.high1 - w.high2
    out[FIVE_NINE_UP] = 2 * w.low1 - w.high2
    out[FIVE_NINE_DOWN] = 2 * w.high1 - w.low2
    out[FIVE_ONE_UP] = w.low1 > w.low2 ? up : NaN
    out[FIVE_ONE_DOWN] = w.high1 < w.high2 ? down : NaN
    out[FIVE_TWO_UP] = w.low1 < w.low2 ? up : NaN
    out[FIVE_TWO_DOWN] = w.high1 > w.high2 ? down : NaN
  }
}

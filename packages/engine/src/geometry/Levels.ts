/**
 * The levels of the next bar: dot, envelope, Z, 1-1, 5-9, 5-1, 5-2, and in congestion dotted line and block level.
 *
 * The levels that bars project are a `Float64Array` indexed by the constants below; the two of a congestion, which the
 * state machine keeps, come after them in names and indexes. NaN stands for a level that is not defined (too few
 * bars, or a line whose condition does not hold). Every level is a price: it scales with the bars, moves with them,
 * and mirrors into its opposite when prices are negated. `TimeframeGeometry` computes them.
 */
import { LevelName } from "@dgas/domain/Level"
import type { EnvelopeOption } from "@dgas/domain/Rules"

export type { LevelName } from "@dgas/domain/Level"

/** Names by index. */
export const levelNames = LevelName.literals

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
export const DOTTED_LINE = 15
export const BLOCK_LEVEL = 16

/** Levels before this index are projected from the last bars, and take part in confluence zones. */
export const projectedCount = DOTTED_LINE

/** Weight of each projected level in a confluence zone: 5-9 1.5, envelope 1.25, 5-1 and 5-2 1, 1-1, dot and Z 0.75. */
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

export const emptyLevels = (): Float64Array => new Float64Array(projectedCount).fill(NaN)

/** The last three closed bars, and what the optional envelopes need beside them; index 1 is the newest, NaN is no bar. */
export interface BarWindow {
  readonly high1: number
  readonly low1: number
  readonly high2: number
  readonly low2: number
  readonly high3: number
  readonly low3: number
  /** True ranges; the first bar of a series has no close before it, so its true range is its range. */
  readonly trueRange1: number
  readonly trueRange2: number
  readonly trueRange3: number
  /** P(t) and P(t-1): the dots plotted on the last bar and on the one before. */
  readonly plotted1: number
  readonly plotted2: number
}

/** Half the width of an optional envelope around the projected dot; NaN where it is not defined. */
export const halfWidth = (option: EnvelopeOption, w: BarWindow, dot: number): number => {
  switch (option) {
    case "drummond":
      return NaN
    case "stdev": {
      const mean = (dot + w.plotted1 + w.plotted2) / 3
      const half = 1.5 * Math.sqrt(((dot - mean) ** 2 + (w.plotted1 - mean) ** 2 + (w.plotted2 - mean) ** 2) / 2)
      // Equal dots differ by rounding, and an envelope as wide as that would put every close far outside.
      return half <= 1e-12 * Math.abs(dot) ? 0 : half
    }
    case "range":
      return 0.75 * (Math.max(w.high1, w.high2, w.high3) - Math.min(w.low1, w.low2, w.low3))
    case "atr":
      return 0.5 * (w.trueRange1 + w.trueRange2 + w.trueRange3)
    case "percent":
      return 0.02 * dot
  }
}

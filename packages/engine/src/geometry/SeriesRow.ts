/** One row of geometry per closed bar, for any other program to check. */
import type { MarketState } from "@dgas/domain/MarketState"
import { type LevelName, levelNames } from "./Levels.ts"
import type { TimeframeGeometry } from "./TimeframeGeometry.ts"

/** Levels are those projected for the next bar from this row and the ones before; null where not defined. */
export interface SeriesRow {
  readonly openTime: string
  readonly close: number
  readonly dot: number | null
  readonly projectedDot: number | null
  readonly slope: number | null
  /** 0 on the dot, and while there is no dot. */
  readonly side: -1 | 0 | 1
  readonly state: MarketState
  readonly direction: "UP" | "DOWN" | "NEUTRAL"
  readonly stateConfidence: number
  readonly envelopeTop: number | null
  readonly envelopeBottom: number | null
  readonly z1Bottom: number | null
  readonly z2Bottom: number | null
  readonly z5Top: number | null
  readonly z6Top: number | null
  readonly oneOneHigh: number | null
  readonly oneOneLow: number | null
  readonly fiveNineUp: number | null
  readonly fiveNineDown: number | null
  readonly fiveOneUp: number | null
  readonly fiveOneDown: number | null
  readonly fiveTwoUp: number | null
  readonly fiveTwoDown: number | null
  readonly position: number | null
}

const orNull = (value: number) => Number.isNaN(value) ? null : value

/** The row of the last bar pushed. `openTime` is the bar's own stamp, as text. */
export const seriesRow = (geometry: TimeframeGeometry, openTime: string): SeriesRow => {
  const level = (name: LevelName) => orNull(geometry.level(levelNames.indexOf(name)))
  return {
    openTime,
    close: geometry.close,
    dot: orNull(geometry.plotted1),
    projectedDot: level("projectedDot"),
    slope: orNull(geometry.slope),
    side: geometry.side,
    state: geometry.machine.state,
    direction: geometry.direction,
    stateConfidence: geometry.stateConfidence,
    envelopeTop: level("envelopeTop"),
    envelopeBottom: level("envelopeBottom"),
    z1Bottom: level("z1Bottom"),
    z2Bottom: level("z2Bottom"),
    z5Top: level("z5Top"),
    z6Top: level("z6Top"),
    oneOneHigh: level("oneOneHigh"),
    oneOneLow: level("oneOneLow"),
    fiveNineUp: level("fiveNineUp"),
    fiveNineDown: level("fiveNineDown"),
    fiveOneUp: level("fiveOneUp"),
    fiveOneDown: level("fiveOneDown"),
    fiveTwoUp: level("fiveTwoUp"),
    fiveTwoDown: level("fiveTwoDown"),
    position: orNull(geometry.position)
  }
}

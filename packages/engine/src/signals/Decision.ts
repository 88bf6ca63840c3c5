/** What an analysis of one symbol at one bar close came to, with the numbers that explain it. */
import type { Gate } from "@dgas/domain/Gate"
import type { Direction, MarketState } from "@dgas/domain/MarketState"
import type { SignalType, Tier } from "@dgas/domain/Signal"
import type { PatternEvent } from "../geometry/Patterns.ts"
import type { AlignmentClass } from "./Alignment.ts"
import type { Zone } from "./Zones.ts"

/** The number (or word) that a gate found, what it needs, and both in words. */
export interface Finding {
  readonly found: number | string | null
  readonly needed: number | string | null
  readonly detail: string
}

/** One gate that was tried. */
export interface GateCheck extends Finding {
  readonly gate: Gate
  readonly passed: boolean
}

const open = (gate: Gate, detail: string): GateCheck => ({ gate, passed: true, found: null, needed: null, detail })

/** The first gate of a symbol that had its bar, and the last one of a signal. */
export const dataThere = open("NO_DATA", "the bar of the slot was there")
export const notFiltered = open("FILTERED", "no filter drops it")

/** What each fact adds to a score. */
export interface ScoreParts {
  readonly [fact: string]: number
}

/** A pattern that completed on the deciding bar: how many bars it took, that one included. */
export type PatternView = Pick<PatternEvent, "pattern" | "direction" | "strength"> & { readonly bars: number }

/** One timeframe at the close of the deciding bar. Undefined levels are absent. */
export interface TimeframeView {
  readonly state: MarketState
  readonly direction: Direction
  readonly barsInState: number
  readonly stateConfidence: number
  readonly slope: number | null
  readonly flat: boolean
  readonly position: number | null
  readonly dottedLine: number | null
  readonly blockLevel: number | null
  readonly levels: { readonly [level: string]: number }
  readonly patterns: ReadonlyArray<PatternView>
}

/** The signal that an analysis proposes. It is stored and lives only when the aggregator keeps it. */
export interface SignalDraft {
  readonly type: SignalType
  readonly entryPrice: number
  readonly stopLoss: number
  readonly targetPrice: number
  readonly riskRewardRatio: number | null
  readonly confidence: number
  readonly signalStrength: number
  readonly timeframeAlignment: number
  readonly tier: Tier | null
  /** Share of the usual position that the tier deserves; null for an exit. */
  readonly positionFactor: number | null
  /** The parts that add up to confidence and to strength; null for an exit. */
  readonly score: { readonly confidence: ScoreParts; readonly strength: ScoreParts } | null
  /** Names of the events that support an entry, or the reasons of an exit, strongest first. */
  readonly events: ReadonlyArray<string>
  readonly zone: Zone | null
  readonly reason: string
  /** The entry that an exit closes. */
  readonly closes: string | null
}

/** `gate` is null when there is a draft: then nothing stopped it. */
export interface Decision {
  readonly gate: Gate | null
  readonly detail: string
  readonly draft: SignalDraft | null
}

export const stopped = (gate: Gate, detail: string): Decision => ({ gate, detail, draft: null })

export interface Analysis {
  readonly decision: Decision
  readonly checks: ReadonlyArray<GateCheck>
  readonly alignment: number
  readonly alignmentClass: AlignmentClass
  readonly higherStrength: number
  readonly zones: ReadonlyArray<Zone>
  readonly timeframes: {
    readonly higher: TimeframeView
    readonly trading: TimeframeView
    readonly lower: TimeframeView | null
  }
}

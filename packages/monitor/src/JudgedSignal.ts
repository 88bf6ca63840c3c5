/** What the statistics are made of: one row a signal. */
import type { MarketState } from "@dgas/domain/MarketState"
import type { ExitReason, Outcome } from "@dgas/domain/Outcome"
import type { Tier } from "@dgas/domain/Signal"
import type { Timeframe } from "@dgas/domain/Timeframe"

/** A signal and what became of it. Instants in epoch milliseconds, results after costs. */
export interface JudgedSignal {
  readonly id: string
  readonly schedule: string
  readonly symbol: string
  readonly type: "LONG" | "SHORT"
  readonly timeframe: Timeframe
  readonly tier: Tier | null
  readonly state: MarketState
  readonly patterns: ReadonlyArray<string>
  readonly confidence: number
  /** Of R > 0 given a fill, by the map in force when the signal was given; null where there was none. */
  readonly probability: number | null
  /** Close of the bar that completed the signal. */
  readonly signalAt: number
  readonly outcome: Outcome
  readonly exitReason: ExitReason | null
  /** Null while PENDING and unfilled so far. */
  readonly filled: boolean | null
  /** Whether a person said what became of it, in the place of what the bars say. */
  readonly corrected: boolean
  /** A bar that held stop and target, which no finer bars resolved. */
  readonly ambiguous: boolean
  /** Close of the bar that decided the outcome; null while PENDING. */
  readonly knownAt: number | null
  /** In units of the planned risk. */
  readonly r: number | null
  /** In percent of the fill price. */
  readonly pnlPct: number | null
  readonly mfe: number | null
  readonly mae: number | null
  readonly barsHeld: number | null
  /** Bounds of `r` where the bar is ambiguous: had it been the stop, had it been the target; else `r`. */
  readonly rIfLoss: number | null
  readonly rIfWin: number | null
}

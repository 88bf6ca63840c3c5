/** Signals that have a result: the order filled and the outcome is final. Every rate and mean is over these alone. */
import type { ExitReason } from "@dgas/domain/Outcome"
import type { JudgedSignal } from "./JudgedSignal.ts"

export interface Fill extends JudgedSignal {
  readonly filled: true
  readonly exitReason: Exclude<ExitReason, "UNFILLED">
  readonly knownAt: number
  readonly r: number
  readonly pnlPct: number
  readonly rIfLoss: number
  readonly rIfWin: number
}

export const isFill = <Signal extends JudgedSignal>(signal: Signal): signal is Signal & Fill =>
  signal.outcome !== "PENDING" && signal.filled === true && signal.exitReason !== null &&
  signal.exitReason !== "UNFILLED" && signal.knownAt !== null && signal.r !== null && signal.pnlPct !== null &&
  signal.rIfLoss !== null && signal.rIfWin !== null

export const fillsOf = (signals: ReadonlyArray<JudgedSignal>): ReadonlyArray<Fill> => signals.filter(isFill)

/** The event that a probability speaks of: R > 0 given a fill. */
export const isEvent = ({ r }: Fill): boolean => r > 0

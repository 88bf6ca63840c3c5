/** How far two timeframes agree, from 0 to 1. */
import type { MarketState } from "@dgas/domain/MarketState"
import type { TimeframeGeometry } from "../geometry/TimeframeGeometry.ts"

export type AlignmentClass = "perfect" | "partial" | "divergent" | "conflicting"

const isCongestion = (state: MarketState) =>
  state === "CONGESTION_ENTRANCE" || state === "CONGESTION_ACTION" || state === "CONGESTION_EXIT"

const compatible = (a: MarketState, b: MarketState) =>
  isCongestion(a) && isCongestion(b) ||
  a === "TREND" && b === "CONGESTION_EXIT" ||
  a === "CONGESTION_EXIT" && b === "TREND"

/** 0.5 for the direction (0.25 if exactly one is neutral), 0.2 for the state (0.1 if compatible), 0.3 x mean state confidence. */
export const alignment = (higher: TimeframeGeometry, trading: TimeframeGeometry): number => {
  const a = higher.machine
  const b = trading.machine
  const direction = a.direction === 0 && b.direction === 0
    ? 0
    : a.direction === b.direction
    ? 0.5
    : a.direction === 0 || b.direction === 0
    ? 0.25
    : 0
  const state = a.state === b.state ? 0.2 : compatible(a.state, b.state) ? 0.1 : 0
  return direction + state + 0.15 * (higher.stateConfidence + trading.stateConfidence)
}

export const alignmentClass = (value: number): AlignmentClass =>
  value >= 0.8 ? "perfect" : value >= 0.6 ? "partial" : value >= 0.3 ? "divergent" : "conflicting"

/** Judged signals for tests: a filled LONG of an hourly bar unless told otherwise. */
import { type Chance, chanceOf } from "@dgas/monitor/Chance"
import type { JudgedSignal } from "@dgas/monitor/JudgedSignal"

export const hour = 3_600_000

/** The outcome follows the sign of `r`, and the bar that decided it is three after the signal. */
export const filled = (index: number, r: number, more: Partial<JudgedSignal> = {}): JudgedSignal => ({
  id: `s${String(index).padStart(6, "0")}`,
  schedule: "hourly",
  symbol: "AAA",
  type: "LONG",
  timeframe: "1h",
  tier: "HIGH",
  state: "TREND",
  patterns: [],
  confidence: 0.65,
  probability: null,
  signalAt: index * hour,
  outcome: r > 0 ? "WIN" : "LOSS",
  exitReason: r > 0 ? "TARGET" : "STOP",
  filled: true,
  corrected: false,
  ambiguous: false,
  knownAt: (index + 3) * hour,
  r,
  pnlPct: r * 2,
  mfe: Math.max(r, 0),
  mae: Math.max(-r, 0),
  barsHeld: 3,
  rIfLoss: r,
  rIfWin: r,
  ...more
})

const noResult = { r: null, pnlPct: null, mfe: null, mae: null, barsHeld: null, rIfLoss: null, rIfWin: null }

export const waiting = (index: number, more: Partial<JudgedSignal> = {}): JudgedSignal =>
  filled(index, 1, { outcome: "PENDING", exitReason: null, filled: null, knownAt: null, ...noResult, ...more })

export const unfilled = (index: number, more: Partial<JudgedSignal> = {}): JudgedSignal =>
  filled(index, 1, { outcome: "NEUTRAL", exitReason: "UNFILLED", filled: false, ...noResult, r: 0, pnlPct: 0, ...more })

/** `n` fills whose confidence is one of ten and comes true as often as `truth` says, with R of 1 or -1. */
export const forecaster = (
  n: number,
  seed: number,
  confidence: (chance: Chance) => number,
  truth: (p: number) => number
) => {
  const chance = chanceOf(seed)
  return Array.from({ length: n }, (_, index) => {
    const p = confidence(chance)
    return filled(index, chance.unit() < truth(p) ? 1 : -1, { confidence: p })
  })
}

/** The middles of the ten buckets, each as often. */
export const anyBucket = (chance: Chance): number => (chance.below(10) + 0.5) / 10

/** Judged signals for tests of reports: filled hourly ones of two symbols, which came good less often than they said. */
import { chanceOf } from "@dgas/monitor/Chance"
import type { JudgedSignal } from "@dgas/monitor/JudgedSignal"

const hour = 3_600_000
const start = Date.UTC(2026, 0, 5)

export const overconfident = (n: number): ReadonlyArray<JudgedSignal> => {
  const chance = chanceOf(7)
  return Array.from({ length: n }, (_, index) => {
    const confidence = 0.62 + chance.below(3) * 0.1
    const won = chance.unit() < confidence - 0.2
    const r = won ? 1.1 : -1
    return {
      id: `s${String(index).padStart(6, "0")}`,
      schedule: "hourly",
      symbol: index % 2 === 0 ? "AAA" : "BBB",
      type: index % 3 === 0 ? "SHORT" : "LONG",
      timeframe: "1h",
      tier: "HIGH",
      state: "TREND",
      patterns: index % 4 === 0 ? ["PLDOT_PUSH"] : [],
      confidence,
      probability: null,
      signalAt: start + index * hour,
      outcome: won ? "WIN" : "LOSS",
      exitReason: won ? "TARGET" : "STOP",
      filled: true,
      corrected: false,
      ambiguous: index % 10 === 0 && !won,
      knownAt: start + (index + 3) * hour,
      r,
      pnlPct: r * 2,
      mfe: Math.max(r, 0),
      mae: Math.max(-r, 0),
      barsHeld: 3,
      rIfLoss: r,
      rIfWin: index % 10 === 0 ? 1.1 : r
    }
  })
}

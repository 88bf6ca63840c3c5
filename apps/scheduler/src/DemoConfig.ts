/** What the demo watches: twenty years of real days, and a simulated market that says so in each symbol. */
import { defineConfig } from "@dgas/domain/Config"
import type { Range } from "./Replay.ts"

const simulated = ["ALPHA", "BRAVO", "CHARLIE", "DELTA", "ECHO", "FOXTROT", "GOLF", "HOTEL"] as const

export const demoConfig = defineConfig({
  sources: {
    vega: { kind: "vega" },
    sim: { kind: "sim", seed: 7 }
  },
  universes: {
    index: { source: "vega", calendar: "XNYS", instruments: [{ symbol: "^GSPC", tick: 0.01 }] },
    sim: {
      source: "sim",
      calendar: "24/7",
      instruments: [
        { symbol: `SIM-${simulated[0]}`, tick: 0.01 },
        ...simulated.slice(1).map((name) => ({ symbol: `SIM-${name}`, tick: 0.01 }))
      ]
    }
  },
  schedules: [
    { name: "demo-sp500", universe: "index", trading: "1d", higher: "1w" },
    {
      name: "demo-sim",
      universe: "sim",
      trading: "30m",
      higher: "4h",
      lower: "5m",
      alerts: [
        { level: "envelope", timeframe: "4h", on: "exit" },
        { level: "projectedDot", timeframe: "4h", on: "touch" }
      ]
    }
  ]
})

/** Past and fixed, so that a second demo finds every slot done. */
export const demoRanges: Readonly<Record<string, Range>> = {
  "demo-sp500": { from: Date.UTC(2019, 0, 1), to: Date.UTC(2020, 2, 1) },
  "demo-sim": { from: Date.UTC(2026, 0, 5), to: Date.UTC(2026, 0, 10) }
}

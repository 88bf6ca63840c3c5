/** What views, and origins of what they show, are called. */
import type { Origin, View } from "./Place.ts"

export const titles: Readonly<Record<View, string>> = {
  overview: "Overview",
  signals: "Signals",
  symbol: "Symbol",
  calibration: "Calibration",
  runs: "Runs and slots",
  deliveries: "Deliveries",
  settings: "Settings"
}

/** Where there is little place. */
export const short: { readonly [Name in View]?: string } = { runs: "Runs" }

/** Of one thing in a view; elsewhere its own name stands over it. */
export const singles: { readonly [Name in View]?: string } = { signals: "Signal", runs: "Run", deliveries: "Message" }

export const originTexts: Readonly<Record<Origin, string>> = {
  LIVE: "live",
  REPLAY: "replay",
  DEMO: "demo",
  ALL: "all"
}

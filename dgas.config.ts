/**
 * What is watched, when and by which rules. Every field is explained in README.md; a mistake in here is told with
 * its path, what was found and what is expected.
 */
import { defineConfig } from "@dgas/domain/Config"

export default defineConfig({
  timeZone: "UTC",
  sources: {
    binance: { kind: "binance" }
  },
  universes: {
    crypto: {
      source: "binance",
      calendar: "24/7",
      instruments: [
        { symbol: "BTCUSDT", tick: 0.01 },
        { symbol: "ETHUSDT", tick: 0.01 },
        { symbol: "BNBUSDT", tick: 0.01 },
        { symbol: "SOLUSDT", tick: 0.01 },
        { symbol: "XRPUSDT", tick: 0.0001 },
        { symbol: "ADAUSDT", tick: 0.0001 },
        { symbol: "DOGEUSDT", tick: 0.00001 },
        { symbol: "LTCUSDT", tick: 0.01 }
      ]
    }
  },
  schedules: [
    { name: "crypto-30m", universe: "crypto", trading: "30m", higher: "4h" }
  ],
  channels: {
    console: { minConfidence: 0 }
  }
})

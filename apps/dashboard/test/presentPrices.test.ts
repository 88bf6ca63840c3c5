import { expect, test } from "bun:test"
import { factorAt, presentPrices } from "../page/views/signal/presentPrices.ts"

const signal = {
  signalTimestamp: "2026-01-05T12:00:00.000Z",
  entryPrice: 100,
  stopLoss: 98,
  targetPrice: 104,
  confidence: 0.5
}
const bars = [
  { closeTime: "2026-01-05T12:00:00.000Z", factor: 0.25 },
  { closeTime: "2026-01-05T13:00:00.000Z", factor: 1 }
]

test("prices of a signal from before a split are drawn at those of the bars around it", () => {
  const factor = factorAt(bars, signal.signalTimestamp)
  expect(factor).toBe(0.25)
  expect(presentPrices(signal, [{ low: 90, high: 92, weight: 3, side: 1 }], factor)).toEqual({
    signal: { ...signal, entryPrice: 25, stopLoss: 24.5, targetPrice: 26 },
    zones: [{ low: 22.5, high: 23, weight: 3, side: 1 }]
  })
})

test("where the bar of the signal is not there, its prices are drawn as they are", () => {
  expect(factorAt(bars, "2026-01-05T11:00:00.000Z")).toBe(1)
})

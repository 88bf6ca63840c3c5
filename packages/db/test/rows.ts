/** Rows that the tests of the stores share. Each takes what a test cares about. */
import type { OutboxMessage } from "@dgas/domain/Announce"
import type { Bar } from "@dgas/domain/Bar"
import type { Instrument } from "@dgas/domain/Instrument"
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import type { OutcomeUpdate } from "@dgas/domain/Outcome"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import type { RunInputs } from "@dgas/domain/RunInputs"
import type { Signal } from "@dgas/domain/Signal"

export const minute = 60_000
/** Monday 2024-01-08, 15:00 UTC. */
export const monday = Date.UTC(2024, 0, 8, 15)

export const anInstrument = (change: Partial<Instrument> = {}): Instrument => ({
  symbol: "BTCUSDT",
  calendar: "24/7",
  tick: 0.01,
  basis: "raw",
  simulated: false,
  ...change
})

/** The bar that opens `index` times 30 minutes after `monday`. */
export const aBar = (index: number, change: Partial<Bar> = {}): Bar => ({
  openTime: monday + index * 30 * minute,
  closeTime: monday + (index + 1) * 30 * minute,
  open: 100 + index,
  high: 101.5 + index,
  low: 99.25 + index,
  close: 100.1 + index,
  volume: 12.5,
  ...change
})

export const aSignal = (change: Partial<Signal> = {}): Signal => ({
  id: "crypto/1/BTCUSDT/LONG",
  schedule: "crypto",
  symbol: "BTCUSDT",
  type: "LONG",
  signalTimestamp: monday,
  entryPrice: 100.1,
  stopLoss: 95,
  targetPrice: 110.30000000000001,
  confidence: 0.72,
  signalStrength: 0.61,
  timeframeAlignment: 0.8,
  riskRewardRatio: 2,
  tier: "MEDIUM",
  htfTrend: "UP",
  tradingTfState: "TREND",
  confluenceZonesCount: 3,
  patternContext: { reason: "PLDot push with the trend \u{1f4c8}", parts: [0, 0.5, null], nested: { ok: true } },
  closesSignalId: null,
  rules: "1",
  origin: "LIVE",
  ...change
})

export const anExit = (closesSignalId: string, change: Partial<Signal> = {}): Signal =>
  aSignal({
    id: `${closesSignalId}/exit`,
    type: "EXIT_LONG",
    entryPrice: 104,
    stopLoss: 104,
    targetPrice: 104,
    riskRewardRatio: null,
    tier: null,
    closesSignalId,
    signalTimestamp: monday + 30 * minute,
    ...change
  })

/** A LONG that reached its target on the bar after the one that filled it. */
export const anOutcome = (change: Partial<OutcomeUpdate> = {}): OutcomeUpdate => ({
  signalId: aSignal().id,
  outcome: "WIN",
  exitReason: "TARGET",
  filled: true,
  ambiguous: false,
  fillPrice: 100.1,
  exitPrice: 110.30000000000001,
  actualHigh: 111,
  actualLow: 99,
  actualClose: 110,
  pnlPct: 10.2,
  r: 2.0000000000000027,
  rIfLoss: 2.0000000000000027,
  rIfWin: 2.0000000000000027,
  mfe: 2.1,
  mae: 1 / 3,
  barsHeld: 1,
  barsMissing: 0,
  costPct: 0,
  decidedAt: monday + 60 * minute,
  evaluatedAt: monday + 61 * minute,
  ...change
})

export const aRun = (change: Partial<PredictionRun> = {}): PredictionRun => ({
  id: "crypto/LIVE/1",
  schedule: "crypto",
  slotAt: monday,
  runTimestamp: monday + 2345,
  intervalType: "30m",
  symbolsRequested: 8,
  symbolsProcessed: 8,
  signalsGenerated: 1,
  executionTimeMs: 12.75,
  dataFetchMs: 8.5,
  indicatorCalcMs: 0,
  signalGenerationMs: 4.25,
  notificationMs: 0,
  status: "SUCCESS",
  errors: [],
  gates: [{ symbol: "ETHUSDT", gate: "NO_PATTERN", detail: "no pattern within 10 bars" }],
  rules: "1",
  origin: "LIVE",
  lateMs: null,
  barsRevised: 0,
  inputs: null,
  ...change
})

/** Needs its options to be stored. */
export const someInputs = (change: Partial<RunInputs> = {}): RunInputs => ({
  optionsId: "options 1",
  barsFrom: monday - 300 * minute,
  bars: 10,
  hash: "c0ffee",
  signalsSince: monday - 9 * minute,
  readSince: monday - 3 * minute,
  ...change
})

export const anEvent = (change: Partial<LevelEvent> = {}): LevelEvent => ({
  id: "crypto/1/BTCUSDT/30m/envelopeTop/touch",
  schedule: "crypto",
  symbol: "BTCUSDT",
  timeframe: "30m",
  level: "envelopeTop",
  kind: "touch",
  side: -1,
  low: 100.30000000000001,
  high: 100.30000000000001,
  close: 100.1,
  weight: null,
  eventTimestamp: monday,
  tick: 0.01,
  rules: "1",
  origin: "LIVE",
  ...change
})

export const aMessage = (change: Partial<OutboxMessage> = {}): OutboxMessage => ({
  id: "crypto/1/console",
  channel: "console",
  destination: "",
  kind: "signals",
  signalIds: [aSignal().id],
  payload: { title: "1 signal", lines: ["BTCUSDT LONG"] },
  ...change
})

export const aSlot = { schedule: "crypto", slotAt: monday, origin: "LIVE" } as const

/** A run and its signals as a cycle would hand them over. */
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import type { Signal } from "@dgas/domain/Signal"

export const slotAt = Date.UTC(2026, 0, 5, 14, 30)

export const run: PredictionRun = {
  id: "crypto-30m/2026-01-05T14:30:00.000Z",
  schedule: "crypto-30m",
  slotAt,
  runTimestamp: slotAt + 4000,
  intervalType: "30m",
  symbolsRequested: 3,
  symbolsProcessed: 3,
  signalsGenerated: 2,
  executionTimeMs: 420,
  dataFetchMs: 400,
  indicatorCalcMs: 5,
  signalGenerationMs: 5,
  notificationMs: 0,
  status: "SUCCESS",
  errors: [],
  gates: [{ symbol: "C", gate: "NO_PATTERN", detail: "none" }],
  rules: "1",
  origin: "LIVE",
  lateMs: null,
  barsRevised: 0,
  inputs: null
}

export const entry: Signal = {
  id: "crypto-30m/BTCUSDT/2026-01-05T14:30:00.000Z/LONG@1",
  schedule: "crypto-30m",
  symbol: "BTCUSDT",
  type: "LONG",
  signalTimestamp: slotAt,
  entryPrice: 90_000.5,
  stopLoss: 89_000,
  targetPrice: 92_001.5,
  confidence: 0.7,
  signalStrength: 0.8,
  timeframeAlignment: 0.9,
  riskRewardRatio: 2,
  tier: "HIGH",
  htfTrend: "UP",
  tradingTfState: "TREND",
  confluenceZonesCount: 3,
  patternContext: { reason: "PLDOT_PUSH with the higher TREND UP", tick: 0.01 },
  closesSignalId: null,
  rules: "1",
  origin: "LIVE"
}

export const exit: Signal = {
  ...entry,
  id: "crypto-30m/ETHUSDT/2026-01-05T14:30:00.000Z/EXIT_SHORT@1",
  symbol: "ETHUSDT",
  type: "EXIT_SHORT",
  entryPrice: 3000,
  stopLoss: 3000,
  targetPrice: 3000,
  confidence: 0.65,
  riskRewardRatio: null,
  tier: null,
  patternContext: { reason: "ZONE_TOUCH against the SHORT that is filled", tick: 0.01 },
  closesSignalId: "crypto-30m/ETHUSDT/2026-01-04T14:30:00.000Z/SHORT@1"
}

export const event: LevelEvent = {
  id: "crypto-30m/BTCUSDT/2026-01-05T14:30:00.000Z/4h/envelopeTop/touch@1",
  schedule: "crypto-30m",
  symbol: "BTCUSDT",
  timeframe: "4h",
  level: "envelopeTop",
  kind: "touch",
  side: -1,
  low: 91_000.5,
  high: 91_000.5,
  close: 90_800,
  weight: null,
  eventTimestamp: slotAt,
  tick: 0.01,
  rules: "1",
  origin: "LIVE"
}

/** What is stored with a signal that nobody has looked at since. */
export const notJudged = {
  outcome: null,
  exitReason: null,
  filled: null,
  ambiguous: null,
  fillPrice: null,
  exitPrice: null,
  actualHigh: null,
  actualLow: null,
  actualClose: null,
  pnlPct: null,
  r: null,
  rIfLoss: null,
  rIfWin: null,
  mfe: null,
  mae: null,
  barsHeld: null,
  barsMissing: null,
  costPct: null,
  decidedAt: null,
  evaluatedAt: null,
  probability: null,
  calibration: null,
  odds: null
}

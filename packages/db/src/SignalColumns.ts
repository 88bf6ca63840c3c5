/** The columns of `generated_signals`, as statements of several stores name them. */
import type { SignalOdds } from "@dgas/domain/Odds"
import type { Signal } from "@dgas/domain/Signal"
import { instantText } from "./Instant.ts"
import { outcomeColumns } from "./OutcomeColumns.ts"

/** Select list whose names and shapes are those of the `StoredSignal` schema. */
export const signalColumns = `id, run_id as "runId", late_ms as "lateMs", schedule, symbol, signal_type as type,
  signal_timestamp as "signalTimestamp", entry_price as "entryPrice", stop_loss as "stopLoss",
  target_price as "targetPrice", confidence, signal_strength as "signalStrength",
  timeframe_alignment as "timeframeAlignment", risk_reward_ratio as "riskRewardRatio", tier,
  htf_trend as "htfTrend", trading_tf_state as "tradingTfState", confluence_zones_count as "confluenceZonesCount",
  pattern_context as "patternContext", closes_signal_id as "closesSignalId", rules, origin,
  notification_sent as "notificationSent", to_jsonb(notification_channels) as "notificationChannels",
  notification_timestamp as "notificationTimestamp", probability, calibration, odds,
  ${outcomeColumns}`

const inserted: ReadonlyArray<readonly [column: string, type: string]> = [
  ["id", "text"],
  ["schedule", "text"],
  ["symbol", "text"],
  ["signal_type", "signal_type"],
  ["signal_timestamp", "timestamptz"],
  ["entry_price", "float8"],
  ["stop_loss", "float8"],
  ["target_price", "float8"],
  ["confidence", "float8"],
  ["signal_strength", "float8"],
  ["timeframe_alignment", "float8"],
  ["risk_reward_ratio", "float8"],
  ["tier", "signal_tier"],
  ["htf_trend", "direction"],
  ["trading_tf_state", "market_state"],
  ["confluence_zones_count", "int"],
  ["pattern_context", "jsonb"],
  ["closes_signal_id", "text"],
  ["rules", "text"],
  ["origin", "origin"],
  ["probability", "float8"],
  ["calibration", "text"],
  ["odds", "text"],
  ["reason", "text"]
]

/** Columns that an insert writes, besides `run_id`. */
export const insertedColumns = inserted.map(([column]) => column).join(", ")

/** Their types, for `jsonb_to_recordset`. */
export const insertedRecord = inserted.map(([column, type]) => `${column} ${type}`).join(", ")

/** The record of a signal, with what was known of its odds. */
export const signalRecord = (signal: Signal, odds: SignalOdds | undefined) => ({
  id: signal.id,
  schedule: signal.schedule,
  symbol: signal.symbol,
  signal_type: signal.type,
  signal_timestamp: instantText(signal.signalTimestamp),
  entry_price: signal.entryPrice,
  stop_loss: signal.stopLoss,
  target_price: signal.targetPrice,
  confidence: signal.confidence,
  signal_strength: signal.signalStrength,
  timeframe_alignment: signal.timeframeAlignment,
  risk_reward_ratio: signal.riskRewardRatio,
  tier: signal.tier,
  htf_trend: signal.htfTrend,
  trading_tf_state: signal.tradingTfState,
  confluence_zones_count: signal.confluenceZonesCount,
  pattern_context: signal.patternContext,
  closes_signal_id: signal.closesSignalId,
  rules: signal.rules,
  origin: signal.origin,
  probability: odds?.probability ?? null,
  calibration: odds?.calibration ?? null,
  odds: odds?.text ?? null,
  reason: typeof signal.patternContext["reason"] === "string" ? signal.patternContext["reason"] : ""
})

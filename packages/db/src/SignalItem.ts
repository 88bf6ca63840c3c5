/** A signal as lists have it. */
import { StoredSignal } from "@dgas/domain/Signal"
import * as Schema from "effect/Schema"
import { outcomeColumns } from "./OutcomeColumns.ts"

const { patternContext: _, ...plain } = StoredSignal.fields

/** Everything of a signal but the numbers behind it, of which `reason` is the sum. Instants in epoch milliseconds. */
export const SignalItem = Schema.Struct({
  ...plain,
  reason: Schema.String,
  /** When a person had seen it, and who; and whether its outcome is a person's. */
  acknowledgedAt: Schema.NullOr(Schema.Int),
  acknowledgedBy: Schema.NullOr(Schema.String),
  correctedAt: Schema.NullOr(Schema.Int),
  correctedBy: Schema.NullOr(Schema.String),
  correctionNote: Schema.NullOr(Schema.String)
})
export type SignalItem = typeof SignalItem.Type

/** Select list of a `SignalItem`. */
export const signalItemColumns = `id, run_id as "runId", late_ms as "lateMs", schedule, symbol, signal_type as type,
  signal_timestamp as "signalTimestamp", entry_price as "entryPrice", stop_loss as "stopLoss",
  target_price as "targetPrice", confidence, signal_strength as "signalStrength",
  timeframe_alignment as "timeframeAlignment", risk_reward_ratio as "riskRewardRatio", tier,
  htf_trend as "htfTrend", trading_tf_state as "tradingTfState", confluence_zones_count as "confluenceZonesCount",
  reason, closes_signal_id as "closesSignalId", rules, origin,
  notification_sent as "notificationSent", to_jsonb(notification_channels) as "notificationChannels",
  notification_timestamp as "notificationTimestamp", probability, calibration, odds, ${outcomeColumns},
  acknowledged_at as "acknowledgedAt", acknowledged_by as "acknowledgedBy", corrected_at as "correctedAt",
  corrected_by as "correctedBy", correction_note as "correctionNote"`

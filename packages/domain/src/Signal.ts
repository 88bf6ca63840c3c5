/** A trading signal: what to do, at which prices, and the numbers that made it. */
import * as Schema from "effect/Schema"
import { MarketState } from "./MarketState.ts"
import { Direction } from "./MarketState.ts"
import { Origin } from "./Origin.ts"
import { ExitReason, Outcome } from "./Outcome.ts"

export const SignalType = Schema.Literals(["LONG", "SHORT", "EXIT_LONG", "EXIT_SHORT"])
export type SignalType = typeof SignalType.Type

export const Tier = Schema.Literals(["HIGH", "MEDIUM", "LOW"])
export type Tier = typeof Tier.Type

const Price = Schema.Finite.check(Schema.isGreaterThan(0))
const Unit = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))

/**
 * A signal before it is stored. `signalTimestamp` is the close of the bar that completed it, in epoch
 * milliseconds. An EXIT has entry, stop and target equal to the last close, no reward / risk, and names the
 * signal that it closes. `id` is a function of schedule, rules, symbol, bar close and type.
 */
export const Signal = Schema.Struct({
  id: Schema.NonEmptyString,
  schedule: Schema.NonEmptyString,
  symbol: Schema.NonEmptyString,
  type: SignalType,
  signalTimestamp: Schema.Int,
  entryPrice: Price,
  stopLoss: Price,
  targetPrice: Price,
  confidence: Unit,
  signalStrength: Unit,
  timeframeAlignment: Unit,
  riskRewardRatio: Schema.NullOr(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))),
  tier: Schema.NullOr(Tier),
  htfTrend: Direction,
  tradingTfState: MarketState,
  confluenceZonesCount: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  /** Levels, states, patterns, score parts and gates behind the signal, and the one-line `reason`. */
  patternContext: Schema.Record(Schema.String, Schema.Json),
  closesSignalId: Schema.NullOr(Schema.NonEmptyString),
  rules: Schema.NonEmptyString,
  origin: Origin
})
export type Signal = typeof Signal.Type

/** A signal as the database holds it, with its run, its notification and its outcome. Times in epoch milliseconds. */
export const StoredSignal = Schema.Struct({
  ...Signal.fields,
  runId: Schema.NonEmptyString,
  /** How late the bar of its symbol alone was, milliseconds; null when it came with the others. */
  lateMs: Schema.NullOr(Schema.Finite),
  notificationSent: Schema.Boolean,
  notificationChannels: Schema.Array(Schema.String),
  notificationTimestamp: Schema.NullOr(Schema.Int),
  /** What became of an entry, see `OutcomeUpdate`; null before it was looked at. */
  outcome: Schema.NullOr(Outcome),
  exitReason: Schema.NullOr(ExitReason),
  filled: Schema.NullOr(Schema.Boolean),
  ambiguous: Schema.NullOr(Schema.Boolean),
  fillPrice: Schema.NullOr(Schema.Finite),
  exitPrice: Schema.NullOr(Schema.Finite),
  actualHigh: Schema.NullOr(Schema.Finite),
  actualLow: Schema.NullOr(Schema.Finite),
  actualClose: Schema.NullOr(Schema.Finite),
  pnlPct: Schema.NullOr(Schema.Finite),
  r: Schema.NullOr(Schema.Finite),
  rIfLoss: Schema.NullOr(Schema.Finite),
  rIfWin: Schema.NullOr(Schema.Finite),
  mfe: Schema.NullOr(Schema.Finite),
  mae: Schema.NullOr(Schema.Finite),
  barsHeld: Schema.NullOr(Schema.Int),
  barsMissing: Schema.NullOr(Schema.Int),
  costPct: Schema.NullOr(Schema.Finite),
  decidedAt: Schema.NullOr(Schema.Int),
  evaluatedAt: Schema.NullOr(Schema.Int),
  /** Of R > 0 given a fill, and the version of the calibration that says so. */
  probability: Schema.NullOr(Unit),
  calibration: Schema.NullOr(Schema.NonEmptyString),
  /** Both in words; without a probability why there is none. Null of an exit, and of what nobody was asked about. */
  odds: Schema.NullOr(Schema.NonEmptyString)
})
export type StoredSignal = typeof StoredSignal.Type

export const isEntry = (type: SignalType): type is "LONG" | "SHORT" => type === "LONG" || type === "SHORT"

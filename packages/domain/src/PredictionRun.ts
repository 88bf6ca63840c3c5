/** One cycle of one schedule: what was asked, what came of it, how long each part took. */
import * as Schema from "effect/Schema"
import { Gate } from "./Gate.ts"
import { Origin } from "./Origin.ts"
import { RunInputs } from "./RunInputs.ts"
import { Timeframe } from "./Timeframe.ts"

export const RunStatus = Schema.Literals(["SUCCESS", "PARTIAL", "FAILED"])
export type RunStatus = typeof RunStatus.Type

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Milliseconds = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))

const Finding = Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Finite, Schema.String])))

/**
 * Why a symbol of the run has no signal: the first gate that stopped it, in words with the numbers. A filter's number and
 * threshold are kept, since it may have looked at other symbols; those of other gates are computed again when asked for.
 */
export const SymbolGate = Schema.Struct({
  symbol: Schema.NonEmptyString,
  gate: Gate,
  detail: Schema.String,
  found: Finding,
  needed: Finding
})
export type SymbolGate = typeof SymbolGate.Type

/** `slotAt` is the bar close that the run is for, `runTimestamp` when it ran; both epoch milliseconds. */
export const PredictionRun = Schema.Struct({
  id: Schema.NonEmptyString,
  schedule: Schema.NonEmptyString,
  slotAt: Schema.Int,
  runTimestamp: Schema.Int,
  intervalType: Timeframe,
  symbolsRequested: Count,
  symbolsProcessed: Count,
  signalsGenerated: Count,
  executionTimeMs: Milliseconds,
  dataFetchMs: Milliseconds,
  indicatorCalcMs: Milliseconds,
  signalGenerationMs: Milliseconds,
  notificationMs: Milliseconds,
  status: RunStatus,
  errors: Schema.Array(Schema.String),
  gates: Schema.Array(SymbolGate),
  rules: Schema.NonEmptyString,
  origin: Origin,
  /**
   * How long after its bar could be had the run was made, when that was too late to be acted on as fresh: more than half a
   * bar or 15 minutes. Null for a run in time, and for replays, which are not about the present.
   */
  lateMs: Schema.NullOr(Milliseconds),
  /** Bars that it used and that were revised, or came, after it: none when it is stored. */
  barsRevised: Count,
  /** Null for runs of versions that did not keep them. */
  inputs: Schema.NullOr(RunInputs)
})
export type PredictionRun = typeof PredictionRun.Type

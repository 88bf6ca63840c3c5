/** What became of a signal. */
import * as Schema from "effect/Schema"

export const Outcome = Schema.Literals(["WIN", "LOSS", "NEUTRAL", "PENDING"])
export type Outcome = typeof Outcome.Type

export const ExitReason = Schema.Literals(["TARGET", "STOP", "EXIT", "TIME", "UNFILLED"])
export type ExitReason = typeof ExitReason.Type

/** Prices over the holding period, `pnlPct` in percent of the fill price. PENDING has no exit reason. */
export const OutcomeUpdate = Schema.Struct({
  signalId: Schema.NonEmptyString,
  outcome: Outcome,
  exitReason: Schema.NullOr(ExitReason),
  actualHigh: Schema.NullOr(Schema.Finite),
  actualLow: Schema.NullOr(Schema.Finite),
  actualClose: Schema.NullOr(Schema.Finite),
  pnlPct: Schema.NullOr(Schema.Finite),
  evaluatedAt: Schema.Int
})
export type OutcomeUpdate = typeof OutcomeUpdate.Type

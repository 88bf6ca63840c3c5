/**
 * What became of a signal.
 *
 * Prices are those of the day of the signal, whatever was split since; results are after costs. PENDING has no exit reason
 * and no result, but what is known so far.
 */
import * as Schema from "effect/Schema"

export const Outcome = Schema.Literals(["WIN", "LOSS", "NEUTRAL", "PENDING"])
export type Outcome = typeof Outcome.Type

export const ExitReason = Schema.Literals(["TARGET", "STOP", "EXIT", "TIME", "UNFILLED"])
export type ExitReason = typeof ExitReason.Type

const Price = Schema.Finite.check(Schema.isGreaterThan(0))
const NotNegative = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** Instants in epoch milliseconds. */
export const OutcomeUpdate = Schema.Struct({
  signalId: Schema.NonEmptyString,
  outcome: Outcome,
  exitReason: Schema.NullOr(ExitReason),
  filled: Schema.Boolean,
  /** One bar held stop and target, and no finer bars told which came first. It counts as the stop. */
  ambiguous: Schema.Boolean,
  fillPrice: Schema.NullOr(Price),
  exitPrice: Schema.NullOr(Price),
  /** Over the holding period, from the bar that filled it on. */
  actualHigh: Schema.NullOr(Price),
  actualLow: Schema.NullOr(Price),
  actualClose: Schema.NullOr(Price),
  /** In percent of the fill price. */
  pnlPct: Schema.NullOr(Schema.Finite),
  /** In units of the planned risk; 0 for one that was not filled. */
  r: Schema.NullOr(Schema.Finite),
  /** Bounds of `r`: had an ambiguous bar been the stop, or the target. Equal where there is no doubt. */
  rIfLoss: Schema.NullOr(Schema.Finite),
  rIfWin: Schema.NullOr(Schema.Finite),
  mfe: Schema.NullOr(NotNegative),
  mae: Schema.NullOr(NotNegative),
  /** Bars of the trading timeframe after the one that filled it. */
  barsHeld: Count,
  /** Bars of its span that the market should have had and nobody stored. */
  barsMissing: Count,
  /** Of the round trip, in percent of the fill price. */
  costPct: NotNegative,
  /** Close of the bar that decided it. */
  decidedAt: Schema.NullOr(Schema.Int),
  /** What was stored after then has no part in it. */
  evaluatedAt: Schema.Int
})
export type OutcomeUpdate = typeof OutcomeUpdate.Type

export const isFinal = (outcome: Outcome | null): outcome is "WIN" | "LOSS" | "NEUTRAL" =>
  outcome !== null && outcome !== "PENDING"

/** By how much prices differ that a split, multiplied and divided by its factor, has left the same: they are told to eight digits. */
export const priceTolerance = 1e-8

const isOtherPrice = (one: number | null, other: number | null): boolean =>
  one === null || other === null ? one !== other : Math.abs(one - other) > priceTolerance * one

/** Whether it ended in another way or at other prices, as far as these are told. */
export const isOtherEnd = (one: OutcomeUpdate, other: OutcomeUpdate): boolean =>
  one.outcome !== other.outcome || one.exitReason !== other.exitReason ||
  isOtherPrice(one.fillPrice, other.fillPrice) || isOtherPrice(one.exitPrice, other.exitPrice)

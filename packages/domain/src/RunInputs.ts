/**
 * What a run was computed from, so that it can be computed again.
 *
 * The stored bars that opened since `barsFrom` and had closed by the slot, together with the options, give the run's
 * gates and signals again; `hash` tells whether they still are the bars that the run saw.
 */
import * as Schema from "effect/Schema"

/** The configuration of one schedule as it was run, with everything that decides what it computes. */
export const RunOptions = Schema.Record(Schema.String, Schema.Json)
export type RunOptions = typeof RunOptions.Type

/**
 * Instants in epoch milliseconds. `readSince` is when its states began to read bars, each of which they read once; null for
 * runs that did not keep it. `signalsSince` is the bar close from which on stored signals may have lived, null for
 * however old. `optionsId` is a hash of the options, under which they are stored once.
 */
export const RunInputs = Schema.Struct({
  optionsId: Schema.NonEmptyString,
  barsFrom: Schema.Int,
  bars: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  hash: Schema.NonEmptyString,
  signalsSince: Schema.NullOr(Schema.Int),
  readSince: Schema.NullOr(Schema.Int)
})
export type RunInputs = typeof RunInputs.Type

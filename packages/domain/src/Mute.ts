/** What nobody is to be told of for a while. */
import * as Schema from "effect/Schema"

/** Instants in epoch milliseconds, `endsAt` not included. Null of schedule, symbol or destination means all of them. */
export const Mute = Schema.Struct({
  id: Schema.NonEmptyString,
  schedule: Schema.NullOr(Schema.NonEmptyString),
  symbol: Schema.NullOr(Schema.NonEmptyString),
  destination: Schema.NullOr(Schema.NonEmptyString),
  startsAt: Schema.Int,
  endsAt: Schema.Int,
  author: Schema.NonEmptyString,
  reason: Schema.NonEmptyString,
  createdAt: Schema.Int,
  liftedAt: Schema.NullOr(Schema.Int)
})
export type Mute = typeof Mute.Type

/**
 * One bar of prices.
 *
 * A bar is identified by its open time and may be read once its close time has passed. Both are epoch
 * milliseconds; the close time is exclusive, so it equals the next bar's open time where there is no gap.
 */
import * as Schema from "effect/Schema"

const Price = Schema.Finite.check(Schema.isGreaterThan(0))

export const Bar = Schema.Struct({
  openTime: Schema.Int,
  closeTime: Schema.Int,
  open: Price,
  high: Price,
  low: Price,
  close: Price,
  volume: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
})
export type Bar = typeof Bar.Type

/** A row as a source delivers it, before validation has given it a slot: `openTime` in epoch milliseconds. */
export interface RawBar {
  readonly openTime: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

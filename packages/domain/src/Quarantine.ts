/** A row that a source delivered and that is not fit to be a bar. */
import type { RawBar } from "./Bar.ts"

export type QuarantineReason =
  | "not_finite"
  | "not_positive"
  | "out_of_bounds"
  | "high_below_low"
  | "body_outside_range"
  | "off_grid"
  | "outside_session"
  | "not_closed"
  | "in_future"
  | "out_of_order"
  | "duplicate"

/** `detail` says in words what was found and what is expected. */
export interface QuarantinedBar {
  readonly bar: RawBar
  readonly reason: QuarantineReason
  readonly detail: string
}

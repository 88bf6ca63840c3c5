/** What became known about a signal after it was given. */
import * as Schema from "effect/Schema"

/** CORRECTED: revised bars would have changed it. ADJUSTED: a split or roll changed the prices that it is in. */
export const SignalNoticeKind = Schema.Literals(["CORRECTED", "ADJUSTED"])
export type SignalNoticeKind = typeof SignalNoticeKind.Type

/** `id` is a function of signal, kind and the slot whose run found it; `detail` says what was and what is now, in one line. */
export const SignalNotice = Schema.Struct({
  id: Schema.NonEmptyString,
  signalId: Schema.NonEmptyString,
  kind: SignalNoticeKind,
  detail: Schema.NonEmptyString
})
export type SignalNotice = typeof SignalNotice.Type

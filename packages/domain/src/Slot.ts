/** One bar close of one schedule, and what became of it. */
import * as Schema from "effect/Schema"
import { Origin } from "./Origin.ts"

/** `running` is held by a worker under a lease; `done`, `late`, `missed` and `failed` are final. */
export const SlotState = Schema.Literals(["running", "done", "late", "missed", "failed"])
export type SlotState = typeof SlotState.Type

export const SlotReason = Schema.Literals(["overlap", "too_old", "backlog", "no_data", "error"])
export type SlotReason = typeof SlotReason.Type

/** A held slot. `fence` rises with each claim; a finish under an older fence is refused. */
export const SlotClaim = Schema.Struct({
  schedule: Schema.NonEmptyString,
  slotAt: Schema.Int,
  origin: Origin,
  owner: Schema.NonEmptyString,
  fence: Schema.Int
})
export type SlotClaim = typeof SlotClaim.Type

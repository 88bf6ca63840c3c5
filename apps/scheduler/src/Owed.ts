/** The slots that a live worker has to run, and the end of those that are too old for it. */
import { SlotStore } from "@dgas/db/SlotStore"
import { owedSlots } from "@dgas/engine/OwedSlots"
import type { Watch } from "@dgas/engine/Watch"
import * as Effect from "effect/Effect"
import { countMissed } from "./WorkerMetrics.ts"

/** Slots of `watch` that are due at `now` and have no final state, oldest first. What is too old is kept as missed. */
export const owed = Effect.fn("owed")(function*(watch: Watch, now: number) {
  const { due, tooOld } = yield* owedSlots(watch, now)
  if (tooOld.length > 0) {
    const { name } = watch.schedule
    yield* countMissed(name, yield* (yield* SlotStore).miss(name, "LIVE", tooOld, "too_old"))
  }
  return due
})

/** Which slots of a schedule a live worker owes: those that are due and have no final state. */
import { SlotStore } from "@dgas/db/SlotStore"
import type { Watch } from "@dgas/engine/Watch"
import * as Effect from "effect/Effect"
import { lastClose } from "./Once.ts"

/**
 * Slots of `watch` that are due at `now` and have no final state, oldest first. A first start owes the latest one
 * only; later every one since the oldest known, back to the schedule's `maxLatenessHours`. What is older than that is kept as missed.
 */
export const owed = Effect.fn("owed")(function*(watch: Watch, now: number) {
  const latest = lastClose(watch, now - watch.settleMs)
  if (latest === null) return []
  const slots = yield* SlotStore
  const { name } = watch.schedule
  const horizon = now - watch.schedule.maxLatenessHours * 3_600_000
  const { newest, oldest } = yield* slots.span(name, "LIVE", horizon)
  if (newest === null) return [latest]
  if (newest < horizon) yield* slots.miss(name, "LIVE", watch.tradingGrid.closes(newest, horizon), "too_old")
  const final = yield* slots.final(name, "LIVE", horizon, now)
  const since = newest < horizon || oldest === null ? horizon : oldest - 1
  return watch.tradingGrid.closes(since, latest).filter((slotAt) => !final.has(slotAt))
})

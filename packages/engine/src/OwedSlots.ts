/**
 * Which slots of a schedule are due and have no final state.
 *
 * A schedule that was never run owes its latest slot only; later every one since the oldest known, back to its
 * `maxLatenessHours`, and what is older is too old. It is asked of the database anew each time, and depends on no worker.
 */
import { SlotStore } from "@dgas/db/SlotStore"
import * as Effect from "effect/Effect"
import type { Watch } from "./Watch.ts"

/** Bar closes, epoch milliseconds, oldest first. */
export interface OwedSlots {
  readonly due: ReadonlyArray<number>
  /** What nobody may run any more, and nobody has given its final state. */
  readonly tooOld: ReadonlyArray<number>
}

/** The longest time without a close is a week of one-week bars with its neighbours closed. */
export const longestWait = 21 * 86_400_000

/** The last close of the trading timeframe at or before `until`, epoch ms; null when there is none in three weeks. */
export const lastClose = ({ tradingGrid }: Watch, until: number): number | null =>
  tradingGrid.closes(until - longestWait, until).at(-1) ?? null

/** What is owed at `now` to live runs of `watch`. */
export const owedSlots = Effect.fn("owedSlots")(function*(watch: Watch, now: number) {
  const none: OwedSlots = { due: [], tooOld: [] }
  const latest = lastClose(watch, now - watch.settleMs)
  if (latest === null) return none
  const slots = yield* SlotStore
  const { schedule: { maxLatenessHours, name }, tradingGrid } = watch
  const horizon = now - maxLatenessHours * 3_600_000
  const { abandoned, after, before } = yield* slots.around(name, "LIVE", horizon)
  if (before === null && after === null) return { due: [latest], tooOld: [] } satisfies OwedSlots
  const final = yield* slots.final(name, "LIVE", horizon, now)
  const since = before === null ? (after ?? horizon) - 1 : horizon
  return {
    due: tradingGrid.closes(since, latest).filter((slotAt) => !final.has(slotAt)),
    tooOld: before === null ? [] : [...abandoned, ...tradingGrid.closes(before, horizon)]
  } satisfies OwedSlots
})

/** What a worker that starts says of the one before, which may have had no chance to say it itself. */
import { DbClock } from "@dgas/db/DbClock"
import { SchedulerStateStore } from "@dgas/db/SchedulerStateStore"
import { SlotHistory } from "@dgas/db/SlotHistory"
import { timeText } from "@dgas/domain/TimeText"
import { workerView } from "@dgas/engine/WorkerView"
import * as Effect from "effect/Effect"

export const tellOfPredecessor = Effect.fn("tellOfPredecessor")(function*(zone: string) {
  const state = yield* (yield* SchedulerStateStore).read
  const held = yield* (yield* SlotHistory).held
  const view = workerView(state, held, yield* (yield* DbClock).now)
  const at = (instant: number) => `${timeText(instant, zone)} ${zone}`
  switch (view.kind) {
    case "died": {
      const { owner, schedule, slotAt } = view.slot
      return yield* Effect.logWarning(
        `a worker died at ${schedule} ${at(slotAt)}, its lease ran out at ${at(view.leaseUntil)}; the slot is run again`
      ).pipe(Effect.annotateLogs({ schedule, owner }))
    }
    case "silent":
      return yield* Effect.logWarning(
        `the worker before was last heard of at ${at(view.at)}, and did not say that it ends`
      )
    case "running":
      return yield* Effect.logInfo(`another worker is at work, or was until ${at(view.at)}`)
    default:
      return yield* Effect.void
  }
})

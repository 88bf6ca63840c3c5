/** Stores a run as a cycle does, and nothing else unless told. */
import * as Effect from "effect/Effect"
import { type FinishedCycle, RunStore } from "../src/RunStore.ts"
import { SlotStore } from "../src/SlotStore.ts"
import { aRun } from "./rows.ts"

export const storeRun = (change: Partial<FinishedCycle> = {}) =>
  Effect.gen(function*() {
    const run = change.run ?? aRun()
    const { origin, schedule, slotAt } = run
    const claim = (yield* (yield* SlotStore).claim({ schedule, slotAt, origin }, "a", 10_000))!
    return yield* (yield* RunStore).finish({
      claim,
      run,
      signals: [],
      events: [],
      metrics: [],
      outbox: [],
      slot: { state: "done", reason: null },
      ...change
    })
  })

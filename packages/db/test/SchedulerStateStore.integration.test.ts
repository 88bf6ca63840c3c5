import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { SchedulerStateStore } from "../src/SchedulerStateStore.ts"
import { SlotStore } from "../src/SlotStore.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aSlot, monday } from "./rows.ts"

const it = effectTest(TestDatabase.layer)

describe("SchedulerStateStore", () => {
  it.live("starts idle and empty", () =>
    Effect.gen(function*() {
      const state = yield* (yield* SchedulerStateStore).read
      expect(state).toMatchObject({
        status: "IDLE",
        lastRunTimestamp: null,
        nextScheduledRun: null,
        currentRunId: null,
        errorMessage: null
      })
      expect(state.updatedAt).toBeGreaterThan(monday)
    }))

  it.live("changes what is given, empties what is null and leaves the rest", () =>
    Effect.gen(function*() {
      const store = yield* SchedulerStateStore
      yield* store.update({ status: "RUNNING", lastRunTimestamp: 0, currentRunId: "run", errorMessage: "none" })
      const changed = yield* store.update({ nextScheduledRun: monday, currentRunId: null })
      expect(changed).toMatchObject({
        status: "RUNNING",
        lastRunTimestamp: 0,
        nextScheduledRun: monday,
        currentRunId: null,
        errorMessage: "none"
      })
      expect(yield* store.read).toEqual(changed)
    }))

  it.live("rests when a worker's work is done, and forgets what was wrong", () =>
    Effect.gen(function*() {
      const store = yield* SchedulerStateStore
      yield* store.update({ status: "ERROR", errorMessage: "the database was away", currentRunId: "mine" })
      const rest = yield* store.settle({ status: "IDLE", owner: "a", runId: "mine", nextScheduledRun: monday })
      expect(rest).toMatchObject({
        status: "IDLE",
        currentRunId: null,
        errorMessage: null,
        nextScheduledRun: monday
      })
      expect(yield* store.settle({ status: "STOPPED", owner: "a", runId: null })).toMatchObject({
        status: "STOPPED",
        nextScheduledRun: monday
      })
    }))

  it.live("does not hide that another worker is at work, and does hide the work of a dead one", () =>
    Effect.gen(function*() {
      const store = yield* SchedulerStateStore
      const slots = yield* SlotStore
      const claim = yield* slots.claim(aSlot, "b", 10_000)
      yield* store.update({ status: "RUNNING", currentRunId: "theirs" })
      const rest = { status: "IDLE", owner: "a", runId: "mine" } as const
      expect(yield* store.settle({ ...rest, nextScheduledRun: monday })).toMatchObject({
        status: "RUNNING",
        currentRunId: "theirs",
        nextScheduledRun: monday
      })
      // What the row names is this worker's own and over, whatever the other one does.
      expect(yield* store.settle({ ...rest, runId: "theirs" })).toMatchObject({ status: "IDLE", currentRunId: null })
      yield* store.update({ status: "RUNNING", currentRunId: "theirs" })
      yield* slots.renew(claim!, 0)
      expect(yield* store.settle(rest)).toMatchObject({ status: "IDLE", currentRunId: null })
    }))
})

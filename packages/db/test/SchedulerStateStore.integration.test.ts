import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { SchedulerStateStore } from "../src/SchedulerStateStore.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { monday } from "./rows.ts"

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
})

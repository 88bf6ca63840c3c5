import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { DbClock } from "../src/DbClock.ts"
import { RunRequestStore } from "../src/RunRequestStore.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { minute, monday } from "./rows.ts"

const it = effectTest(TestDatabase.layerBy(DbClock.layerVirtual))

describe("RunRequestStore", () => {
  it.effect("keeps what was asked for, and by whom, until a worker says what came of it", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const store = yield* RunRequestStore
      const asked = yield* store.ask("crypto", "desk")
      expect(asked).toEqual({
        id: asked.id,
        schedule: "crypto",
        requestedAt: monday,
        requestedBy: "desk",
        state: "waiting",
        doneAt: null,
        result: null
      })
      yield* store.done(asked.id, "a", "never taken by a")
      expect(yield* store.get(asked.id)).toEqual(asked)
      expect(yield* store.take(["crypto"], "a")).toEqual([asked])
      yield* TestClock.adjust(minute)
      yield* store.done(asked.id, "a", "ran 1 slot")
      expect(yield* store.get(asked.id)).toEqual({
        ...asked,
        state: "done",
        doneAt: monday + minute,
        result: "ran 1 slot"
      })
      expect(yield* store.get("other")).toBeNull()
      expect(yield* store.take(["crypto"], "a")).toEqual([])
    }))

  it.effect("gives a request to one worker, of a schedule that it runs, and to another one when that has died", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const store = yield* RunRequestStore
      const one = yield* store.ask("crypto", "desk")
      yield* TestClock.adjust(1)
      const all = yield* store.ask(null, "desk")
      expect(yield* store.take(["stocks"], "a")).toEqual([all])
      const both = yield* Effect.forEach(["b", "c"], (owner) => store.take(["crypto", "stocks"], owner), {
        concurrency: 2
      })
      expect(both.flat()).toEqual([one])
      yield* TestClock.adjust(10 * minute)
      expect(yield* store.take(["crypto"], "d")).toEqual([one, all])
      yield* store.done(all.id, "a", "too late")
      expect(yield* store.get(all.id)).toEqual(all)
      yield* store.release("d")
      expect(yield* store.take(["crypto"], "e")).toEqual([one, all])
    }))

  it.effect("answers what nobody took for a day with that", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const store = yield* RunRequestStore
      const old = yield* store.ask("gone", "desk")
      yield* TestClock.adjust(24 * 60 * minute + 1)
      expect(yield* store.take(["crypto"], "a")).toEqual([])
      expect(yield* store.get(old.id)).toMatchObject({ state: "done", result: "no worker looked within a day" })
    }))
})

import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { DbClock } from "../src/DbClock.ts"
import { RunRequestStore } from "../src/RunRequestStore.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { minute, monday } from "./rows.ts"

const it = effectTest(TestDatabase.layerBy(DbClock.layerVirtual))

const all = ["crypto", "stocks"]

describe("RunRequestStore", () => {
  it.effect("keeps what was asked for, and by whom, until a worker says what came of it", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const store = yield* RunRequestStore
      const asked = yield* store.ask("crypto", all, "desk")
      expect(asked).toEqual({
        id: asked.id,
        schedule: "crypto",
        requestedAt: monday,
        requestedBy: "desk",
        state: "waiting",
        doneAt: null,
        result: null
      })
      const part = { id: asked.id, schedule: "crypto" }
      yield* store.done(part, "a", "never taken by a")
      expect(yield* store.get(asked.id)).toEqual(asked)
      expect(yield* store.take(["crypto"], "a")).toEqual([part])
      yield* TestClock.adjust(minute)
      yield* store.done(part, "a", "ran 1 slot")
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
      const one = yield* store.ask("crypto", all, "desk")
      expect(yield* store.take(["stocks"], "a")).toEqual([])
      const both = yield* Effect.forEach(["b", "c"], (owner) => store.take(all, owner), { concurrency: 2 })
      const part = { id: one.id, schedule: "crypto" }
      expect(both.flat()).toEqual([part])
      yield* TestClock.adjust(10 * minute)
      expect(yield* store.take(["crypto"], "d")).toEqual([part])
      yield* store.done(part, "b", "too late")
      expect(yield* store.get(one.id)).toEqual(one)
      yield* store.release("d")
      expect(yield* store.take(["crypto"], "e")).toEqual([part])
    }))

  it.effect("has a part for each schedule when all are asked for, whichever worker has it", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const store = yield* RunRequestStore
      const { id } = yield* store.ask(null, all, "desk")
      expect(yield* store.get(id)).toMatchObject({ schedule: null, state: "waiting", result: null })
      const [stocks] = yield* store.take(["stocks"], "a")
      expect(stocks).toEqual({ id, schedule: "stocks" })
      yield* store.done(stocks!, "a", "ran 1 slot")
      expect(yield* store.get(id)).toMatchObject({
        state: "waiting",
        doneAt: null,
        result: "crypto: no worker has looked yet. stocks: ran 1 slot"
      })
      yield* TestClock.adjust(minute)
      const [crypto, ...none] = yield* store.take(all, "b")
      expect([crypto, none]).toEqual([{ id, schedule: "crypto" }, []])
      yield* store.done(crypto!, "b", "ran 2 slots")
      expect(yield* store.get(id)).toMatchObject({
        schedule: null,
        state: "done",
        doneAt: monday + minute,
        result: "crypto: ran 2 slots. stocks: ran 1 slot"
      })
    }))

  it.effect("answers what nobody took for a day with that", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const store = yield* RunRequestStore
      const old = yield* store.ask("gone", all, "desk")
      yield* TestClock.adjust(24 * 60 * minute + 1)
      expect(yield* store.take(["crypto"], "a")).toEqual([])
      expect(yield* store.get(old.id)).toMatchObject({ state: "done", result: "no worker looked within a day" })
    }))
})

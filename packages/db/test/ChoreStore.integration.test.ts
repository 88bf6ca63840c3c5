import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { ChoreStore } from "../src/ChoreStore.ts"
import { DbClock } from "../src/DbClock.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"

const it = effectTest(TestDatabase.layerBy(DbClock.layerVirtual))
const minute = 60_000

describe("a chore", () => {
  it.effect("is done once a day by one of several workers", () =>
    Effect.gen(function*() {
      const chores = yield* ChoreStore
      const claims = yield* Effect.forEach(["a", "b", "c"], (owner) => chores.claim("prune", owner, 60 * minute), {
        concurrency: "unbounded"
      })
      const [mine, ...others] = claims.filter((claim) => claim !== null)
      expect(others).toEqual([])
      expect(mine!.day).toBe("1970-01-01")
      yield* chores.done(mine!, { rows: 3 })
      yield* TestClock.adjust("23 hours")
      expect(yield* chores.claim("prune", "d", minute)).toBeNull()
      expect(yield* chores.claim("other", "d", minute)).toMatchObject({ name: "other" })
      yield* TestClock.adjust("1 hour")
      expect(yield* chores.claim("prune", "d", minute)).toEqual({ name: "prune", day: "1970-01-02", owner: "d" })
      const { run } = yield* Sql
      expect(yield* run("results", (sql) => sql`select result from chores where done_at is not null`)).toEqual([
        { result: { rows: 3 } }
      ])
    }))

  it.effect("of a worker that died is taken over when its lease runs out", () =>
    Effect.gen(function*() {
      const chores = yield* ChoreStore
      yield* chores.claim("prune", "a", 60 * minute)
      yield* TestClock.adjust("59 minutes")
      expect(yield* chores.claim("prune", "b", 60 * minute)).toBeNull()
      yield* TestClock.adjust("1 minute")
      expect(yield* chores.claim("prune", "b", 60 * minute)).toMatchObject({ owner: "b" })
    }))

  it.effect("of an hour is done once in it, and what came of the last one is known", () =>
    Effect.gen(function*() {
      const chores = yield* ChoreStore
      yield* TestClock.adjust("9 hours")
      expect(yield* chores.lastHourly("roll")).toBeNull()
      const mine = yield* chores.claim("roll", "a", minute, "hour")
      expect(mine).toEqual({ name: "roll/09", day: "1970-01-01", owner: "a" })
      expect(yield* chores.claim("roll", "b", minute, "hour")).toBeNull()
      expect(yield* chores.lastHourly("roll")).toBeNull()
      yield* chores.done(mine!, { at: 9 })
      yield* chores.done((yield* chores.claim("other", "a", minute, "hour"))!, { at: 0 })
      yield* TestClock.adjust("1 hour")
      expect(yield* chores.claim("roll", "b", minute, "hour")).toMatchObject({ name: "roll/10" })
      expect(yield* chores.lastHourly("roll")).toEqual({ at: 9 })
      yield* TestClock.adjust("23 hours")
      expect(yield* chores.claim("roll", "b", minute, "hour")).toMatchObject({ name: "roll/09", day: "1970-01-02" })
    }))

  it.effect("is forgotten after 62 days, but for the last one of its name that was done", () =>
    Effect.gen(function*() {
      const chores = yield* ChoreStore
      const { run } = yield* Sql
      const known = Effect.map(
        run("known", (sql) => sql`select name || ' ' || day as chore from chores order by chore`),
        (rows) => rows.map(({ chore }) => chore)
      )
      const does = (name: string, every: "day" | "hour") =>
        Effect.flatMap(chores.claim(name, "a", minute, every), (mine) => chores.done(mine!, { at: 1 }))
      yield* does("prune", "day")
      yield* does("roll", "hour")
      yield* chores.claim("check", "died", minute)
      yield* TestClock.adjust("1 day")
      yield* does("prune", "day")
      yield* does("check", "day")
      const all = ["check 1970-01-01", "check 1970-01-02", "prune 1970-01-01", "prune 1970-01-02", "roll/00 1970-01-01"]
      yield* TestClock.adjust("61 days")
      yield* chores.forget
      expect(yield* known).toEqual(all)
      yield* TestClock.adjust("1 day")
      yield* chores.forget
      expect(yield* known).toEqual(["check 1970-01-02", "prune 1970-01-02", "roll/00 1970-01-01"])
      expect(yield* chores.lastHourly("roll")).toEqual({ at: 1 })
      yield* TestClock.adjust("100 days")
      yield* chores.claim("prune", "a", minute)
      yield* chores.forget
      expect(yield* known).toContain("prune 1970-01-02")
    }))
})

import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { OptionStore } from "../src/OptionStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"

const it = effectTest(TestDatabase.layer)

const options = {
  schedule: { name: "crypto", lower: null },
  symbols: ["BTCUSDT", "\u{1f4c8}"],
  rules: { tail: 0.1 + 0.2 }
}

describe("OptionStore", () => {
  it.live("gives back what was stored first under an id, and null for one that is not known", () =>
    Effect.gen(function*() {
      const store = yield* OptionStore
      yield* store.ensure("a", options)
      yield* store.ensure("a", { other: true })
      yield* store.ensure("b", {})
      expect(yield* store.get("a")).toEqual(options)
      expect(yield* store.get("b")).toEqual({})
      expect(yield* store.get("none")).toBeNull()
    }))

  it.live("stores options once when many runs have them at once", () =>
    Effect.gen(function*() {
      const store = yield* OptionStore
      yield* Effect.all(Array.from({ length: 20 }, () => store.ensure("a", options)), { concurrency: "unbounded" })
      const [row] = yield* (yield* Sql).run("count", (sql) => sql`select count(*)::int as rows from run_options`)
      expect(row).toEqual({ rows: 1 })
    }))

  it.live("refuses text that would not come back as it was, and an empty id", () =>
    Effect.gen(function*() {
      const store = yield* OptionStore
      for (const text of ["a\0b", "\ud800"]) {
        expect((yield* Effect.flip(store.ensure("a", { text })))._tag).toBe("StoreRefused")
      }
      expect((yield* Effect.flip(store.ensure("", options)))._tag).toBe("StoreRefused")
      expect(yield* store.get("a")).toBeNull()
    }))
})

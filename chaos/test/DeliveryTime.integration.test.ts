import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { byDeliveryTime, clockStatements, speed } from "../DeliveryTime.ts"

const it = effectTest(TestDatabase.layer)

const hour = 3_600_000

describe("the clock of deliveries", () => {
  it.live("goes faster for connections that ask for it, and for no others", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      const since = Date.now() - hour
      yield* Effect.forEach(clockStatements(since), (text) => run("clock", (sql) => sql.unsafe(text)))
      const look = Effect.flatMap(Sql, (sql) =>
        sql.run("look", (client) =>
          client`
            select extract(epoch from clock_timestamp() - ${since}::timestamptz)::float8
              / extract(epoch from pg_catalog.clock_timestamp() - ${since}::timestamptz)::float8 as ratio`))
      const url = byDeliveryTime(Redacted.value((yield* TestDatabase).url))
      const faster = yield* Effect.provide(look, Sql.layer({ url: Redacted.make(url), pool: "delivery" }))
      expect(Number(faster[0]?.["ratio"])).toBeCloseTo(speed, 3)
      expect(Number((yield* look)[0]?.["ratio"])).toBeCloseTo(1, 3)
      yield* run("clock", (sql) => sql.unsafe("drop schema delivery_time cascade"))
    }))
})

import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Database from "../src/Database.ts"
import { ensure, status } from "../src/EmbeddedPostgres.ts"
import { move } from "../src/Move.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aFolder } from "./folders.ts"
import { bytesOf, fillEveryTable, rowsIn } from "./fullDatabase.ts"

const it = effectTest(TestDatabase.layer)

const environment = (env: Record<string, string>) => ConfigProvider.layer(ConfigProvider.fromUnknown(env))

/** Runs `work` on the embedded database of `dir`, as any process of the project would. */
const embedded = <A, E>(dir: string, work: Effect.Effect<A, E, Sql>) =>
  work.pipe(
    Effect.provide(
      Layer.fresh(Database.layer({ root: dirname(dir), migrate: false, pool: "unit" })).pipe(
        Layer.provide(environment({}))
      )
    )
  )

/** An embedded database with a row in every table, and a message that was about to be sent. */
const aProject = Effect.gen(function*() {
  const dir = yield* aFolder()
  const fill = Effect.gen(function*() {
    yield* fillEveryTable
    const { run } = yield* Sql
    yield* run("message", (sql) =>
      sql`
        insert into outbox (id, channel, destination, kind, payload, state, lease_token, lease_until)
        values ('leased', 'c', '', 'k', '{}', 'leased', 'me', now())`)
  })
  yield* embedded(dir, fill)
  return dir
})

const moved = (dir: string) =>
  Effect.gen(function*() {
    const { url } = yield* TestDatabase
    return yield* move({ root: dirname(dir) }).pipe(Effect.provide(environment({ DATABASE_URL: Redacted.value(url) })))
  })

const emptied = Effect.gen(function*() {
  const { run } = yield* Sql
  yield* run("drop", (sql) => sql.unsafe("drop schema public cascade; create schema public"))
})

describe("a move", () => {
  it.live(
    "brings every row to the other database, and the old one is not opened again by accident",
    () =>
      Effect.gen(function*() {
        const dir = yield* aProject
        const target = yield* Sql
        yield* emptied
        const before = yield* embedded(dir, Effect.flatMap(Sql, bytesOf))
        const told = yield* moved(dir)
        expect(told).toMatchObject({ dir, held: 0, freed: 0 })
        const after = yield* bytesOf(target)
        const same = ({ migrations: _m, outbox: _o, scheduler_state: _s, ...others }: typeof after) => others
        expect(same(after)).toEqual(same(before))
        // Nobody sends it from the old place any more, so it waits in the new one as it did.
        const messages = yield* target.run("messages", (sql) => sql`select id, state from outbox order by id`)
        expect(messages).toEqual([{ id: "leased", state: "pending" }, { id: "m1", state: "done" }, {
          id: "m2",
          state: "suppressed"
        }])

        expect(status({ dir })).toBeNull()
        expect(readdirSync(dir).toSorted()).toEqual(["moved.json", "pg", "postgres.log"])
        const refused = yield* Effect.flip(embedded(dir, Effect.void))
        expect(refused.message).toMatch(
          /its database was moved to 127\.0\.0\.1:\d+\/test_\w+ at 20.*; set DATABASE_URL to that one/
        )
        expect(refused.message).not.toContain("\n")
        expect(status({ dir })).toBeNull()
        expect((yield* Effect.flip(moved(dir))).message).toContain("was moved to")
      }),
    60_000
  )

  it.live("into a database with rows is refused, and then the old one is used as before", () =>
    Effect.gen(function*() {
      const dir = yield* aProject
      yield* fillEveryTable
      const error = yield* Effect.flip(moved(dir))
      expect(error.message).toContain("has rows in table")
      expect(readdirSync(dir).toSorted()).toEqual(["pg", "postgres.log"])
      expect(yield* embedded(dir, Effect.flatMap(Sql, rowsIn))).toBeGreaterThan(0)
    }), 60_000)

  it.live("is refused while somebody else uses the database", () =>
    Effect.gen(function*() {
      const dir = yield* aProject
      const { url } = yield* ensure({ dir })
      yield* Effect.gen(function*() {
        const { run } = yield* Sql
        yield* run("stay", (sql) => sql`select 1`)
        const error = yield* Effect.flip(moved(dir))
        expect(error.message).toContain("1 other connection uses it; stop the workers first")
      }).pipe(Effect.provide(Layer.fresh(Sql.layer({ url, pool: "worker", max: 1 }))))
      expect(existsSync(join(dir, "moved.json"))).toBe(false)
    }), 60_000)

  it.live("that was killed says so, and can be tried again", () =>
    Effect.gen(function*() {
      const dir = yield* aProject
      yield* emptied
      const mark = (mover: object) =>
        writeFileSync(
          join(dir, "moved.json"),
          JSON.stringify({ to: "db:5432/dgas", at: "2026-01-05T00:00:00Z", mover })
        )
      mark({ pid: process.pid, started: readFileSync("/proc/self/stat", "utf8").split(") ")[1]!.split(" ")[19] })
      const busy = yield* Effect.flip(embedded(dir, Effect.void))
      expect(busy.message).toContain(`process ${process.pid} is moving its database to db:5432/dgas`)
      expect((yield* Effect.flip(moved(dir))).message).toContain("is moving its database")
      mark({ pid: 999_999_999, started: "1" })
      expect((yield* Effect.flip(embedded(dir, Effect.void))).message).toContain(
        "a move of its database to db:5432/dgas did not end; run bun run db:move again"
      )
      yield* moved(dir)
      expect((yield* Effect.flip(embedded(dir, Effect.void))).message).toContain("was moved to")
    }), 60_000)

  it.live("needs a place to go to, and something to move", () =>
    Effect.gen(function*() {
      const dir = yield* aFolder()
      const nowhere = yield* Effect.flip(move({ root: dirname(dir) }).pipe(Effect.provide(environment({}))))
      expect(nowhere.message).toContain("DATABASE_URL")
      expect((yield* Effect.flip(moved(dir))).message).toContain("there is none; nothing has to be moved")
      expect(existsSync(dir)).toBe(false)
    }))
})

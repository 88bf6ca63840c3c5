import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { dirname } from "node:path"
import * as Database from "../src/Database.ts"
import { ensure, status } from "../src/EmbeddedPostgres.ts"
import { RunStore } from "../src/RunStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aFolder } from "./folders.ts"
import { freePort } from "./servers.ts"

const it = effectTest(TestDatabase.layer)

const environment = (env: Record<string, string>) => ConfigProvider.layer(ConfigProvider.fromUnknown(env))

const open = (env: Record<string, string>, options: Partial<Database.DatabaseOptions> & { readonly root: string }) =>
  Effect.flatMap(RunStore, (runs) => runs.recent({ limit: 1 })).pipe(
    Effect.provide(
      Layer.provide(Layer.fresh(Database.layer({ migrate: false, pool: "unit", ...options })), environment(env))
    )
  )

const drop = Effect.gen(function*() {
  const { run } = yield* Sql
  yield* run("drop", (sql) => sql`drop schema public cascade`)
  yield* run("create", (sql) => sql`create schema public`)
})

describe("Database", () => {
  it.live("starts and migrates its own server where no DATABASE_URL is given", () =>
    Effect.gen(function*() {
      const dir = yield* aFolder()
      expect(yield* open({}, { root: dirname(dir) })).toEqual([])
      expect(status({ dir })?.ready).toBe(true)
      expect(yield* open({ DATABASE_URL: "" }, { root: dirname(dir) })).toEqual([])
      yield* Effect.provide(Database.migrateDatabase({ root: dirname(dir) }), environment({}))
      const stopped = Database.stopEmbedded({ root: dirname(dir) }).pipe(Effect.provide(environment({})))
      expect([yield* stopped, yield* stopped]).toEqual([true, false])
    }))

  it.live("keeps its server in DGAS_DIR when that is set", () =>
    Effect.gen(function*() {
      const dir = yield* aFolder()
      yield* open({ DGAS_DIR: dir }, { root: "/nowhere" })
      expect(status({ dir })?.ready).toBe(true)
      expect(yield* Effect.provide(Database.stopEmbedded({ root: "/nowhere" }), environment({ DGAS_DIR: dir }))).toBe(
        true
      )
    }))

  it.live("goes on after its server was killed, also at another port", () =>
    Effect.gen(function*() {
      const dir = yield* aFolder()
      const asked = Effect.flatMap(RunStore, (runs) => runs.recent({ limit: 1 }))
      yield* Effect.gen(function*() {
        expect(yield* asked).toEqual([])
        const { pid, port } = status({ dir })!
        // Backends outlive a killed postmaster for a moment, so the first answers may still come from the old server.
        const served = (old: number) =>
          Effect.gen(function*() {
            while ((status({ dir })?.pid ?? old) === old) yield* Effect.ignore(asked)
            expect(yield* Effect.retry(asked, { times: 5 })).toEqual([])
          })
        process.kill(pid, "SIGKILL")
        yield* served(pid)
        const second = status({ dir })!.pid
        const squatter = yield* Effect.promise(async () => {
          process.kill(second, "SIGKILL")
          for (;;) {
            try {
              return Bun.listen({ hostname: "127.0.0.1", port, socket: { data: () => undefined } })
            } catch {
              // The port is free once the killed server is gone.
              await new Promise((resolve) => setImmediate(resolve))
            }
          }
        })
        yield* served(second)
        expect(status({ dir })!.port).not.toBe(port)
        squatter.stop(true)
      }).pipe(
        Effect.provide(
          Layer.fresh(Database.layer({ root: "/nowhere", migrate: false, pool: "unit" })).pipe(
            Layer.provide(environment({ DGAS_DIR: dir }))
          )
        )
      )
      yield* Effect.provide(Database.stopEmbedded({ root: "/nowhere" }), environment({ DGAS_DIR: dir }))
    }), 60_000)

  it.live("stops its server when done if it started it", () =>
    Effect.gen(function*() {
      const dir = yield* aFolder()
      const env = { DGAS_DIR: dir }
      yield* open(env, { root: dir, stopWhenDone: true })
      expect(status({ dir })).toBeNull()
      yield* ensure({ dir })
      yield* open(env, { root: dir, stopWhenDone: true })
      expect(status({ dir })?.ready).toBe(true)
    }))

  it.live("leaves a server running that it started and somebody else uses now", () =>
    Effect.gen(function*() {
      const dir = yield* aFolder()
      const longer = yield* Effect.scope
      const starter = Layer.fresh(Database.layer({ root: dir, migrate: false, pool: "unit", stopWhenDone: true }))
      yield* Effect.gen(function*() {
        yield* Layer.build(starter)
        const { url } = yield* ensure({ dir })
        const other = yield* Layer.buildWithScope(Layer.fresh(Sql.layer({ url, pool: "other" })), longer)
        yield* Effect.flatMap(Sql, ({ run }) => run("stay", (sql) => sql`select 1`)).pipe(Effect.provide(other))
      }).pipe(Effect.scoped, Effect.provide(environment({ DGAS_DIR: dir })))
      expect(status({ dir })?.ready).toBe(true)
    }))

  it.live("leaves a given database as it is unless told to migrate it", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const env = { DATABASE_URL: Redacted.value(url) }
      yield* drop
      const older = yield* Effect.flip(open(env, { root: "/nowhere" }))
      expect(older._tag).toBe("SchemaMismatch")
      expect(older.message).toContain("bun run db:migrate")
      expect(older.message).not.toContain("\n")
      expect(yield* open(env, { root: "/nowhere", migrate: true })).toEqual([])
      expect(yield* open(env, { root: "/nowhere" })).toEqual([])
      yield* drop
      const applied = yield* Effect.provide(Database.migrateDatabase({ root: "/nowhere" }), environment(env))
      expect(applied).toContain("0001_initial")
    }))

  it.live("refuses a database of a newer schema", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const { run } = yield* Sql
      yield* run("future", (sql) => sql`insert into migrations (version, checksum) values ('9001_future', '')`)
      for (const migrate of [false, true]) {
        const error = yield* Effect.flip(open({ DATABASE_URL: Redacted.value(url) }, { root: "/nowhere", migrate }))
        expect(error._tag).toBe("SchemaMismatch")
        expect(error.message).toContain("upgrade dgas")
      }
    }))

  it.live("refuses a database whose tables are somebody else's, and leaves them alone", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const { run } = yield* Sql
      const given = { DATABASE_URL: Redacted.value(url) }
      yield* drop
      yield* run("foreign", (sql) => sql`create table bars (drink text)`)
      const bars = yield* Effect.flip(open(given, { root: "/nowhere", migrate: true }))
      yield* run("foreign", (sql) => sql`create table migrations (id int)`)
      for (const error of [bars, yield* Effect.flip(open(given, { root: "/nowhere", migrate: true }))]) {
        expect(error._tag).toBe("SchemaMismatch")
        expect(error.message).toMatch(/^database .* give dgas a database of its own$/)
      }
      expect(yield* run("foreign", (sql) => sql`select count(*)::int as count from bars`)).toEqual([{ count: 0 }])
    }))

  it.live("says in one line that a given database is down or its URL is none", () =>
    Effect.gen(function*() {
      const port = yield* freePort
      for (
        const url of [
          `postgres://a:secret@127.0.0.1:${port}/shop`,
          "shop",
          "postgres://127.0.0.1",
          "postgres://a:p%ZZ@127.0.0.1:1/shop"
        ]
      ) {
        const error = yield* Effect.flip(open({ DATABASE_URL: url }, { root: "/nowhere" }))
        expect(error._tag).toBe("StoreUnavailable")
        expect(error.message).toContain("DATABASE_URL")
        expect(error.message).not.toMatch(/secret|\n/)
      }
    }))
})

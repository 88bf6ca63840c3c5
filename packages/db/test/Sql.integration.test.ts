import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { waitFor } from "../src/Wait.ts"
import { freePort, silentServer } from "./servers.ts"

const it = effectTest(TestDatabase.layer)

const at = (url: string, options: { readonly statementTimeoutMs?: number; readonly max?: number } = {}) =>
  Sql.layer({ url: Redacted.make(url), pool: "unit", ...options })

const provideSql = <A, E, R>(effect: Effect.Effect<A, E, R>, layer: ReturnType<typeof at>) =>
  Effect.provide(effect, Layer.fresh(layer))

describe("Sql", () => {
  it.live("names its pool to the server and sets its time-outs there", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const [row] = yield* Effect.flatMap(Sql, ({ run }) =>
        run("settings", (sql) =>
          sql`
            select current_setting('application_name') as name, current_setting('statement_timeout') as statement,
              current_setting('lock_timeout') as lock,
              current_setting('idle_in_transaction_session_timeout') as idle`))
        .pipe((effect) => provideSql(effect, at(Redacted.value(url))))
      expect(row?.["name"]).toStartWith("dgas/unit/")
      expect(row).toMatchObject({ statement: "5s", lock: "2s", idle: "10s" })
    }))

  it.live("carries instants as epoch milliseconds both ways", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      const given = [0, 1, -1, 951_782_400_123, Date.UTC(9999, 11, 31)]
      for (const instant of given) {
        const [row] = yield* run("echo", (sql) =>
          sql`select ${instant}::timestamptz as same, extract(epoch from ${instant}::timestamptz)::float8 * 1000 as ms`)
        expect(row?.["same"]).toBe(instant)
        expect(row?.["ms"]).toBeCloseTo(instant, 3)
      }
      const [ends] = yield* run("ends", (sql) =>
        sql`select ${Infinity}::timestamptz as last, ${-Infinity}::timestamptz as first`)
      expect(ends).toEqual({ last: Infinity, first: -Infinity })
    }))

  it.live("fails with SqlTimeout when the server stops a statement", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const { run } = yield* Sql
      const error = yield* Effect.flatMap(Sql, (quick) =>
        Effect.flip(quick.run("nap", (sql) => sql`select pg_sleep(30)`)))
        .pipe((effect) =>
          provideSql(effect, at(Redacted.value(url), { statementTimeoutMs: 100 }))
        )
      expect(error._tag).toBe("SqlTimeout")
      expect(error.message).toContain("nap")
      expect(yield* run("next", (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }])
    }))

  it.live("gives up a client whose statement has no answer, and goes on with a fresh one", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const body = Effect.gen(function*() {
        const { run } = yield* Sql
        const pid = run("pid", (sql) => sql`select pg_backend_pid() as pid`)
        const [before] = yield* pid
        // The server's own time-out is off, so only the client's deadline of 300 ms is left.
        const started = performance.now()
        const error = yield* Effect.flip(
          run("nap", (sql) => sql`select pg_sleep(5) from (select set_config('statement_timeout', '0', false)) as off`)
        )
        expect(error._tag).toBe("SqlTimeout")
        expect(performance.now() - started).toBeLessThan(3000)
        const [after] = yield* pid
        expect(after?.["pid"]).not.toBe(before?.["pid"])
      })
      // A pooled URL leaves the server's time-outs to the role, so nothing but the client's deadline applies.
      const pooled = `${Redacted.value(url)}?prepare=false`
      yield* provideSql(body, at(pooled, { statementTimeoutMs: 200, max: 1 }))
    }))

  it.live("gives up on a server that takes connections and says nothing", () =>
    Effect.gen(function*() {
      const port = yield* silentServer
      const error = yield* Effect.flatMap(Sql, ({ run }) => Effect.flip(run("ask", (sql) => sql`select 1`)))
        .pipe((effect) =>
          provideSql(effect, at(`postgres://a:secret@127.0.0.1:${port}/shop`, { statementTimeoutMs: 200 }))
        )
      expect(error._tag).toBe("SqlTimeout")
    }))

  it.live("lets a statement run to its end when its fiber is interrupted", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      yield* run("table", (sql) => sql`create table written (n int)`)
      const fiber = yield* Effect.forkChild(
        run("slow write", (sql) => sql`insert into written select 1 from pg_sleep(0.3)`)
      )
      const running = run("look", (sql) =>
        sql`select from pg_stat_activity where query like 'insert into written%' and state = 'active'`)
      yield* waitFor(
        Effect.map(running, (rows) =>
          rows.length > 0 ? true : null),
        { everyMs: 10, forMs: 5000 }
      )
      yield* Fiber.interrupt(fiber)
      const found = yield* waitFor(
        Effect.map(run("read", (sql) => sql`select n from written`), (rows) => rows.length > 0 ? rows : null),
        { everyMs: 20, forMs: 5000 }
      )
      expect(found).toEqual([{ n: 1 }])
    }))

  it.live("fails with SqlTimeout, and gives nothing up, when every connection stays busy", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const body = Effect.gen(function*() {
        const { run } = yield* Sql
        const nap = run("nap", (sql) => sql`select pg_sleep(0.25)`)
        const exits = yield* Effect.forEach([1, 2, 3, 4, 5], () => Effect.exit(nap), { concurrency: "unbounded" })
        const tags = exits.map((exit) => exit._tag)
        expect(tags[0]).toBe("Success")
        expect(tags).toContain("Failure")
        expect(yield* run("after", (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }])
      })
      yield* provideSql(body, at(Redacted.value(url), { statementTimeoutMs: 400, max: 1 }))
    }))

  it.live("ends a call in time that waited for a connection which then did not answer either", () =>
    Effect.gen(function*() {
      const port = yield* silentServer
      const body = Effect.gen(function*() {
        const { run } = yield* Sql
        const ask = run("ask", (sql) => sql`select 1`)
        const first = yield* Effect.forkChild(Effect.exit(ask))
        yield* Effect.sleep(100)
        const started = performance.now()
        const error = yield* Effect.flip(ask)
        expect(error._tag).toBe("SqlTimeout")
        expect(performance.now() - started).toBeLessThan(1200)
        yield* Fiber.join(first)
      })
      // The first call gives its connection up after 900 ms, so the second has it for another 900.
      yield* provideSql(body, at(`postgres://a:secret@127.0.0.1:${port}/shop`, { statementTimeoutMs: 600, max: 1 }))
    }))

  it.live("comes back by itself after its connections were terminated", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const { run } = yield* Sql
      const body = Effect.gen(function*() {
        const worker = yield* Sql
        const [{ pid } = { pid: 0 }] = yield* worker.run("pid", (sql) => sql`select pg_backend_pid() as pid`)
        yield* run("kill", (sql) => sql`select pg_terminate_backend(${Number(pid)}::int)`)
        const answer = yield* waitFor(
          worker.run("again", (sql) => sql`select 1 as one`).pipe(Effect.orElseSucceed(() => null)),
          { everyMs: 20, forMs: 10_000 }
        )
        expect(answer).toEqual([{ one: 1 }])
      })
      yield* provideSql(body, at(Redacted.value(url), { max: 1 }))
    }))

  it.live("says which database is down in one line without its password", () =>
    Effect.gen(function*() {
      const port = yield* freePort
      const error = yield* Effect.flatMap(Sql, ({ run }) => Effect.flip(run("ask", (sql) => sql`select 1`)))
        .pipe((effect) => provideSql(effect, at(`postgres://a:secret@127.0.0.1:${port}/shop`)))
      expect(error._tag).toBe("StoreUnavailable")
      expect(error.message).toContain(`127.0.0.1:${port}/shop`)
      expect(error.message).toContain("DATABASE_URL")
      expect(error.message).not.toContain("secret")
      expect(error.message).not.toContain("\n")
    }))

  it.live("says so when the password is wrong, the database unknown or the URL none", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const wrong = [
        Redacted.value(url).replace(/:[^:@]+@/, ":wrong@"),
        Redacted.value(url).replace(/\/[^/]+$/, "/nowhere"),
        "mysql://localhost/shop"
      ]
      for (const one of wrong) {
        const error = yield* Effect.flatMap(Sql, ({ run }) => run("ask", (sql) => sql`select 1`))
          .pipe((effect) => provideSql(effect, at(one)), Effect.flip)
        expect(error._tag).toBe("StoreUnavailable")
        expect(error.message).not.toContain("wrong@")
        expect(error.message).not.toContain("\n")
      }
    }))

  it.live("tells a refused row from a mistake in SQL", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      const refused = yield* Effect.flip(run("bad", (sql) => sql`insert into scheduler_state (id) values (false)`))
      expect(refused._tag).toBe("StoreRefused")
      expect(refused.message).toContain("scheduler_state")
      const mistake = yield* Effect.exit(run("typo", (sql) => sql`selekt 1`))
      expect(mistake._tag === "Failure" && mistake.cause.reasons[0]?._tag).toBe("Die")
    }))
})

import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { checkSchema, migrate, type Migration, readMigrations, schemaState } from "../src/Migrator.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { runChild } from "./children/run.ts"

const it = effectTest(TestDatabase.layer)

const aMigration = (version: string, script: string): Migration => ({ version, script, checksum: `of ${script}` })

/** A database of the test's server without tables of ours. */
const emptied = Effect.gen(function*() {
  const sql = yield* Sql
  const { url } = yield* TestDatabase
  yield* sql.run("drop", (sql) => sql`drop schema public cascade`)
  yield* sql.run("create", (sql) => sql`create schema public`)
  return { sql, url }
})

const tables = (sql: Sql["Service"]) =>
  Effect.map(
    sql.run("tables", (sql) => sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`),
    (rows) => rows.map((row) => row["name"])
  )

describe("Migrator", () => {
  it.live("makes the tables of an empty database once, and then finds nothing to do", () =>
    Effect.gen(function*() {
      const { sql, url } = yield* emptied
      const versions = readMigrations().map(({ version }) => version)
      expect((yield* schemaState("test", sql, readMigrations())).missing).toEqual(versions)
      expect(yield* migrate(url, sql)).toEqual(versions)
      expect(yield* migrate(url, sql)).toEqual([])
      expect(yield* tables(sql)).toEqual([
        "alarms",
        "api_keys",
        "backfilled",
        "bar_revisions",
        "bars",
        "calibrations",
        "chores",
        "delivery_attempts",
        "destinations",
        "feed",
        "generated_signals",
        "instruments",
        "late_analyses",
        "level_events",
        "migrations",
        "mutes",
        "outbox",
        "outcome_changes",
        "outcome_versions",
        "prediction_metrics",
        "prediction_runs",
        "price_events",
        "quarantined_bars",
        "run_options",
        "run_requests",
        "scheduler_state",
        "signal_notices",
        "slots"
      ])
    }))

  it.live("keeps the rows of the version before, of which no bar counts as newer than a run", () =>
    Effect.gen(function*() {
      const { sql, url } = yield* emptied
      yield* migrate(url, sql, readMigrations().slice(0, 1))
      yield* sql.run(
        "instrument",
        (sql) =>
          sql`insert into instruments (source, symbol, calendar, basis, simulated) values ('a', 'A', '24/7', 'raw', false)`
      )
      const aBar = sql.run("bar", (sql) =>
        sql`
          insert into bars select 1, '1h', opens, opens + interval '1 hour', 1, 1, 1, 1, 0, 0
          from (select timestamptz '2024-01-08' + count(*) * interval '1 hour' as opens from bars) as next`)
      yield* aBar
      yield* sql.run("run", (sql) =>
        sql`
          insert into prediction_runs
          values ('a', 'a', now(), 'LIVE', now(), '1h', 1, 1, 0, 0, 0, 0, 0, 0, 'SUCCESS', '{}', '[]', '1')`)
      yield* migrate(url, sql)
      yield* aBar
      expect(
        yield* sql.run("rows", (sql) =>
          sql`
            select run.stored_at = bars.stored_at as same, run.stored_at < bars.stored_at as newer, inputs_hash
            from prediction_runs run, bars order by open_time`)
      ).toEqual([{ same: true, newer: false, inputs_hash: null }, { same: false, newer: true, inputs_hash: null }])
    }))

  it.live("migrates once when many start at once", () =>
    Effect.gen(function*() {
      const { sql, url } = yield* emptied
      const counting = [
        ...readMigrations(),
        aMigration(
          "9001_slow",
          "select pg_sleep(0.2); create table runs_of_it (n int); insert into runs_of_it values (1)"
        )
      ]
      const one = Effect.flatMap(Sql, (own) => migrate(url, own, counting)).pipe(
        Effect.provide(Layer.fresh(Sql.layer({ url, pool: "unit", max: 1 })))
      )
      yield* Effect.all(Array.from({ length: 20 }, () => one), { concurrency: "unbounded" })
      expect(yield* sql.run("count", (sql) => sql`select n from runs_of_it`)).toEqual([{ n: 1 }])
    }))

  it.live("migrates once when twenty processes start at once", () =>
    Effect.gen(function*() {
      const { sql, url } = yield* emptied
      yield* Effect.all(Array.from({ length: 20 }, () => runChild("migrate", Redacted.value(url))), {
        concurrency: "unbounded"
      })
      const state = yield* schemaState("test", sql, readMigrations())
      expect(state).toEqual({ missing: [], unknown: [], changed: [] })
    }), 60_000)

  it.live("applies all that is missing or, when one fails, nothing", () =>
    Effect.gen(function*() {
      const { sql, url } = yield* emptied
      const good = aMigration("0001_good", "create table good (n int)")
      const bad = aMigration("0002_bad", "create table half (n int); create table good (n int)")
      const error = yield* Effect.flip(migrate(url, sql, [good, bad]))
      expect(error.message).toContain("good")
      expect(error.message).not.toContain("\n")
      expect(yield* tables(sql)).toEqual([])
      expect(yield* migrate(url, sql, [good])).toEqual(["0001_good"])
      const quoted = aMigration("0002_quoted", "comment on table good is 'it''s $text$ and $textx$ and \\ é'")
      expect(yield* migrate(url, sql, [good, quoted])).toEqual(["0002_quoted"])
    }))

  it.live("refuses a newer database and one that other files made, and says what to do", () =>
    Effect.gen(function*() {
      const { url } = yield* TestDatabase
      const sql = yield* Sql
      const known = readMigrations()
      const future = aMigration("9001_future", "select 1")
      yield* migrate(url, sql, [...known, future])
      const newer = yield* Effect.flip(migrate(url, sql))
      expect(newer._tag).toBe("SchemaMismatch")
      expect(newer.message).toContain("9001_future")
      expect(newer.message).toContain("upgrade dgas")
      const changed = yield* Effect.flip(migrate(url, sql, [...known, { ...future, checksum: "another" }]))
      expect(changed.message).toContain("9001_future differs")
      const older = yield* schemaState("test", sql, [...known, future, aMigration("9002_next", "select 1")]).pipe(
        Effect.flatMap((state) => checkSchema("here", state)),
        Effect.flip
      )
      expect(older.message).toContain("bun run db:migrate")
      expect(older).toMatchObject({ state: "older", versions: ["9002_next"] })
    }))
})

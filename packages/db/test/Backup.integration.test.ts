import { effectTest } from "@dgas/testkit/effectTest"
import { temporaryFolder } from "@dgas/testkit/temporaryFolder"
import { describe, expect } from "bun:test"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync, gzipSync } from "node:zlib"
import { ApiKeyStore } from "../src/ApiKeyStore.ts"
import { backup } from "../src/Backup.ts"
import { DbClock } from "../src/DbClock.ts"
import { migrate, readMigrations } from "../src/Migrator.ts"
import { releaseMessages, restoredMessages } from "../src/OutboxRelease.ts"
import { restore } from "../src/Restore.ts"
import { RunStore } from "../src/RunStore.ts"
import { SlotStore } from "../src/SlotStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { anotherDatabase, bytesOf, fillEveryTable, rowsIn } from "./fullDatabase.ts"
import { aMessage, aRun, aSignal, minute, monday } from "./rows.ts"

const it = effectTest(TestDatabase.layer)

/** A backup of the test's database with a row in every table. */
const taken = Effect.gen(function*() {
  yield* fillEveryTable
  const { url } = yield* TestDatabase
  const file = join(temporaryFolder("backup"), "dgas.backup")
  return { file, told: yield* backup({ url, file }) }
})

const lines = (file: string) => gunzipSync(readFileSync(file)).toString().split("\n")

describe("a backup", () => {
  it.live("that is restored has every row of every table, to the last bit", () =>
    Effect.gen(function*() {
      const { file, told } = yield* taken
      const before = yield* bytesOf(yield* Sql)
      for (const [table, rows] of Object.entries(before)) expect([table, rows.length]).not.toEqual([table, 0])
      const target = yield* anotherDatabase
      const back = yield* restore({ url: target.url, file })
      const after = yield* bytesOf(target.sql)
      // A worker's view of itself is not true of a restored database, and keys are not valid in it.
      const same = ({ api_keys: _k, migrations: _m, scheduler_state: _s, ...others }: typeof after) => others
      expect(same(after)).toEqual(same(before))
      expect(after["api_keys"]).toHaveLength(before["api_keys"]!.length)
      expect(back).toMatchObject({ rows: told.rows, held: 0, freed: 0, applied: [], createdAt: told.createdAt })
      expect(told.tables.reduce((sum, { rows }) => sum + rows, 0)).toBe(told.rows)
      expect(told.bytes).toBe(statSync(file).size)
    }))

  it.live("is gzip that its owner alone can read, and tells what is in it", () =>
    Effect.gen(function*() {
      const { file } = yield* taken
      expect(statSync(file).mode & 0o777).toBe(0o600)
      const [head, ...rest] = lines(file)
      const { createdAt, format, schema, tables } = JSON.parse(head!)
      expect(format).toBe(1)
      expect(Date.parse(createdAt)).toBeGreaterThan(monday)
      expect(schema).toEqual(readMigrations().map(({ checksum, version }) => ({ version, checksum })))
      expect(tables).toContainEqual({ name: "bars", rows: 2100 })
      const { end } = JSON.parse(rest.at(-2)!)
      expect(end).toContainEqual({ name: "bars", rows: 2100, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
    }))

  it.live("goes on counting where the restored rows end", () =>
    Effect.gen(function*() {
      const { file } = yield* taken
      const { sql, url } = yield* anotherDatabase
      yield* restore({ url, file })
      const rows = yield* sql.run("next", (sql) =>
        sql`
          insert into instruments (source, symbol, calendar, basis, simulated) values ('s', 'next', '24/7', 'raw', false)
          returning id`)
      expect(rows).toEqual([{ id: 6 }])
    }))

  it.live("fills a database without tables, and one of an older schema becomes one of this version", () =>
    Effect.gen(function*() {
      const source = yield* anotherDatabase
      const older = readMigrations().slice(0, 2)
      const dropAll = "drop schema public cascade; create schema public"
      yield* source.sql.run("drop", (sql) => sql.unsafe(dropAll))
      yield* migrate(source.url, source.sql, older)
      yield* source.sql.run(
        "message",
        (sql) =>
          sql`insert into outbox (id, channel, destination, kind, payload) values ('m', 'console', '', 'signals', '{}')`
      )
      const file = join(temporaryFolder("backup"), "old.backup")
      yield* backup({ url: source.url, file })

      const target = yield* anotherDatabase
      const refused = yield* Effect.flip(restore({ url: target.url, file }))
      expect(refused.message).toContain("has a newer schema than the backup, with 0003_calendars")
      yield* target.sql.run("drop", (sql) => sql.unsafe(dropAll))
      const { applied, held } = yield* restore({ url: target.url, file })
      expect(applied).toEqual(readMigrations().slice(2).map(({ version }) => version))
      expect(held).toBe(1)
      const state = yield* target.sql.run("held", (sql) => sql`select state, restored_at is null as lost from outbox`)
      expect(state).toEqual([{ state: "held", lost: false }])
    }))

  it.live("opens the API to no key, also not to those that were revoked after it was taken", () =>
    Effect.gen(function*() {
      const keys = yield* ApiKeyStore
      const key = { name: "desk", scopes: ["read"], perMinute: null, expiresAt: null } as const
      const { stored } = yield* keys.create(key)
      const { stored: former } = yield* keys.create(key)
      const revoked = yield* keys.revoke(former.prefix)
      yield* keys.create({ ...key, expiresAt: monday })
      const { link } = yield* keys.makeLink({ name: "page", scopes: ["read"] })
      const { url } = yield* TestDatabase
      const file = join(temporaryFolder("backup"), "dgas.backup")
      yield* backup({ url, file })
      yield* keys.revoke(stored.prefix)
      const target = yield* anotherDatabase
      const begun = yield* (yield* DbClock).now
      expect(yield* restore({ url: target.url, file })).toMatchObject({ revoked: 2 })
      const there = yield* Layer.build(
        Layer.fresh(ApiKeyStore.layer).pipe(
          Layer.provide(DbClock.layer),
          Layer.provide(Layer.succeed(Sql, target.sql))
        )
      ).pipe(Effect.map((context) => Context.get(context, ApiKeyStore)))
      expect(yield* there.usable).toEqual([])
      expect(yield* there.openLink(Redacted.value(link))).toBeNull()
      const found = yield* there.list
      expect(found.find(({ prefix }) => prefix === former.prefix)).toEqual(revoked!)
      expect(found.find(({ prefix }) => prefix === stored.prefix)!.revokedAt).toBeGreaterThanOrEqual(begun)
      const moving = yield* anotherDatabase
      expect(yield* restore({ url: moving.url, file, hold: false })).toMatchObject({ revoked: 0 })
      expect(yield* moving.sql.run("valid", (sql) => sql`select from api_keys where revoked_at is null`)).toHaveLength(
        3
      )
    }))

  it.live("lets no message go before it is released, and gives held slots to whoever comes", () =>
    Effect.gen(function*() {
      const source = yield* Sql
      yield* source.run("messages", (sql) =>
        sql`
          insert into outbox (id, channel, destination, kind, payload, state, lease_token, lease_until, finished_at)
          values ('pending', 'c', '', 'k', '{}', 'pending', null, null, null),
            ('leased', 'c', '', 'k', '{}', 'leased', 'me', now(), null), ('held', 'c', '', 'k', '{}', 'held', null, null, null),
            ('done', 'c', '', 'k', '{}', 'done', null, null, now()), ('dead', 'c', '', 'k', '{}', 'dead', null, null, now())`)
      const slots = yield* SlotStore
      const slot = { schedule: "crypto", origin: "LIVE", slotAt: monday } as const
      const claim = yield* slots.claim(slot, "old worker", 600_000)
      const { url } = yield* TestDatabase
      const file = join(temporaryFolder("backup"), "dgas.backup")
      yield* backup({ url, file })
      const target = yield* anotherDatabase
      expect(yield* restore({ url: target.url, file })).toMatchObject({ held: 3, freed: 1 })
      yield* Effect.gen(function*() {
        const states = (yield* Sql).run(
          "states",
          (sql) => sql`select id, state from outbox where state in ('pending', 'held') order by id`
        )
        expect(yield* states).toEqual([
          { id: "held", state: "held" },
          { id: "leased", state: "held" },
          { id: "pending", state: "held" }
        ])
        expect(yield* restoredMessages).toBe(3)
        expect(yield* releaseMessages).toBe(3)
        expect(yield* releaseMessages).toBe(0)
        expect((yield* states).map(({ state }) => state)).toEqual(["pending", "pending", "pending"])
      }).pipe(Effect.provideService(Sql, target.sql))
      const found = yield* target.sql.run("slot", (sql) => sql`select fence, lease_until <= now() as free from slots`)
      expect(found).toEqual([{ fence: claim!.fence + 1, free: true }])
    }))

  it.live(
    "taken while workers write has no signal without its run, and no message without its signals",
    () =>
      Effect.gen(function*() {
        const runs = yield* RunStore
        const slots = yield* SlotStore
        const { url } = yield* TestDatabase
        const stopped = yield* Deferred.make<void>()
        const wrote = yield* Deferred.make<void>()
        const writer = Effect.fnUntraced(function*(schedule: string) {
          for (let index = 0; !Deferred.isDoneUnsafe(stopped); index++) {
            const slotAt = monday + index * 30 * minute
            const claim = yield* slots.claim({ schedule, slotAt, origin: "LIVE" }, schedule, 10_000)
            const id = `${schedule}/${index}`
            yield* runs.finish({
              claim: claim!,
              run: aRun({ id, schedule, slotAt }),
              signals: [aSignal({ id: `${id}/signal`, schedule, signalTimestamp: slotAt })],
              events: [],
              metrics: [],
              outbox: [aMessage({ id: `${id}/message`, signalIds: [`${id}/signal`] })],
              slot: { state: "done", reason: null }
            })
            if (index > 20) yield* Deferred.succeed(wrote, undefined)
          }
        })
        const writers = yield* Effect.forkChild(
          Effect.forEach(["a", "b", "c"], writer, { concurrency: "unbounded" })
        )
        yield* Deferred.await(wrote)
        const folder = temporaryFolder("backup")
        for (let round = 0; round < 3; round++) {
          const file = join(folder, `${round}.backup`)
          yield* backup({ url, file })
          const { sql, url: into } = yield* anotherDatabase
          yield* restore({ url: into, file })
          const [odd] = yield* sql.run("odd", (sql) =>
            sql`
            select (select count(*)::int from prediction_runs) > 20 as some,
              (select count(*)::int from prediction_runs run where not exists
                (select from generated_signals where run_id = run.id)) as "runs without signal",
              (select count(*)::int from outbox, unnest(signal_ids) as one(id) where not exists
                (select from generated_signals as signal where signal.id = one.id)) as "messages without signal",
              (select count(*)::int from slots where state = 'done') = (select count(*)::int from prediction_runs) as whole`)
          expect(odd).toEqual({ some: true, "runs without signal": 0, "messages without signal": 0, whole: true })
        }
        yield* Deferred.succeed(stopped, undefined)
        yield* Fiber.join(writers)
      }),
    60_000
  )

  it.live("is never written over another file, and leaves nothing when it cannot be written", () =>
    Effect.gen(function*() {
      const { file } = yield* taken
      const { url } = yield* TestDatabase
      const again = yield* Effect.flip(backup({ url, file }))
      expect(again.message).toBe(`backup ${file}: is there already, expected a name that is free`)
      const nowhere = join(file, "..", "none", "x.backup")
      expect((yield* Effect.flip(backup({ url, file: nowhere }))).message).toContain("ENOENT")
      const stopped = join(file, "..", "stopped.backup")
      const onRows = (done: number) => done > 1000 ? Effect.interrupt : Effect.void
      const exit = yield* Effect.exit(backup({ url, file: stopped, onRows }))
      expect(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)).toBe(true)
      expect(readdirSync(join(file, ".."))).toEqual(["dgas.backup"])
    }))
})

describe("a restore refuses, in a line, and leaves nothing half restored:", () => {
  const refusal = Effect.fnUntraced(function*(file: string) {
    const target = yield* anotherDatabase
    const error = yield* Effect.flip(restore({ url: target.url, file }))
    expect(error.message).not.toContain("\n")
    expect(yield* rowsIn(target.sql)).toBe(0)
    return error.message
  })
  const changed = (file: string, change: (text: string) => string) => {
    const other = `${file}.changed`
    writeFileSync(other, gzipSync(change(gunzipSync(readFileSync(file)).toString())))
    return other
  }

  it.live("a database that is not empty", () =>
    Effect.gen(function*() {
      const { file } = yield* taken
      const { url } = yield* TestDatabase
      const before = yield* bytesOf(yield* Sql)
      const error = yield* Effect.flip(restore({ url, file }))
      expect(error.message).toMatch(
        /^database 127\.0\.0\.1:\d+\/test_\w+ has rows in table \w+, expected one that holds nothing$/
      )
      expect(yield* bytesOf(yield* Sql)).toEqual(before)
    }))

  it.live("a file that is cut off, at any place", () =>
    Effect.gen(function*() {
      const { file } = yield* taken
      const whole = readFileSync(file)
      const short = `${file}.short`
      for (const length of [whole.length - 1, whole.length - 200, whole.length / 2, 40]) {
        writeFileSync(short, whole.subarray(0, length))
        expect(yield* refusal(short)).toBe(`backup ${short}: is cut off: its end is missing, use a whole copy`)
      }
      const text = lines(file)
      const early = changed(file, () => text.slice(0, -2).join("\n"))
      expect(yield* refusal(early)).toContain("is cut off")
    }))

  it.live("a file that is damaged: bits, rows that are missing, changed or too many", () =>
    Effect.gen(function*() {
      const { file } = yield* taken
      const bits = readFileSync(file)
      bits[bits.length >> 1]! ^= 4
      writeFileSync(`${file}.bits`, bits)
      // What the bit becomes depends on what was packed: bytes that are no gzip, a row that is none, or another row.
      expect(yield* refusal(`${file}.bits`)).toMatch(/is damaged|was refused|does not have its rows/)
      bits[bits.length >> 1]! ^= 4
      // The checksum of the whole.
      bits[bits.length - 8]! ^= 4
      writeFileSync(`${file}.sum`, bits)
      expect(yield* refusal(`${file}.sum`)).toContain("is damaged")
      const without = changed(file, (text) => text.replace(/\n\(1,1m,"2024-01-01 00:07:00\+00".*/, ""))
      expect(yield* refusal(without)).toContain("table bars does not have its rows and its sum")
      const other = changed(file, (text) => text.replace("123456789.123", "123456789.124"))
      expect(yield* refusal(other)).toContain("table bars does not have its rows and its sum")
      const broken = changed(file, (text) => text.replace("\n(1,1m,", "\n(1,1x,"))
      expect(yield* refusal(broken)).toContain("was refused by its type")
      const foreign = changed(file, (text) => text.replace(/\n\{"table":"api_keys"\}/, "\n{\"table\":\"pg_authid\"}"))
      expect(yield* refusal(foreign)).toContain("holds a table pg_authid, which is not one of dgas")
    }))

  it.live("a file of another format, of a newer schema, of other migrations, or that is no backup", () =>
    Effect.gen(function*() {
      const { file } = yield* taken
      const edited = (from: string, to: string) => changed(file, (text) => text.replace(from, to))
      expect(yield* refusal(edited("\"format\":1", "\"format\":2"))).toContain(
        "is of format 2, expected 1: upgrade dgas"
      )
      expect(yield* refusal(edited("0001_initial", "9001_future"))).toContain("is of a newer schema, with 9001_future")
      const [first] = readMigrations()
      expect(yield* refusal(edited(first!.checksum, "other"))).toContain("0001_initial differs")
      expect(yield* refusal(edited("\"dgas\"", "\"other\""))).toContain("is no backup of dgas")
      expect(yield* refusal(changed(file, () => ""))).toContain("is no backup of dgas")
      writeFileSync(`${file}.text`, "not gzip")
      expect(yield* refusal(`${file}.text`)).toContain("is damaged or no gzip")
      expect(yield* refusal(`${file}.none`)).toContain("is not there")
    }))

  it.live("a connection that is lost on the way", () =>
    Effect.gen(function*() {
      const { file } = yield* taken
      const { sql, url } = yield* anotherDatabase
      let lost = false
      const lose = Effect.suspend(() => {
        lost = true
        return sql.run("lose", (sql) =>
          sql`
            select pg_terminate_backend(pid) from pg_stat_activity
            where application_name like 'dgas/transaction/%' and datname = current_database()`)
      }).pipe(Effect.orDie, Effect.asVoid)
      const error = yield* Effect.flip(
        restore({ url, file, onRows: (done) => done > 1000 && !lost ? lose : Effect.void })
      )
      expect(error).toMatchObject({ _tag: "StoreUnavailable" })
      expect(yield* rowsIn(sql)).toBe(0)
      // And after the last row, where a commit on a new connection would say that all is well.
      lost = false
      const late = yield* Effect.flip(
        restore({ url, file, onRows: (done, total) => done === total && !lost ? lose : Effect.void })
      )
      expect(late).toMatchObject({ _tag: "StoreUnavailable" })
      expect(yield* rowsIn(sql)).toBe(0)
      yield* restore({ url, file })
    }))
})

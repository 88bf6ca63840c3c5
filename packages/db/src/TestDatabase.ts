/**
 * A database of its own for every test, on one real PostgreSQL for all tests of this machine and user.
 *
 * It is a copy of a migrated template. A test that left it in a state from which it can be cleaned hands it on to the next
 * one of its process, see `TestDatabase/Cleaning.ts`; else it is dropped. Templates are named after their migrations, so
 * checkouts that differ do not meet.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createHash, randomUUID } from "node:crypto"
import { tmpdir } from "node:os"
import { join } from "node:path"
import postgres from "postgres"
import { DbClock } from "./DbClock.ts"
import { ensure } from "./EmbeddedPostgres.ts"
import { isAlive } from "./EmbeddedPostgres/Processes.ts"
import { migrate, readMigrations } from "./Migrator.ts"
import { rowsOf, Sql } from "./Sql.ts"
import * as Stores from "./Stores.ts"
import { clean, type Origin, readOrigin } from "./TestDatabase/Cleaning.ts"

export class TestDatabase extends Context.Service<TestDatabase, {
  /** Of the test's own database. */
  readonly url: Redacted.Redacted<string>
}>()("@dgas/db/TestDatabase") {
  /** What `Database.layer` gives, and `TestDatabase`. */
  static readonly layer = Layer.unwrap(
    Effect.map(Effect.suspend(() => fresh(false)), (url) => layerOn(url, DbClock.layer))
  )

  /** The same by another clock: `DbClock.layerAt` or `DbClock.layerVirtual`. */
  static readonly layerBy = (clock: Layer.Layer<DbClock>) =>
    Layer.unwrap(Effect.map(fresh(false), (url) => layerOn(url, clock)))

  /** One that waits for the disk as a real one does, for what is measured; the clock is the database's unless given. */
  static readonly layerDurable = (clock: Layer.Layer<DbClock, never, Sql> = DbClock.layer) =>
    Layer.unwrap(Effect.map(fresh(true), (url) => layerOn(url, clock)))
}

const layerOn = <R>(url: Redacted.Redacted<string>, clock: Layer.Layer<DbClock, never, R>) =>
  Stores.layer.pipe(
    Layer.provideMerge(clock),
    Layer.provideMerge(Sql.layer({ url, pool: "test" })),
    Layer.provideMerge(Layer.succeed(TestDatabase, TestDatabase.of({ url })))
  )

/** Folder of the server that tests share. */
export const testServerFolder = join(tmpdir(), `dgas-test-${process.getuid?.() ?? 0}`)

const on = (server: Redacted.Redacted<string>, database: string) =>
  Redacted.make(Redacted.value(server).replace(/\/postgres$/, `/${database}`))

/** A copy of the template as a test has it. */
interface Copy {
  readonly name: string
  readonly server: Redacted.Redacted<string>
  readonly origin: Origin
  readonly durable: boolean
}

/** Copies of this process that no test has. They are dropped by a later process, as if this one had been killed. */
const free: Array<Copy> = []

const makeCopy = Effect.fnUntraced(function*(server: Redacted.Redacted<string>, durable: boolean) {
  const template = yield* ensureTemplate(server)
  const name = `test_${process.pid}_${randomUUID().replaceAll("-", "")}`
  yield* administer(server, (sql) => sql.unsafe(`create database ${name} template ${template} strategy wal_log`))
  if (!durable) yield* administer(server, (sql) => sql.unsafe(`alter database ${name} set synchronous_commit = off`))
  const origin = yield* administer(on(server, name), readOrigin)
  return { name, server, origin, durable } satisfies Copy
})

const handOn = (copy: Copy) =>
  administer(on(copy.server, copy.name), (sql) => clean(sql, copy.origin)).pipe(
    Effect.catchDefect(() => Effect.succeed(false)),
    Effect.flatMap((isClean) =>
      isClean
        ? Effect.sync(() => {
          free.push(copy)
        })
        : drop(copy.server, copy.name)
    )
  )

const drop = (server: Redacted.Redacted<string>, name: string) =>
  Effect.asVoid(administer(server, (sql) => sql.unsafe(`drop database if exists ${name} with (force)`)))

/** The URL of a copy of the template, which is the test's until the scope closes. */
const fresh = (durable: boolean) =>
  Effect.acquireRelease(
    Effect.gen(function*() {
      const { url } = yield* ensure({ dir: testServerFolder })
      const known = free.findIndex((one) =>
        one.durable === durable && Redacted.value(one.server) === Redacted.value(url)
      )
      return known < 0 ? yield* makeCopy(url, durable) : free.splice(known, 1)[0]!
    }),
    handOn
  ).pipe(Effect.map(({ name, server }) => on(server, name)))

let templateOfProcess: string | null = null

/** Made beside its name and renamed once it is whole; whoever comes second finds it there. */
const ensureTemplate = Effect.fnUntraced(function*(server: Redacted.Redacted<string>) {
  if (templateOfProcess !== null) return templateOfProcess
  const migrations = readMigrations()
  const checksums = migrations.map(({ checksum }) => checksum).join()
  const template = `template_${createHash("sha256").update(checksums).digest("hex").slice(0, 16)}`
  const exists = Effect.flatMap(
    Sql,
    ({ run }) => run("template", (sql) => sql`select datname as name from pg_database where datname = ${template}`)
  ).pipe(
    Effect.flatMap(decodeNames),
    Effect.map((found) => found.length > 0),
    Effect.provide(Sql.layer({ url: server, pool: "test", max: 1 }))
  )
  if (!(yield* exists)) {
    const draft = `draft_${randomUUID().replaceAll("-", "")}`
    yield* administer(server, (sql) => sql.unsafe(`create database ${draft}`))
    const url = on(server, draft)
    yield* Effect.flatMap(Sql, (sql) => migrate(url, sql, migrations)).pipe(
      Effect.provide(Sql.layer({ url, pool: "test", max: 1 }))
    )
    const renamed = yield* Effect.exit(
      administer(server, (sql) => sql.unsafe(`alter database ${draft} rename to ${template}`))
    )
    if (Exit.isFailure(renamed)) {
      yield* drop(server, draft)
      if (!(yield* exists)) return yield* renamed
    }
  }
  yield* dropLeftOver(server)
  templateOfProcess = template
  return template
})

/** Databases of test processes that were killed. */
const dropLeftOver = Effect.fnUntraced(function*(server: Redacted.Redacted<string>) {
  const names = yield* Effect.flatMap(
    Sql,
    ({ run }) => run("left over", (sql) => sql`select datname as name from pg_database where datname like 'test\\_%'`)
  ).pipe(
    Effect.flatMap(decodeNames),
    Effect.provide(Sql.layer({ url: server, pool: "test", max: 1 }))
  )
  for (const { name } of names) {
    if (!isAlive(Number(name.split("_")[1]))) yield* drop(server, name)
  }
})

/** CREATE and DROP DATABASE may take longer than statements may. A failure here is the test's own trouble. */
const administer = <A>(url: Redacted.Redacted<string>, work: (sql: postgres.Sql) => PromiseLike<A>) =>
  Effect.promise(async () => {
    const sql = postgres(Redacted.value(url), { max: 1, fetch_types: false, onnotice: () => undefined })
    try {
      return await work(sql)
    } finally {
      await sql.end({ timeout: 2 })
    }
  })

const decodeNames = rowsOf(Schema.Struct({ name: Schema.String }))

/**
 * A database of its own for every test, on one real PostgreSQL for all tests of this machine and user.
 *
 * It is a copy of a migrated template, made in well under 150 ms and dropped when the test ends. Templates are named
 * after their migrations, so checkouts that differ do not meet.
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

export class TestDatabase extends Context.Service<TestDatabase, {
  /** Of the test's own database. */
  readonly url: Redacted.Redacted<string>
}>()("@dgas/db/TestDatabase") {
  /** What `Database.layer` gives, and `TestDatabase`. */
  static readonly layer = Layer.unwrap(Effect.map(Effect.suspend(() => fresh), (url) => layerOn(url, DbClock.layer)))

  /** The same by another clock: `DbClock.layerAt` or `DbClock.layerVirtual`. */
  static readonly layerBy = (clock: Layer.Layer<DbClock>) =>
    Layer.unwrap(Effect.map(fresh, (url) => layerOn(url, clock)))
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

/** The URL of a copy of the template, which is dropped with the scope. */
const fresh = Effect.suspend(() =>
  Effect.acquireRelease(
    Effect.gen(function*() {
      const { url } = yield* ensure({ dir: testServerFolder })
      const template = yield* ensureTemplate(url)
      const name = `test_${process.pid}_${randomUUID().replaceAll("-", "")}`
      yield* administer(url, `create database ${name} template ${template} strategy wal_log`)
      return { name, server: url }
    }),
    ({ name, server }) => administer(server, `drop database if exists ${name} with (force)`)
  )
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
    yield* administer(server, `create database ${draft}`)
    const url = on(server, draft)
    yield* Effect.flatMap(Sql, (sql) => migrate(url, sql, migrations)).pipe(
      Effect.provide(Sql.layer({ url, pool: "test", max: 1 }))
    )
    const renamed = yield* Effect.exit(administer(server, `alter database ${draft} rename to ${template}`))
    if (Exit.isFailure(renamed)) {
      yield* administer(server, `drop database if exists ${draft} with (force)`)
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
    if (!isAlive(Number(name.split("_")[1]))) yield* administer(server, `drop database if exists ${name} with (force)`)
  }
})

/** CREATE and DROP DATABASE may take longer than statements may. A failure here is the test's own trouble. */
const administer = (server: Redacted.Redacted<string>, command: string) =>
  Effect.promise(async () => {
    const sql = postgres(Redacted.value(server), { max: 1, fetch_types: false, onnotice: () => undefined })
    try {
      await sql.unsafe(command)
    } finally {
      await sql.end({ timeout: 2 })
    }
  })

const decodeNames = rowsOf(Schema.Struct({ name: Schema.String }))

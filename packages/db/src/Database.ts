/**
 * The database of a project, ready to use.
 *
 * With `DATABASE_URL` it is that one, which is never started, stopped or, unless told, migrated; without, it is the
 * embedded PostgreSQL below `.dgas/`, which is started and migrated on first use. Either way the schema is the one
 * of this version, or nothing is done.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { join, resolve } from "node:path"
import { DbClock } from "./DbClock.ts"
import { ensure, stop } from "./EmbeddedPostgres.ts"
import { refuseMoved } from "./EmbeddedPostgres/Moved.ts"
import { checkSchema, migrate, readMigrations, schemaState } from "./Migrator.ts"
import { rowsOf, Sql, targetOf } from "./Sql.ts"
import * as Stores from "./Stores.ts"

export interface DatabaseOptions {
  /** Folder of the project: `.dgas` lies in it unless `DGAS_DIR` names another folder. */
  readonly root: string
  /** Whether a database that `DATABASE_URL` names may be migrated. */
  readonly migrate: boolean
  /** Whose connections these are: scheduler, api, report. */
  readonly pool: string
  /** Stops the embedded server at the end when this call started it and nobody else uses it. */
  readonly stopWhenDone?: boolean
  /** Time-out of a statement, for work for which nobody waits. 5000 unless told. */
  readonly statementTimeoutMs?: number
}

/** `Sql`, `DbClock` and all stores. */
export const layer = (options: DatabaseOptions) =>
  Layer.unwrap(
    Effect.map(open(options), ({ dir, url }) => {
      const embedded = dir !== null
      const ready = Layer.effectDiscard(Effect.flatMap(Sql, (sql) => makeReady(sql, url, embedded || options.migrate)))
      return Stores.layer.pipe(
        Layer.provideMerge(DbClock.layer),
        Layer.provideMerge(ready),
        Layer.provideMerge(Sql.layer({
          url,
          pool: options.pool,
          ...options.statementTimeoutMs === undefined ? {} : { statementTimeoutMs: options.statementTimeoutMs },
          // An embedded server may be killed, stopped, or come back at another port while a worker goes on.
          ...dir === null ? {} : { folder: dir, revive: Effect.map(ensureUnmoved(dir), (server) => server.url) }
        }))
      )
    })
  )

/** Applies what is missing to the project's database and comes back with the versions. */
export const migrateDatabase = Effect.fn("migrateDatabase")(function*({ root }: { readonly root: string }) {
  const { url } = yield* Effect.scoped(open({ root }))
  return yield* Effect.flatMap(Sql, (sql) => migrate(url, sql)).pipe(
    Effect.provide(Sql.layer({ url, pool: "migrate", max: 1 }))
  )
})

/** Stops the project's embedded PostgreSQL; false when it did not run. */
export const stopEmbedded = Effect.fn("stopEmbedded")(function*({ root }: { readonly root: string }) {
  return yield* stop({ dir: yield* embeddedFolder(root) })
})

/** Where the project's database is, once it takes connections; `dir` is the folder of an embedded one. */
export const open = Effect.fnUntraced(function*(
  { root, stopWhenDone = false }: Pick<DatabaseOptions, "root" | "stopWhenDone">
) {
  const given = yield* databaseUrl
  if (Option.isSome(given)) return { url: given.value, dir: null }
  const dir = yield* embeddedFolder(root)
  const { url } = yield* Effect.acquireRelease(
    ensureUnmoved(dir),
    ({ started, url }) => stopWhenDone && started ? stopUnlessUsed(dir, url) : Effect.void
  )
  return { url, dir }
})

// An unset variable is an answer; one that is set but empty is taken for unset, as shells make it so easily.
const setting = <A>(config: Config.Config<A>) => Effect.orDie(Config.option(config))

/** The database that the environment names. */
export const databaseUrl = Effect.map(
  setting(Config.Redacted("DATABASE_URL")),
  Option.filter((url) => Redacted.value(url) !== "")
)

/** Folder of the project's embedded database, whether or not there is one. */
export const embeddedFolder = (root: string) =>
  Effect.map(setting(Config.String("DGAS_DIR")), (dir) =>
    Option.match(Option.filter(dir, (dir) => dir !== ""), {
      onNone: () => join(root, ".dgas"),
      onSome: (dir) => resolve(root, dir)
    }))

/** Folder whose disk holds the data of the project; null when it is not on this machine as far as is known. */
export const dataFolder = Effect.fnUntraced(function*(root: string) {
  return Option.isSome(yield* databaseUrl) ? null : yield* embeddedFolder(root)
})

const ensureUnmoved = (dir: string) => Effect.andThen(refuseMoved(dir), ensure({ dir }))

const makeReady = Effect.fnUntraced(function*(
  sql: Sql["Service"],
  url: Redacted.Redacted<string>,
  mayMigrate: boolean
) {
  const migrations = readMigrations()
  if (mayMigrate) yield* migrate(url, sql, migrations)
  else {
    const target = yield* targetOf(url)
    yield* checkSchema(target, yield* schemaState(target, sql, migrations))
  }
})

/** Runs after our own connections are closed. What it cannot find out or stop stays as it is: `db:stop` tells why. */
const stopUnlessUsed = (dir: string, url: Redacted.Redacted<string>) =>
  othersOn(url).pipe(
    Effect.flatMap((others) => others === 0 ? stop({ dir }) : Effect.succeed(false)),
    Effect.ignore
  )

/** How many other connections the server at `url` has. */
export const othersOn = (url: Redacted.Redacted<string>) =>
  Effect.flatMap(Sql, ({ run }) =>
    run("other clients", (sql) =>
      sql`
        select count(*)::int as count from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()`)).pipe(
      Effect.flatMap(decodeCount),
      Effect.map(([others]) => others?.count ?? 0),
      Effect.provide(Layer.fresh(Sql.layer({ url, pool: "others", max: 1 })))
    )

const decodeCount = rowsOf(Schema.Struct({ count: Schema.Int }))

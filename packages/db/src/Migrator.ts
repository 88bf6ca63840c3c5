/**
 * Brings a database to the schema of this version, from the plain SQL files of `migrations/`.
 *
 * All that is missing is applied by one script under one lock, wholly or not at all, so any number of processes
 * may start at once. A file that was changed after it was applied, and a database that is newer than the files,
 * are refused and nothing is touched.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import postgres from "postgres"
import { rowsOf, type Sql, type SqlFailure, targetOf } from "./Sql.ts"
import { failureOf } from "./SqlFailure.ts"

/**
 * The database is not at the schema of this version. `versions` are the file names that differ, or, where tables of
 * somebody else are in the way, what the server said of them.
 */
export class SchemaMismatch extends Schema.TaggedError<SchemaMismatch>()("SchemaMismatch", {
  target: Schema.String,
  state: Schema.Literals(["older", "newer", "changed", "foreign"]),
  versions: Schema.Array(Schema.String)
}) {
  override get message() {
    const names = this.versions.join(", ")
    return this.state === "older"
      ? `database ${this.target} has an older schema, without ${names}: run \`bun run db:migrate\``
      : this.state === "newer"
      ? `database ${this.target} has a newer schema, with ${names}: upgrade dgas`
      : this.state === "foreign"
      ? `database ${this.target} holds tables that are not those of dgas (${names}): give dgas a database of its own`
      : `database ${this.target} was made by other migrations than these: ${names} differs, restore the file`
  }
}

export interface Migration {
  /** File name without `.sql`. */
  readonly version: string
  /** SHA-256 of the text with LF line ends, in hex. */
  readonly checksum: string
  readonly script: string
}

/** The files of `migrations/`, in order. */
export const readMigrations = (folder = resolve(import.meta.dir, "../../../migrations")): ReadonlyArray<Migration> =>
  readdirSync(folder).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).toSorted().map((name) => {
    const script = readFileSync(resolve(folder, name), "utf8").replaceAll("\r\n", "\n")
    const checksum = createHash("sha256").update(script).digest("hex")
    return { version: name.slice(0, -".sql".length), checksum, script }
  })

/** `missing` are files that were not applied; `unknown` were applied and are not among the files. */
export interface SchemaState {
  readonly missing: ReadonlyArray<string>
  readonly unknown: ReadonlyArray<string>
  readonly changed: ReadonlyArray<string>
}

/** Compares what was applied with `migrations`. A database without our tables misses all of them. */
export const schemaState = Effect.fn("schemaState")(function*(
  target: string,
  sql: Sql["Service"],
  migrations: ReadonlyArray<Migration>
) {
  const [table] = yield* sql.run("schema exists", (sql) =>
    sql`
      select count(*)::int as columns, count(*) filter (where attname in ('version', 'checksum'))::int as known
      from pg_attribute where attrelid = to_regclass('migrations') and attnum > 0 and not attisdropped`).pipe(
      Effect.flatMap(decodeTable)
    )
  if (table !== undefined && table.columns > 0 && table.known < 2) {
    return yield* new SchemaMismatch({ target, state: "foreign", versions: ["a table migrations of other columns"] })
  }
  const applied = table?.known === 2
    ? yield* sql.run("schema version", (sql) => sql`select version, checksum from migrations`).pipe(
      Effect.flatMap(decodeApplied)
    )
    : []
  const checksums = new Map(applied.map(({ checksum, version }) => [version, checksum]))
  const known = new Set(migrations.map(({ version }) => version))
  const state: SchemaState = {
    missing: migrations.filter(({ version }) => !checksums.has(version)).map(({ version }) => version),
    unknown: [...checksums.keys()].filter((version) => !known.has(version)),
    changed: migrations.filter(({ checksum, version }) => (checksums.get(version) ?? checksum) !== checksum)
      .map(({ version }) => version)
  }
  return state
})

const decodeTable = rowsOf(Schema.Struct({ columns: Schema.Int, known: Schema.Int }))
const decodeApplied = rowsOf(Schema.Struct({ version: Schema.String, checksum: Schema.String }))

/** Fails unless `state` says that nothing differs, or, with `allowOlder`, that files only wait to be applied. */
export const checkSchema = (
  target: string,
  { changed, missing, unknown }: SchemaState,
  { allowOlder = false } = {}
): Effect.Effect<void, SchemaMismatch> =>
  unknown.length > 0
    ? Effect.fail(new SchemaMismatch({ target, state: "newer", versions: unknown }))
    : changed.length > 0
    ? Effect.fail(new SchemaMismatch({ target, state: "changed", versions: changed }))
    : missing.length > 0 && !allowOlder
    ? Effect.fail(new SchemaMismatch({ target, state: "older", versions: missing }))
    : Effect.void

/** Applies what is missing and comes back with its versions, which another process may have applied meanwhile. */
export const migrate = Effect.fn("migrate")(function*(
  url: Redacted.Redacted<string>,
  sql: Sql["Service"],
  migrations: ReadonlyArray<Migration> = readMigrations()
) {
  const target = yield* targetOf(url)
  const state = yield* schemaState(target, sql, migrations)
  yield* checkSchema(target, state, { allowOlder: true })
  if (state.missing.length === 0) return []
  yield* runScript(url, target, scriptOf(migrations))
  yield* checkSchema(target, yield* schemaState(target, sql, migrations))
  return state.missing
})

/** Arbitrary, and the same in every process: the lock under which migrations run. */
const lockKey = 0x64_67_61_73

/**
 * One message of the simple protocol, which Postgres runs as one transaction. What another process applied while
 * this one waited for the lock is seen after the lock, inside the block of each version.
 */
const scriptOf = (migrations: ReadonlyArray<Migration>): string =>
  [
    "set local statement_timeout = 0; set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0;",
    `select pg_advisory_xact_lock(${lockKey});`,
    `create table if not exists migrations (
      version text primary key,
      checksum text not null,
      applied_at timestamptz not null default now()
    );
    comment on table migrations is 'Files of migrations/ that were applied';
    comment on column migrations.version is 'File name';
    comment on column migrations.checksum is 'SHA-256 of the file';
    comment on column migrations.applied_at is 'When';`,
    ...migrations.map(({ checksum, script, version }) =>
      `do $guard$ begin
        if not exists (select from migrations where version = ${literal(version)}) then
          execute ${literal(script)};
          insert into migrations (version, checksum) values (${literal(version)}, ${literal(checksum)});
        end if;
      end $guard$;`
    )
  ].join("\n")

/** A literal that needs no setting of the server, with a tag that the text does not hold. */
const literal = (text: string): string => {
  let tag = "$text$"
  while (text.includes(tag)) tag = tag.replace(/\$$/, "x$")
  return `${tag}${text}${tag}`
}

const runScript = (
  url: Redacted.Redacted<string>,
  target: string,
  script: string
): Effect.Effect<void, SqlFailure | SchemaMismatch> =>
  Effect.tryPromise({
    try: async () => {
      const sql = postgres(Redacted.value(url), {
        max: 1,
        connect_timeout: 10,
        fetch_types: false,
        onnotice: () => undefined,
        connection: { application_name: "dgas/migrate" }
      })
      try {
        await sql.unsafe(script).simple()
      } finally {
        await sql.end({ timeout: 2 })
      }
    },
    catch: (error) =>
      failureOf(error, { statement: "migrate", target, timeoutMs: 0 }) ??
        new SchemaMismatch({
          target,
          state: "foreign",
          versions: [error instanceof Error ? error.message : String(error)]
        })
  })

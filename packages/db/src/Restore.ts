/**
 * A backup put back, wholly or not at all, into a database that holds nothing.
 *
 * A database without tables is given those that the backup was taken from, then the rows, then what this version adds.
 * Rows are checked by the tables' own rules, and kept only when every one came with the sum that it was written with.
 * Restored messages do not go out by themselves: each that had not been sent is held until `release`. No key of the API is
 * valid: any may have been revoked after the backup was taken. Slots that were held are free. A failure leaves a database without rows, which can be tried again.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { OnRows } from "./Backup.ts"
import { BackupUnusable, type Head } from "./Backup/BackupFile.ts"
import { type BackupReader, readBackup } from "./Backup/BackupReader.ts"
import { filledByMigrations, readTables, type Table } from "./Backup/Tables.ts"
import { atomically, type Transaction } from "./Backup/Transaction.ts"
import { migrate, type Migration, readMigrations, schemaState } from "./Migrator.ts"
import { rowsOf, Sql, targetOf } from "./Sql.ts"

/** The database is not one that can be restored into. */
export class RestoreRefused extends Schema.TaggedError<RestoreRefused>()("RestoreRefused", {
  target: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `database ${this.target} ${this.reason}, expected one that holds nothing`
  }
}

export interface Restored {
  readonly target: string
  /** When the backup was taken. */
  readonly createdAt: string
  readonly tables: Head["tables"]
  readonly rows: number
  /** Messages that had not been sent, and now wait to be released. */
  readonly held: number
  /** Keys of the API, and pages, that were valid when the backup was taken and are so no more. */
  readonly revoked: number
  /** Slots that a worker held when the backup was taken. */
  readonly freed: number
  /** Migrations that the backup did not have yet. */
  readonly applied: ReadonlyArray<string>
}

export interface RestoreOptions {
  readonly url: Redacted.Redacted<string>
  readonly file: string
  /** False to let messages go out, and keys be valid, as if nothing had happened: for a database that moves, and is used no more. */
  readonly hold?: boolean
  readonly onRows?: OnRows
}

export const restore = Effect.fn("restore")(
  function*({ file, hold = true, onRows = () => Effect.void, url }: RestoreOptions) {
    const sql = yield* Sql
    const target = yield* targetOf(url)
    const migrations = readMigrations()
    const reader = yield* readBackup(file)
    const own = yield* migrationsOf(reader.head, migrations, file)
    yield* prepare(url, target, sql, own, migrations)
    const settled = yield* atomically(url, (transaction) =>
      Effect.gen(function*() {
        const tables = yield* readTables(transaction)
        yield* claimEmpty(transaction, tables, target)
        yield* fill(transaction, tables, reader, file, onRows)
        yield* check(transaction, tables, reader.head, file)
        yield* Effect.forEach(tables, (table) => renumber(transaction, table), { discard: true })
        return yield* settle(transaction, hold)
      }))
    const applied = yield* migrate(url, sql, migrations)
    // The column came with a later schema than that of some backups.
    if (hold && applied.length > 0) yield* sql.run("mark held", (sql) => sql.unsafe(markHeld))
    const { createdAt, tables } = reader.head
    const rows = tables.reduce((sum, table) => sum + table.rows, 0)
    return { target, createdAt, tables, rows, ...settled, applied } satisfies Restored
  },
  (work, { url }) => Effect.scoped(Effect.provide(work, Layer.fresh(Sql.layer({ url, pool: "restore", max: 1 }))))
)

/** Those that had been applied where the backup was taken. */
const migrationsOf = Effect.fnUntraced(function*(head: Head, migrations: ReadonlyArray<Migration>, file: string) {
  const known = new Map(migrations.map(({ checksum, version }) => [version, checksum]))
  const newer = head.schema.filter(({ version }) => !known.has(version)).map(({ version }) => version)
  if (newer.length > 0) {
    return yield* new BackupUnusable({ file, reason: `is of a newer schema, with ${newer.join(", ")}: upgrade dgas` })
  }
  const changed = head.schema.filter(({ checksum, version }) => known.get(version) !== checksum)
  if (changed.length > 0) {
    const names = changed.map(({ version }) => version).join(", ")
    return yield* new BackupUnusable({ file, reason: `was made by other migrations than these: ${names} differs` })
  }
  const applied = new Set(head.schema.map(({ version }) => version))
  return migrations.filter(({ version }) => applied.has(version))
})

/** Brings a database without tables to the schema of the backup. One that has tables must have that schema already. */
const prepare = Effect.fnUntraced(function*(
  url: Redacted.Redacted<string>,
  target: string,
  sql: Sql["Service"],
  own: ReadonlyArray<Migration>,
  migrations: ReadonlyArray<Migration>
) {
  const { changed, missing, unknown } = yield* schemaState(target, sql, migrations)
  const wanted = new Set(own.map(({ version }) => version))
  const applied = migrations.filter(({ version }) => !missing.includes(version)).map(({ version }) => version)
  const beyond = [...unknown, ...applied.filter((version) => !wanted.has(version))]
  if (beyond.length > 0) {
    const reason = `has a newer schema than the backup, with ${beyond.join(", ")}`
    return yield* new RestoreRefused({ target, reason })
  }
  if (changed.length > 0) {
    const reason = `was made by other migrations than the backup: ${changed.join(", ")} differs`
    return yield* new RestoreRefused({ target, reason })
  }
  return yield* migrate(url, sql, own)
})

/** Holds off every other writer until the end, and takes out what the migrations put in. */
const claimEmpty = Effect.fnUntraced(function*(transaction: Transaction, tables: ReadonlyArray<Table>, target: string) {
  yield* transaction.run("lock", `lock table ${tables.map(({ quoted }) => quoted).join(", ")} in exclusive mode`)
  for (const { name, quoted } of tables) {
    if (filledByMigrations.has(name)) {
      yield* transaction.run(`empty ${name}`, `delete from ${quoted}`)
      continue
    }
    const [found] = yield* transaction.run(`look into ${name}`, `select exists (select from ${quoted}) as rows`).pipe(
      Effect.flatMap(decodeFound)
    )
    if (found?.rows === true) return yield* new RestoreRefused({ target, reason: `has rows in table ${name}` })
  }
})

const fill = Effect.fnUntraced(function*(
  transaction: Transaction,
  tables: ReadonlyArray<Table>,
  reader: BackupReader,
  file: string,
  onRows: OnRows
) {
  const quoted = new Map(tables.map((table) => [table.name, table.quoted]))
  const total = reader.head.tables.reduce((sum, { rows }) => sum + rows, 0)
  let done = 0
  yield* onRows(done, total)
  while (true) {
    const piece = yield* reader.next
    if (piece === null) return
    const table = quoted.get(piece.table)
    if (table === undefined) {
      return yield* new BackupUnusable({ file, reason: `holds a table ${piece.table}, which is not one of dgas` })
    }
    yield* transaction.run(
      `restore ${piece.table}`,
      `insert into ${table} overriding system value select * from unnest($1::${table}[])`,
      [`{${piece.rows.map((row) => `"${row.replaceAll(/["\\]/g, "\\$&")}"`).join(",")}}`]
    )
    done += piece.rows.length
    yield* onRows(done, total)
  }
})

/** Whether the database itself counts what the backup says. */
const check = Effect.fnUntraced(
  function*(transaction: Transaction, tables: ReadonlyArray<Table>, head: Head, file: string) {
    const told = new Map(head.tables.map(({ name, rows }) => [name, rows]))
    for (const { name, quoted } of tables) {
      const [counted] = yield* transaction.run(`count ${name}`, `select count(*)::float8 as rows from ${quoted}`).pipe(
        Effect.flatMap(decodeCount)
      )
      const rows = told.get(name) ?? 0
      if (counted?.rows === rows) continue
      const reason = `should give table ${name} ${rows} rows, and gave it ${counted?.rows ?? 0}`
      return yield* new BackupUnusable({ file, reason })
    }
  }
)

/** Lets the sequences of a table go on after the highest number that was restored. */
const renumber = (transaction: Transaction, { identities, name, quoted }: Table) =>
  Effect.forEach(identities, (column) =>
    transaction.run(
      `renumber ${name}`,
      `select setval(pg_get_serial_sequence($1, $2), coalesce(max(${column.quoted}), 1), max(${column.quoted}) is not null)
       from ${quoted}`,
      [quoted, column.name]
    ), { discard: true })

/** What was at work when the backup was taken is at work no more. */
const settle = Effect.fnUntraced(function*(transaction: Transaction, hold: boolean) {
  const [slots] = yield* transaction.run("free slots", freeSlots).pipe(Effect.flatMap(decodeCount))
  yield* transaction.run("stop", stopWorker)
  yield* transaction.run("forget the feed", forgetFeed)
  const [messages] = yield* transaction.run(
    "settle messages",
    `with settled as (${hold ? holdMessages : freeMessages} returning 1) select count(*)::int as rows from settled`
  ).pipe(Effect.flatMap(decodeCount))
  let revoked = 0
  if (hold) {
    const [keys] = yield* transaction.run("revoke keys", revokeKeys).pipe(Effect.flatMap(decodeCount))
    revoked = keys!.rows
    const [column] = yield* transaction.run("column", markable).pipe(Effect.flatMap(decodeFound))
    if (column?.rows === true) yield* transaction.run("mark held", markHeld)
  }
  return { freed: slots!.rows, held: hold ? messages!.rows : 0, revoked }
})

// A higher fence, so that a worker which still believes that it holds the slot ends nothing.
const freeSlots = `
  with freed as (
    update slots set owner = 'restored', fence = fence + 1, lease_until = clock_timestamp(), updated_at = clock_timestamp()
    where state = 'running' returning 1
  ) select count(*)::int as rows from freed`
// What was put back is no news to those who look on. Backups of before have no feed.
const forgetFeed = "do $$ begin if to_regclass('feed') is not null then delete from feed; end if; end $$"
const stopWorker = `
  update scheduler_state set status = 'STOPPED', current_run_id = null, error_message = null,
    updated_at = clock_timestamp()`
const revokeKeys = `
  with revoked as (
    update api_keys set revoked_at = clock_timestamp() where revoked_at is null
    returning expires_at is null or expires_at > clock_timestamp() as was_valid
  ) select count(*)::int as rows from revoked where was_valid`
const holdMessages = `
  update outbox set state = 'held', lease_token = null, lease_until = null where state in ('pending', 'leased', 'held')`
const freeMessages = `
  update outbox set state = 'pending', lease_token = null, lease_until = null where state = 'leased'`
const markHeld = `update outbox set restored_at = clock_timestamp() where state = 'held'`
const markable = `
  select exists (
    select from pg_attribute where attrelid = 'outbox'::regclass and attname = 'restored_at' and not attisdropped
  ) as rows`

const decodeFound = rowsOf(Schema.Struct({ rows: Schema.Boolean }))
const decodeCount = rowsOf(Schema.Struct({ rows: Schema.Int }))

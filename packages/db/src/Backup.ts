/**
 * The whole database in one file, while others go on writing.
 *
 * All tables are read from one snapshot, so no signal is there without its run, and nothing waits for the backup. Numbers
 * keep their last bit, instants their microseconds, JSON and text every character. Not part of it: roles, settings, and
 * the configuration of dgas. It is never held in memory as a whole.
 */
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { backupFormat, BackupUnusable, type Head, writeBackup } from "./Backup/BackupFile.ts"
import { readTables, type Table } from "./Backup/Tables.ts"
import { snapshot, type Transaction } from "./Backup/Transaction.ts"
import { rowsOf } from "./Sql.ts"

/** Told now and then: rows that are done, of how many. */
export type OnRows = (done: number, total: number) => Effect.Effect<void>

export interface BackedUp {
  readonly file: string
  /** Of the packed file. */
  readonly bytes: number
  readonly createdAt: string
  /** The last migration that had been applied. */
  readonly schema: string
  readonly tables: Head["tables"]
  readonly rows: number
}

const rowsAtOnce = 5000

/** Writes the database of `url` to `file`, which must not exist. */
export const backup = Effect.fn("backup")(function*(
  { file, onRows = () => Effect.void, url }: {
    readonly url: Redacted.Redacted<string>
    readonly file: string
    readonly onRows?: OnRows
  }
) {
  return yield* Effect.scoped(snapshot(url, (transaction) =>
    Effect.gen(function*() {
      const tables = yield* readTables(transaction)
      const head = yield* headOf(transaction, tables, file)
      const total = head.tables.reduce((sum, { rows }) => sum + rows, 0)
      const writer = yield* writeBackup(file, head)
      let done = 0
      yield* onRows(done, total)
      for (const table of tables) {
        yield* writer.begin(table.name)
        yield* transaction.pages(`read ${table.name}`, linesQuery(table), rowsAtOnce, (rows) =>
          Effect.gen(function*() {
            yield* writer.rows((yield* decodeLines(rows)).map(({ line }) => line))
            done += rows.length
            yield* onRows(done, total)
          }))
      }
      const bytes = yield* writer.finish
      const { createdAt, schema } = head
      return {
        file,
        bytes,
        createdAt,
        schema: schema.at(-1)!.version,
        tables: head.tables,
        rows: done
      } satisfies BackedUp
    })))
})

const headOf = Effect.fnUntraced(function*(transaction: Transaction, tables: ReadonlyArray<Table>, file: string) {
  const [known] = yield* transaction.run("schema exists", "select to_regclass('migrations') is not null as known").pipe(
    Effect.flatMap(decodeKnown)
  )
  if (known?.known !== true) return yield* new BackupUnusable({ file, reason: "the database holds no tables of dgas" })
  const schema = yield* transaction.run("schema", "select version, checksum from migrations order by version").pipe(
    Effect.flatMap(decodeSchema)
  )
  const counts = yield* Effect.forEach(
    tables,
    ({ name, quoted }) =>
      transaction.run(`count ${name}`, `select count(*)::float8 as rows from ${quoted}`).pipe(
        Effect.flatMap(decodeCount),
        Effect.map(([counted]) => ({ name, rows: counted!.rows }))
      )
  )
  const [clock] = yield* transaction.run("clock", "select to_json(now())#>>'{}' as at").pipe(Effect.flatMap(decodeAt))
  return { dgas: "backup", format: backupFormat, createdAt: clock!.at, schema, tables: counts } satisfies Head
})

/** Of a table that refers to itself, rows that refer to nothing go first: a restore is told of each row in this order. */
const linesQuery = ({ ownReferences, quoted }: Table): string => {
  const order = ownReferences.map((column) => `"the row".${column} is not null`).join(", ")
  return `select "the row"::text as line from ${quoted} as "the row"${order === "" ? "" : ` order by ${order}`}`
}

const decodeLines = rowsOf(Schema.Struct({ line: Schema.String }))
const decodeKnown = rowsOf(Schema.Struct({ known: Schema.Boolean }))
const decodeSchema = rowsOf(Schema.Struct({ version: Schema.String, checksum: Schema.String }))
const decodeCount = rowsOf(Schema.Struct({ rows: Schema.Int }))
const decodeAt = rowsOf(Schema.Struct({ at: Schema.String }))

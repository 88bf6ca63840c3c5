/**
 * The file of a backup: gzip of lines of text, which standard tools unpack.
 *
 * The first line is its head as JSON: format, schema, and how many rows each table has. Then come the tables, each a line
 * of JSON with its name and a line a row, as PostgreSQL spells it (`(1,30m,"2026-01-05 00:00:00+00",…)`, a backslash as
 * `\\` and a line feed as `\n`). The last line is JSON with the SHA-256 of each table's lines. It is written beside its
 * name and renamed once it is on the disk, so there is a whole file or none.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises"
import { promisify } from "node:util"
import { gzip } from "node:zlib"

/** The file cannot be written, or is no backup that can be restored. */
export class BackupUnusable extends Schema.TaggedError<BackupUnusable>()("BackupUnusable", {
  file: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `backup ${this.file}: ${this.reason}`
  }
}

/** Raised with each change that a version before could not read. */
export const backupFormat = 1

export const Head = Schema.Struct({
  dgas: Schema.Literal("backup"),
  format: Schema.Int,
  /** ISO text in UTC, by the database's clock. */
  createdAt: Schema.String,
  /** What of `migrations/` had been applied, in order. */
  schema: Schema.Array(Schema.Struct({ version: Schema.String, checksum: Schema.String })),
  tables: Schema.Array(Schema.Struct({ name: Schema.String, rows: Schema.Int }))
})
export type Head = typeof Head.Type

export const Section = Schema.Struct({ table: Schema.String })

/** `rows` and `sha256` are of the lines that were written. */
export const Tail = Schema.Struct({
  end: Schema.Array(Schema.Struct({ name: Schema.String, rows: Schema.Int, sha256: Schema.String }))
})
export type Tail = typeof Tail.Type

/** A row in one line. */
export const lineOf = (row: string): string =>
  /[\\\n]/.test(row) ? row.replaceAll("\\", "\\\\").replaceAll("\n", "\\n") : row

/** The row of a line. */
export const rowOf = (line: string): string =>
  line.includes("\\") ? line.replaceAll(/\\(.)/g, (_, next: string) => next === "n" ? "\n" : next) : line

export interface BackupWriter {
  /** Begins the section of a table. */
  readonly begin: (table: string) => Effect.Effect<void, BackupUnusable>
  readonly rows: (rows: ReadonlyArray<string>) => Effect.Effect<void, BackupUnusable>
  /** Ends the file, gives it its name, and comes back with its size in bytes. */
  readonly finish: Effect.Effect<number, BackupUnusable>
}

const packed = promisify<Buffer, Buffer>((text, done) => gzip(text, done))

/** Bytes of text that are packed at once. Each pack is a gzip member of its own, and members in a row are one file. */
const packBytes = 1 << 20

/** A new file at `file`, which must not exist. What is not finished when the scope closes is removed. */
export const writeBackup = Effect.fnUntraced(function*(file: string, head: Head) {
  const draft = `${file}.part`
  const attempt = <A>(touch: () => Promise<A>) =>
    Effect.tryPromise({
      try: touch,
      catch: (error) => new BackupUnusable({ file, reason: error instanceof Error ? error.message : String(error) })
    })
  const exists = yield* attempt(() => stat(file).then(() => true, absent))
  if (exists) return yield* new BackupUnusable({ file, reason: "is there already, expected a name that is free" })
  const handle: FileHandle = yield* Effect.acquireRelease(
    // What it holds is as secret as the database.
    attempt(() => open(draft, "w", 0o600)),
    (handle) => Effect.promise(() => handle.close().then(() => rm(draft, { force: true })).catch(() => undefined))
  )
  const sums: Array<{ readonly name: string; rows: number; readonly hash: ReturnType<typeof createHash> }> = []
  let waiting: Array<Buffer> = []
  let bytes = 0
  let size = 0

  const flush = Effect.suspend(() => {
    const text = Buffer.concat(waiting)
    waiting = []
    bytes = 0
    return attempt(async () => {
      const pack = await packed(text)
      await handle.appendFile(pack)
      size += pack.length
    })
  })
  const add = (text: Buffer) =>
    Effect.suspend(() => {
      waiting.push(text)
      bytes += text.length
      return bytes >= packBytes ? flush : Effect.void
    })
  const json = (value: object) => add(Buffer.from(`${JSON.stringify(value)}\n`))

  yield* json(head)
  return {
    begin: (table) => {
      sums.push({ name: table, rows: 0, hash: createHash("sha256") })
      return json({ table })
    },
    rows: (rows) => {
      const sum = sums.at(-1)!
      const text = Buffer.from(rows.map((row) => `${lineOf(row)}\n`).join(""))
      sum.rows += rows.length
      sum.hash.update(text)
      return add(text)
    },
    finish: Effect.suspend(() =>
      json({ end: sums.map(({ hash, name, rows }) => ({ name, rows, sha256: hash.digest("hex") })) } satisfies Tail)
    ).pipe(
      Effect.andThen(flush),
      Effect.andThen(attempt(async () => {
        await handle.sync()
        await rename(draft, file)
        return size
      }))
    )
  } satisfies BackupWriter
})

const absent = (error: unknown): false => {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return false
  throw error
}

/**
 * Reads the file of a backup piece by piece, see `BackupFile`.
 *
 * What is not what was written is told as it is met: a file that is cut off or damaged, of another format, or whose rows
 * do not have their sums. The last piece comes only after every sum was right, so who keeps nothing before it keeps
 * nothing of a bad file.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { pipeline } from "node:stream"
import { StringDecoder } from "node:string_decoder"
import { createGunzip } from "node:zlib"
import { backupFormat, BackupUnusable, Head, rowOf, Section, Tail } from "./BackupFile.ts"

export interface Rows {
  readonly table: string
  readonly rows: ReadonlyArray<string>
}

export interface BackupReader {
  readonly head: Head
  /** The next rows, all of one table; null after the last. */
  readonly next: Effect.Effect<Rows | null, BackupUnusable>
}

/** Rows at once: of this number, or of this many characters. */
const rowsAtOnce = 5000
const textAtOnce = 1 << 20
/** No row is near as long: what is, is not text of ours. */
const longestLine = 1 << 28

/** Opens the file and reads its head. It is closed with the scope. */
export const readBackup = Effect.fnUntraced(function*(file: string) {
  const pieces = yield* Effect.acquireRelease(
    Effect.sync(() => piecesOf(file)),
    (pieces) => Effect.promise(() => pieces.return(null).catch(() => undefined))
  )
  const pull = Effect.tryPromise({
    try: () => pieces.next(),
    catch: (error) => new BackupUnusable({ file, reason: reasonOf(error) })
  })
  const { value: head } = yield* pull
  if (head === null || !("format" in head)) return yield* new BackupUnusable({ file, reason: notOne })
  const next = Effect.flatMap(pull, ({ value }) =>
    value === null || "rows" in value
      ? Effect.succeed(value)
      : Effect.fail(new BackupUnusable({ file, reason: "is damaged: a second head" })))
  return { head, next } satisfies BackupReader
})

const notOne = "is no backup of dgas"
const cutOff = "is cut off: its end is missing, use a whole copy"

/** What the file is found not to be. */
class Bad extends Error {}

/** The words of zlib and of the file system, for people. */
const reasonOf = (error: unknown): string => {
  if (error instanceof Bad) return error.message
  const code = error instanceof Error && "code" in error ? String(error.code) : ""
  if (code === "Z_BUF_ERROR") return cutOff
  if (code.startsWith("Z_")) return "is damaged or no gzip, use a whole copy"
  if (code === "ENOENT") return "is not there"
  return error instanceof Error ? error.message : String(error)
}

/** The head, then rows, and null once everything was right. */
async function* piecesOf(file: string): AsyncGenerator<Head | Rows | null, null> {
  let head: Head | null = null
  let ended = false
  let section: { readonly table: string; readonly hash: ReturnType<typeof createHash>; rows: number } | null = null
  const sums = new Map<string, { readonly rows: number; readonly sha256: string }>()
  let rows: Array<string> = []
  let length = 0

  const close = () => {
    if (section !== null) sums.set(section.table, { rows: section.rows, sha256: section.hash.digest("hex") })
    section = null
  }
  const taken = (table: string): Rows => {
    const piece = { table, rows }
    rows = []
    length = 0
    return piece
  }

  for await (const lines of linesOf(file)) {
    for (const line of lines) {
      if (ended) throw new Bad("is damaged: something comes after its end")
      if (head === null) {
        head = headOf(line)
        yield head
      } else if (line.startsWith("(")) {
        if (section === null) throw new Bad("is damaged: a row outside of any table")
        section.hash.update(`${line}\n`)
        section.rows++
        rows.push(rowOf(line))
        length += line.length
        if (rows.length >= rowsAtOnce || length >= textAtOnce) yield taken(section.table)
      } else {
        if (section !== null && rows.length > 0) yield taken(section.table)
        close()
        const begun = Result.getOrNull(decodeSection(line))
        if (begun === null) {
          check(head, sums, line)
          ended = true
        } else {
          section = { table: begun.table, hash: createHash("sha256"), rows: 0 }
        }
      }
    }
  }
  if (!ended) throw new Bad(head === null ? notOne : cutOff)
  return null
}

const decodeSection = Schema.decodeUnknownResult(Schema.fromJsonString(Section))
const decodeHead = Schema.decodeUnknownResult(Schema.fromJsonString(Head))
const decodeTail = Schema.decodeUnknownResult(Schema.fromJsonString(Tail))
const decodeFormat = Schema.decodeUnknownResult(
  Schema.fromJsonString(Schema.Struct({ dgas: Schema.Literal("backup"), format: Schema.Int }))
)

const headOf = (line: string): Head => {
  const format = Result.getOrNull(decodeFormat(line))?.format
  if (format === undefined) throw new Bad(notOne)
  if (format !== backupFormat) {
    throw new Bad(`is of format ${format}, expected ${backupFormat}${format > backupFormat ? ": upgrade dgas" : ""}`)
  }
  const head = Result.getOrNull(decodeHead(line))
  if (head === null) throw new Bad("is damaged: its head cannot be read")
  return head
}

/** Throws unless `line` is the end of the file and every table had the rows and the sum that it was written with. */
const check = (
  head: Head,
  found: ReadonlyMap<string, { readonly rows: number; readonly sha256: string }>,
  line: string
): void => {
  const tail = Result.getOrNull(decodeTail(line))
  if (tail === null) throw new Bad("is damaged: a line that is neither a row nor a table")
  const told = new Map(tail.end.map((one) => [one.name, one]))
  for (const { name, rows } of head.tables) {
    const own = found.get(name)
    const sum = told.get(name)
    if (own === undefined || sum === undefined || own.rows !== rows || own.sha256 !== sum.sha256) {
      throw new Bad(`is damaged: table ${name} does not have its rows and its sum, use a whole copy`)
    }
  }
}

/** The lines that each stretch of the file completes. */
async function* linesOf(file: string): AsyncGenerator<ReadonlyArray<string>> {
  const text = createGunzip()
  pipeline(createReadStream(file), text, () => undefined)
  const decoder = new StringDecoder("utf8")
  let rest = ""
  for await (const chunk of text) {
    const lines = (rest + decoder.write(chunk)).split("\n")
    rest = lines.pop() ?? ""
    if (rest.length > longestLine) throw new Bad("is damaged: a line without an end")
    yield lines
  }
  if (rest !== "") throw new Bad(cutOff)
}

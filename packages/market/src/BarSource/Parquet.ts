/**
 * A folder of `SYMBOL_TIMEFRAME.parquet` files with the columns `timestamp,open,high,low,close,volume`; others are not
 * read.
 *
 * A timestamp is a bar's open: a Parquet timestamp or date, text as a CSV file has it, or a whole number of seconds,
 * milliseconds, microseconds or nanoseconds since the epoch. Pages may be plain or packed with snappy, gzip, zstd or
 * brotli. A cell that is no number costs its row; one that is no time costs the file.
 */
import type { RawBar } from "@dgas/domain/Bar"
import * as Effect from "effect/Effect"
import { type Compressors, parquetReadObjects } from "hyparquet"
import { readFile } from "node:fs/promises"
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib"
import { parseTimestamp } from "../BarFile/BarRow.ts"
import type { BarSource } from "../BarSource.ts"
import { faultOf } from "../BarValidation.ts"
import { type FolderFile, folderSource } from "./Folder.ts"

const columns = ["timestamp", "open", "high", "low", "close", "volume"]

const compressors: Compressors = {
  GZIP: (packed) => gunzipSync(packed),
  ZSTD: (packed) => zstdDecompressSync(packed),
  BROTLI: (packed) => brotliDecompressSync(packed)
}

/** `folder` is an absolute path. */
export const parquetSource = (name: string, folder: string): BarSource =>
  folderSource(name, folder, [".parquet"], (file) => Effect.flatMap(readRows(file), (rows) => parsed(file, rows)))

const readRows = (file: string): Effect.Effect<ReadonlyArray<Readonly<Record<string, unknown>>>, string> =>
  Effect.tryPromise({
    try: async (signal) => {
      const bytes = await readFile(file, { signal })
      return await parquetReadObjects({
        file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
        columns,
        compressors
      })
    },
    catch: (cause) =>
      `${file}: ${cause instanceof Error ? cause.message : String(cause)}, expected Parquet with ${columns.join(", ")}`
  })

const parsed = (
  file: string,
  rows: ReadonlyArray<Readonly<Record<string, unknown>>>
): Effect.Effect<FolderFile, string> => {
  const good: Array<RawBar> = []
  const bad: Array<RawBar> = []
  let last = Number.NEGATIVE_INFINITY
  for (const [index, row] of rows.entries()) {
    const openTime = instantOf(row["timestamp"])
    if (typeof openTime === "string") return Effect.fail(`${file}, row ${index + 1}: ${openTime}`)
    const bar = {
      openTime,
      open: numberOf(row["open"]),
      high: numberOf(row["high"]),
      low: numberOf(row["low"]),
      close: numberOf(row["close"]),
      volume: numberOf(row["volume"])
    }
    if (openTime > last && faultOf(bar) === undefined) {
      last = openTime
      good.push(bar)
    } else bad.push(bar)
  }
  return Effect.succeed({ rows: good, bad })
}

/** Epoch milliseconds of a cell, or what is wrong with it. */
const instantOf = (cell: unknown): number | string => {
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? "timestamp was no time" : cell.getTime()
  if (typeof cell === "bigint" || typeof cell === "number" && Number.isSafeInteger(cell)) {
    const digits = String(cell)
    // 15 and 16 digits are microseconds from 1973 to 2286, 18 and 19 nanoseconds.
    if (/^\d{15,16}$/.test(digits)) return Number(digits.slice(0, -3))
    if (/^\d{18,19}$/.test(digits)) return Number(digits.slice(0, -6))
    return parseTimestamp(digits)
  }
  return typeof cell === "string"
    ? parseTimestamp(cell.trim())
    : `timestamp was ${JSON.stringify(cell) ?? "nothing"}, expected a time`
}

const numberOf = (cell: unknown): number =>
  typeof cell === "number"
    ? cell
    : typeof cell === "bigint" || typeof cell === "string" && cell.trim() !== ""
    ? Number(cell)
    : Number.NaN

/**
 * Bars from a CSV file, plain or gzip: `timestamp,open,high,low,close,volume`.
 *
 * A file is taken whole or refused with the line of its first mistake; with `skipBad` bad rows are set aside and
 * listed instead. Rows ascend by time. A timestamp is a bar's open: an ISO instant with its offset, an ISO date
 * (midnight UTC), or seconds or milliseconds since the epoch.
 */
import type { Bar, RawBar } from "@dgas/domain/Bar"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readFile } from "node:fs/promises"
import { gunzipSync } from "node:zlib"
import { type BarColumns, barColumns, parseRow } from "./BarFile/BarRow.ts"
import type { BarGrid } from "./BarGrid.ts"
import { instantText } from "./BarValidation.ts"

/** The file is not bars. `line` counts from 1, the header; null when the trouble is not on one line. */
export class BarFileInvalid extends Schema.TaggedError<BarFileInvalid>()("BarFileInvalid", {
  file: Schema.String,
  line: Schema.NullOr(Schema.Int),
  detail: Schema.String
}) {
  override get message() {
    return this.line === null ? `${this.file}: ${this.detail}` : `${this.file}, line ${this.line}: ${this.detail}`
  }
}

/** A row with the line it stood on and its timestamp as written. */
export interface BarFileRow {
  readonly line: number
  readonly label: string
  readonly bar: RawBar
}

/** `bar` is what the row said, null when not even its time can be read. */
export interface SkippedRow {
  readonly line: number
  readonly detail: string
  readonly bar: RawBar | null
}

export interface BarFileRows {
  readonly rows: ReadonlyArray<BarFileRow>
  /** Empty unless bad rows are skipped. */
  readonly skipped: ReadonlyArray<SkippedRow>
}

export interface BarFileOptions {
  readonly skipBad: boolean
}

/** Reads and checks a whole file. A name that ends in `.gz`, or a gzip header, means gzip. */
export const readBarFile = (file: string, options: BarFileOptions): Effect.Effect<BarFileRows, BarFileInvalid> =>
  readText(file).pipe(Effect.flatMap((text) => parseBars(file, text, options)))

const readText = (file: string): Effect.Effect<string, BarFileInvalid> =>
  Effect.tryPromise({
    try: (signal) => readFile(file, { signal }),
    catch: (cause) => new BarFileInvalid({ file, line: null, detail: unreadable(cause) })
  }).pipe(Effect.flatMap((bytes) =>
    Effect.try({
      try: () => (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8"),
      catch: () =>
        new BarFileInvalid({ file, line: null, detail: "found damaged gzip data, expected a whole .gz file" })
    })
  ))

const unreadable = (cause: unknown): string => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause)
  if (code === "ENOENT") return "no such file, expected a CSV of bars; check the path"
  if (code === "EISDIR") return "found a folder, expected a CSV of bars"
  return `cannot be read (${code}), expected a CSV of bars; check its permissions`
}

/** Checks the text of a file; `file` is for messages. `columns` is for files with another header. */
export const parseBars = (
  file: string,
  text: string,
  { skipBad }: BarFileOptions,
  columns: BarColumns = barColumns
): Effect.Effect<BarFileRows, BarFileInvalid> => {
  const invalid = (line: number | null, detail: string) => Effect.fail(new BarFileInvalid({ file, line, detail }))
  const expected = `the header ${columns.header}`
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0
  if (text.length === start || text.trim() === "") return invalid(null, `the file is empty, expected ${expected}`)
  if (/^\s*</.test(text.slice(start, start + 200))) {
    return invalid(1, `found HTML, expected ${expected}; the provider may have answered with a page, download it again`)
  }

  const rows: Array<BarFileRow> = []
  const skipped: Array<SkippedRow> = []
  let last = Number.NEGATIVE_INFINITY
  let lastLabel = ""
  for (let line = 1; start < text.length; line++) {
    const newline = text.indexOf("\n", start)
    const next = newline === -1 ? text.length : newline
    const end = text.charCodeAt(next - 1) === 13 ? next - 1 : next
    const row = text.slice(start, Math.max(start, end))
    start = next + 1
    if (line === 1) {
      if (row.trim() !== columns.header) return invalid(1, `found ${quoted(row)}, expected ${expected}`)
      continue
    }
    // Only the end of a file may be blank.
    if (row === "" && text.slice(start).trim() === "") break
    const { bar, fault, label } = parseRow(row, columns)
    const detail = fault ??
      (bar === null || bar.openTime > last
        ? null
        : bar.openTime === last
        ? `${label} is a duplicate of the row before, expected a later timestamp`
        : `${label} comes after ${lastLabel}, expected rows in ascending order`)
    if (bar !== null && detail === null) {
      last = bar.openTime
      lastLabel = label
      rows.push({ line, label, bar })
    } else if (detail !== null) {
      if (!skipBad) return invalid(line, detail)
      skipped.push({ line, detail, bar })
    }
  }
  if (rows.length === 0) {
    return skipped.length === 0
      ? invalid(null, "has a header and no rows, expected at least one bar")
      : invalid(null, `has no usable row, the first fault is on line ${skipped[0]!.line}: ${skipped[0]!.detail}`)
  }
  return Effect.succeed({ rows, skipped })
}

const quoted = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)

export interface GridRows {
  /** Closed bars, ascending, each in its slot. */
  readonly bars: ReadonlyArray<Bar>
  /** The timestamp of each bar's row, which for days and weeks may differ from its open time. */
  readonly labels: ReadonlyArray<number>
  /** Rows that lay in no session and were dropped. */
  readonly outsideSessions: number
  /** The row whose slot was still open at `asOf`, of a file that ends with the bar in progress; else null. */
  readonly forming: Bar | null
  /** Rows off the grid, in the future or of a slot that another row has. Empty unless bad rows are skipped. */
  readonly skipped: ReadonlyArray<SkippedRow>
}

/** Gives rows of a file their slots. Fails with the line of the first one that has none, unless `skipBad`. */
export const gridRows = (
  file: string,
  rows: ReadonlyArray<BarFileRow>,
  grid: BarGrid,
  { asOf, skipBad }: BarFileOptions & { readonly asOf: number }
): Effect.Effect<GridRows, BarFileInvalid> => {
  const bars: Array<Bar> = []
  const labels: Array<number> = []
  const skipped: Array<SkippedRow> = []
  let outsideSessions = 0
  let forming: Bar | null = null
  let last = Number.NEGATIVE_INFINITY
  for (const { bar, label, line } of rows) {
    const known = grid.calendar.covers(bar.openTime)
    const slot = known ? grid.slotOf(bar.openTime) : undefined
    if (known && slot === undefined && grid.outside(bar.openTime)) {
      outsideSessions++
      continue
    }
    const detail = !known
      ? `${label} is a time that calendar ${grid.calendar.name} does not know`
      : slot === undefined
      ? `${label} is off the grid, expected the open of a ${grid.timeframe} slot of ${grid.calendar.name}; ` +
        "check timeframe, calendar and grid"
      : slot.openTime > asOf
      ? `${label} is in the future, expected bars up to ${instantText(asOf)}`
      : slot.openTime <= last
      ? `${label} is a duplicate: an earlier row has the slot of ${instantText(slot.openTime)}`
      : undefined
    if (detail !== undefined) {
      if (!skipBad) return Effect.fail(new BarFileInvalid({ file, line, detail }))
      skipped.push({ line, detail, bar })
    } else if (slot !== undefined) {
      last = slot.openTime
      const placed = { ...bar, openTime: slot.openTime, closeTime: slot.closeTime }
      if (slot.closeTime > asOf) forming = placed
      else {
        bars.push(placed)
        labels.push(bar.openTime)
      }
    }
  }
  return Effect.succeed({ bars, labels, outsideSessions, forming, skipped })
}

/**
 * Splits, dividends and rolls from a CSV file: `date,kind,factor,amount`.
 *
 * A date is that of the first session at the new prices, or an ISO instant with its offset. A split has as factor `7:1`,
 * or what earlier prices are multiplied by; a roll the latter; a dividend none, and as amount what is paid for each share.
 * A file is taken whole or refused with the line of its first mistake.
 */
import { dividendOf, parseSplit, type PriceEvent, rollOf, type UndatedEvent } from "@dgas/domain/PriceEvent"
import * as Effect from "effect/Effect"
import { readFile } from "node:fs/promises"
import { BarFileInvalid } from "./BarFile.ts"
import { parseTimestamp } from "./BarFile/BarRow.ts"
import type { BarGrid } from "./BarGrid.ts"
import { writtenTime } from "./EventTime.ts"

const header = "date,kind,factor,amount"

/** A row with the line it stood on and its date as written. */
export interface EventFileRow {
  readonly line: number
  readonly date: string
  readonly event: UndatedEvent
}

export const readEventFile = (file: string): Effect.Effect<ReadonlyArray<EventFileRow>, BarFileInvalid> =>
  Effect.tryPromise({
    try: (signal) => readFile(file, { encoding: "utf8", signal }),
    catch: () => new BarFileInvalid({ file, line: null, detail: "cannot be read, expected a CSV of events" })
  }).pipe(Effect.flatMap((text) => parseEvents(file, text)))

/** Checks the text of a file; `file` is for messages. */
export const parseEvents = (
  file: string,
  text: string
): Effect.Effect<ReadonlyArray<EventFileRow>, BarFileInvalid> => {
  const invalid = (line: number, detail: string) => Effect.fail(new BarFileInvalid({ file, line, detail }))
  const [first = "", ...lines] = text.replace(/^\uFEFF/, "").trimEnd().split(/\r?\n/)
  if (first.trim() !== header) {
    return invalid(1, `found ${JSON.stringify(first.slice(0, 80))}, expected the header ${header}`)
  }
  const rows: Array<EventFileRow> = []
  const seen = new Set<string>()
  for (const [index, text] of lines.entries()) {
    const fields = text.split(",").map((field) => field.trim())
    const row = fields.length === 4 ? parseRow(fields as [string, string, string, string]) : null
    const line = index + 2
    if (row === null) {
      return invalid(line, `found ${text === "" ? 0 : fields.length} columns, expected the 4 of ${header}`)
    }
    if (typeof row === "string") return invalid(line, row)
    const key = `${row.date} ${row.event.kind}`
    if (seen.has(key)) return invalid(line, `${row.event.kind} of ${row.date} is a duplicate of a row before`)
    seen.add(key)
    rows.push({ line, ...row })
  }
  return Effect.succeed(rows)
}

const positive = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** NaN for what is no number above 0. */
const numberOf = (field: string): number => {
  const value = positive.test(field) ? Number(field) : Number.NaN
  return value > 0 && value < Infinity ? value : Number.NaN
}

/** The event of a row, or what is wrong with it. */
const parseRow = (
  [date, kind, factor, amount]: readonly [string, string, string, string]
): Omit<EventFileRow, "line"> | string => {
  const at = /^\d{4}-/.test(date)
    ? parseTimestamp(date)
    : `date was ${JSON.stringify(date)}, expected a date YYYY-MM-DD or an ISO instant`
  if (typeof at === "string") return at.replace(/^timestamp/, "date")
  if (kind === "dividend") {
    if (factor !== "" && Number(factor) !== 1) {
      return `factor was ${JSON.stringify(factor)}, expected none of a dividend`
    }
    const paid = numberOf(amount)
    return Number.isNaN(paid)
      ? `amount was ${JSON.stringify(amount)}, expected a number above 0`
      : { date, event: dividendOf(paid) }
  }
  if (kind !== "split" && kind !== "roll") {
    return `kind was ${JSON.stringify(kind)}, expected split, dividend or roll`
  }
  if (amount !== "") return `amount was ${JSON.stringify(amount)}, expected none of a ${kind}`
  const ratio = kind === "split" ? parseSplit(factor) : null
  if (ratio !== null) return { date, event: ratio }
  const plain = numberOf(factor)
  if (Number.isNaN(plain)) {
    const expected = kind === "split" ? "a number above 0, or new shares for old ones like 7:1" : "a number above 0"
    return `factor was ${JSON.stringify(factor)}, expected ${expected}`
  }
  return { date, event: kind === "roll" ? rollOf(plain) : { kind, factor: plain, amount: null, detail: "split" } }
}

/** The events of a file in their places, ascending. Fails with the line of the first that the calendar has none for. */
export const placeEvents = (
  file: string,
  rows: ReadonlyArray<EventFileRow>,
  grid: BarGrid
): Effect.Effect<ReadonlyArray<PriceEvent>, BarFileInvalid> =>
  Effect.map(
    Effect.forEach(rows, ({ date, event, line }) => {
      const at = writtenTime(grid, date)
      return at === null
        ? Effect.fail(
          new BarFileInvalid({
            file,
            line,
            detail: `${date} is a time that calendar ${grid.calendar.name} does not know`
          })
        )
        : Effect.succeed({ ...event, at })
    }),
    (events) => events.toSorted((one, other) => one.at - other.at)
  )

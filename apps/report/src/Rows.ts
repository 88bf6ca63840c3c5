/** Prints rows the way the reader asked for: a table for eyes, JSON or CSV for programs. */
import * as Table from "@dgas/notify/Table"
import * as Console from "effect/Console"
import type * as Effect from "effect/Effect"

export const formats = ["table", "json", "csv"] as const
export type Format = typeof formats[number]

/** `value` is what programs get; `text` is what the table shows, the value itself when absent. */
export interface Column<Row> {
  readonly name: string
  readonly align?: "left" | "right"
  readonly value: (row: Row) => string | number | boolean | null
  readonly text?: (row: Row) => string
}

const cell = (value: string | number | boolean | null): string => {
  if (value === null) return ""
  const text = String(value)
  // A spreadsheet would run such a text as a formula; numbers may begin with a minus.
  const safe = typeof value === "string" && /^[=+\-@]/.test(text) ? `'${text}` : text
  return /[",\n]/.test(safe) ? `"${safe.replaceAll("\"", "\"\"")}"` : safe
}

export const csvText = <Row>(columns: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>): string =>
  [
    columns.map((column) => column.name).join(","),
    ...rows.map((row) => columns.map((column) => cell(column.value(row))).join(","))
  ].join("\n")

export const jsonText = <Row>(columns: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>): string =>
  JSON.stringify(
    rows.map((row) => Object.fromEntries(columns.map((column) => [column.name, column.value(row)]))),
    null,
    2
  )

export const tableText = <Row>(columns: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>): string =>
  Table.render(
    columns.map(({ align, name }) => ({ header: name, align: align ?? "left" })),
    rows.map((row) => columns.map((column) => column.text?.(row) ?? String(column.value(row) ?? "")))
  )

/** `empty` is the sentence that stands in the place of a table without rows. */
export const print = <Row>(
  format: Format,
  columns: ReadonlyArray<Column<Row>>,
  rows: ReadonlyArray<Row>,
  empty: string
): Effect.Effect<void> =>
  Console.log(
    format === "json"
      ? jsonText(columns, rows)
      : format === "csv"
      ? csvText(columns, rows)
      : rows.length === 0
      ? empty
      : tableText(columns, rows)
  )

/** Prints rows the way the reader asked for: a table for eyes, JSON or CSV for programs. */
import { type Column, csvText } from "@dgas/notify/Csv"
import { disclaimer } from "@dgas/notify/SignalTable"
import * as Table from "@dgas/notify/Table"
import * as Console from "effect/Console"
import type * as Effect from "effect/Effect"

export { type Column, csvText } from "@dgas/notify/Csv"

export const formats = ["table", "json", "csv"] as const
export type Format = typeof formats[number]

/** A kind of row: every column for programs, and the ones that a terminal is wide enough for. */
export interface Listing<Row> {
  readonly columns: ReadonlyArray<Column<Row>>
  readonly table: ReadonlyArray<Table.TableColumn>
  readonly cells: (row: Row) => ReadonlyArray<string>
  /** The sentence in the place of a table without rows. */
  readonly empty: string
}

export const jsonText = <Row>(columns: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>): string =>
  JSON.stringify(
    rows.map((row) =>
      Object.fromEntries(columns.map((column) => [column.name, column.json?.(row) ?? column.value(row)]))
    ),
    null,
    2
  )

const tableText = <Row>({ cells, empty, table }: Listing<Row>, rows: ReadonlyArray<Row>): string =>
  `${rows.length === 0 ? empty : Table.render(table, rows.map(cells), Table.terminalWidth())}\n\n${disclaimer}`

export const print = <Row>(
  format: Format,
  rows: ReadonlyArray<Row>,
  listing: Listing<Row>
): Effect.Effect<void> =>
  Console.log(
    format === "json"
      ? jsonText(listing.columns, rows)
      : format === "csv"
      ? csvText(listing.columns, rows)
      : tableText(listing, rows)
  )

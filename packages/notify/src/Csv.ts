/**
 * Rows as CSV, whose cells no spreadsheet takes for formulas.
 *
 * The form is that of RFC 4180 with a line feed at the end of a line. Numbers may begin with a minus; texts that begin with
 * a sign of a formula get an apostrophe before it.
 */

/** One value of a row, as programs get it; `json` where JSON can say more than one cell. */
export interface Column<Row> {
  readonly name: string
  readonly value: (row: Row) => string | number | boolean | null
  readonly json?: (row: Row) => unknown
}

const cell = (value: string | number | boolean | null): string => {
  if (value === null) return ""
  const text = String(value)
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll("\"", "\"\"")}"` : safe
}

export const csvHead = <Row>(columns: ReadonlyArray<Column<Row>>): string =>
  columns.map((column) => column.name).join(",")

export const csvLine = <Row>(columns: ReadonlyArray<Column<Row>>, row: Row): string =>
  columns.map((column) => cell(column.value(row))).join(",")

/** Without a line feed at its end. */
export const csvText = <Row>(columns: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>): string =>
  [csvHead(columns), ...rows.map((row) => csvLine(columns, row))].join("\n")

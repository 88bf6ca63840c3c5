/** Rows as CSV. A text that a spreadsheet would compute is made a text by an apostrophe before it. */

const cellOf = (value: unknown): string => {
  if (value === null || value === undefined) return ""
  const text = typeof value === "object" ? JSON.stringify(value) : String(value)
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll("\"", "\"\"")}"` : safe
}

/** The columns are those of the first row. */
export const csvOf = (rows: ReadonlyArray<object>): string => {
  const columns = Object.keys(rows[0] ?? {})
  const lines = rows.map((row) => {
    const values: ReadonlyMap<string, unknown> = new Map(Object.entries(row))
    return columns.map((column) => cellOf(values.get(column))).join(",")
  })
  return `${[columns.join(","), ...lines].join("\r\n")}\r\n`
}

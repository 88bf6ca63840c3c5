/**
 * Rows as aligned text, for a terminal or a file alike: it carries no colour, so a caller may paint whole lines.
 */

export interface TableColumn {
  readonly header: string
  readonly align: "left" | "right"
}

/** Header, a rule and one line a row, without trailing blanks and without a last line break. */
export const render = (columns: ReadonlyArray<TableColumn>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = columns.map(({ header }, index) =>
    rows.reduce((width, row) => Math.max(width, Bun.stringWidth(row[index] ?? "")), Bun.stringWidth(header))
  )
  const line = (cells: ReadonlyArray<string>) =>
    columns.map(({ align }, index) => {
      const text = cells[index] ?? ""
      const blanks = " ".repeat(widths[index]! - Bun.stringWidth(text))
      return align === "right" ? blanks + text : text + blanks
    }).join("  ").trimEnd()
  return [
    line(columns.map(({ header }) => header)),
    widths.map((width) => "─".repeat(width)).join("  "),
    ...rows.map(line)
  ].join("\n")
}

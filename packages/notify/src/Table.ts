/**
 * Rows as aligned text, for a terminal or a file alike: it carries no colour, so a caller may paint whole lines.
 */

export interface TableColumn {
  readonly header: string
  readonly align: "left" | "right"
}

export const left = (header: string): TableColumn => ({ header, align: "left" })
export const right = (header: string): TableColumn => ({ header, align: "right" })

const between = "  "
/** A last column narrower than this is not worth folding: it goes below its row. */
const leastFolded = 24
const indent = "    "

/**
 * Header, a rule and one line a row, without trailing blanks and without a last line break. When `width` is given
 * and the table is wider, the last column is folded at its blanks and goes on below itself, or, where there is hardly
 * any room beside the others, stands on lines of its own below its row. A table that ends with numbers is not folded but
 * goes on below itself, with its first column again.
 */
export const render = (
  columns: ReadonlyArray<TableColumn>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  width = Infinity
): string => {
  const widths = columns.map(({ header }, index) =>
    rows.reduce((most, row) => Math.max(most, Bun.stringWidth(row[index] ?? "")), Bun.stringWidth(header))
  )
  const last = columns.length - 1
  if (columns[last]?.align === "right") {
    const fitting = columnsThatFit(widths, width)
    if (fitting < columns.length) {
      const part = (from: number, to: number) => [0, ...Array.from({ length: to - from }, (_, index) => from + index)]
      return [part(1, fitting), part(fitting, columns.length)].map((kept) =>
        render(kept.map((at) => columns[at]!), rows.map((cells) => kept.map((at) => cells[at] ?? "")), width)
      ).join("\n\n")
    }
  }
  const before = widths.slice(0, last).reduce((sum, one) => sum + one + between.length, 0)
  const room = width - before
  if (widths[last]! > room && room < leastFolded && last > 0) {
    const shown = render(columns.slice(0, last), rows.map((cells) => cells.slice(0, last))).split("\n")
    return [
      ...shown.slice(0, 2),
      ...rows.flatMap((cells, index) => [
        shown[index + 2]!,
        ...folded(cells[last] ?? "", width - indent.length).filter((text) => text !== "").map((text) => indent + text)
      ])
    ].join("\n")
  }
  widths[last] = Math.min(widths[last]!, room)

  const line = (cells: ReadonlyArray<string>) =>
    columns.map(({ align }, index) => {
      const text = cells[index] ?? ""
      const blanks = " ".repeat(Math.max(0, widths[index]! - Bun.stringWidth(text)))
      return align === "right" ? blanks + text : text + blanks
    }).join(between).trimEnd()
  const lines = (cells: ReadonlyArray<string>) => {
    const [first = "", ...more] = folded(cells[last] ?? "", widths[last]!)
    return [line(cells.with(last, first)), ...more.map((text) => " ".repeat(before) + text)]
  }
  return [
    line(columns.map(({ header }) => header)),
    widths.map((one) => "─".repeat(one)).join(between),
    ...rows.flatMap((cells) => lines(columns.map((_, index) => cells[index] ?? "")))
  ].join("\n")
}

/** How many of the columns have room beside each other, two at least: the first one goes with each. */
const columnsThatFit = (widths: ReadonlyArray<number>, width: number): number => {
  let used = widths[0]!
  let count = 1
  while (count < widths.length && (count < 2 || used + between.length + widths[count]! <= width)) {
    used += between.length + widths[count]!
    count++
  }
  return count
}

const folded = (text: string, width: number): ReadonlyArray<string> => {
  if (Bun.stringWidth(text) <= width) return [text]
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`
    if (line !== "" && Bun.stringWidth(longer) > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}

/** Columns of the terminal that standard output is, without a limit when it is none. */
export const terminalWidth = (): number => process.stdout.isTTY === true ? process.stdout.columns : Infinity

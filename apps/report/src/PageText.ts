/** A page for a terminal, and the same as Markdown. */
import { disclaimer } from "@dgas/notify/SignalTable"
import { render } from "@dgas/notify/Table"
import type { Block, Grid, Page } from "./Page.ts"

export const pageText = ({ lead, sections, title }: Page, width: number): string =>
  [
    [title, ...lead.flatMap((line) => folded(line, width))].join("\n"),
    ...sections.map(({ blocks, heading }) =>
      [heading, ...blocks.map((block) => blockText(block, width)).filter((text) => text !== "")].join("\n\n")
    ),
    disclaimer
  ].join("\n\n")

const blockText = (block: Block, width: number): string =>
  block.kind === "words"
    ? block.lines.flatMap((line) => folded(line, width)).join("\n")
    : block.kind === "grid"
    ? block.rows.length === 0 ? "" : render(block.columns, block.rows, width)
    : block.text

const folded = (text: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const word of text.split(" ")) {
    const last = lines.at(-1)
    if (last === undefined || Bun.stringWidth(last) + 1 + Bun.stringWidth(word) > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

export const pageMarkdown = ({ lead, sections, title }: Page): string =>
  [
    `# ${plain(title)}`,
    ...lead.map(plain),
    ...sections.flatMap(({ blocks, heading }) => [`## ${plain(heading)}`, ...blocks.map(blockMarkdown)]),
    `*${disclaimer}*`
  ].filter((text) => text !== "").join("\n\n")

const blockMarkdown = (block: Block): string =>
  block.kind === "words"
    ? block.lines.map(plain).join("\n\n")
    : block.kind === "grid"
    ? gridMarkdown(block)
    : `\`\`\`text\n${block.text}\n\`\`\``

const gridMarkdown = ({ columns, rows }: Grid): string =>
  rows.length === 0 ? "" : [
    columns.map(({ header }) => header === "" ? " " : header),
    columns.map(({ align }) => align === "right" ? "---:" : ":---"),
    ...rows
  ].map((cells, index) => `| ${cells.map((cell) => index === 1 ? cell : plain(cell)).join(" | ")} |`).join("\n")

/** Text that Markdown shows as it is. */
const plain = (text: string): string => text.replaceAll(/[\\`*_|<>[\]#]/g, "\\$&").replaceAll(/\s*\n\s*/g, " ")

/**
 * A report as what it says, before anybody knows where it will be read: words, tables and charts, in sections.
 *
 * A terminal, a Markdown file and an HTML file show the same words and the same numbers; a chart is characters in the
 * first two and drawn in the third.
 */
import type { Markup } from "@dgas/notify/Markup"
import type { TableColumn } from "@dgas/notify/Table"

export interface Words {
  readonly kind: "words"
  readonly lines: ReadonlyArray<string>
}

export interface Grid {
  readonly kind: "grid"
  readonly columns: ReadonlyArray<TableColumn>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
}

/** `text` is the chart in characters, `drawn` the same as SVG; `label` says what it shows to who cannot see it. */
export interface Chart {
  readonly kind: "chart"
  readonly label: string
  readonly text: string
  readonly drawn: Markup
}

export type Block = Words | Grid | Chart

export interface Section {
  readonly heading: string
  readonly blocks: ReadonlyArray<Block>
}

export interface Page {
  readonly title: string
  /** What it is about and what its numbers are of, one sentence or more each. */
  readonly lead: ReadonlyArray<string>
  readonly sections: ReadonlyArray<Section>
}

export const words = (...lines: ReadonlyArray<string>): Words => ({ kind: "words", lines })

export const grid = (columns: ReadonlyArray<TableColumn>, rows: ReadonlyArray<ReadonlyArray<string>>): Grid => ({
  kind: "grid",
  columns,
  rows
})

export const section = (heading: string, ...blocks: ReadonlyArray<Block>): Section => ({ heading, blocks })

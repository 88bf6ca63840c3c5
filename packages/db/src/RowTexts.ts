/**
 * Rows as the JSON that was made of them, for as long as they are what they were.
 *
 * PostgreSQL writes a changed row as a new one, so the transaction and place of writing tell versions apart, and to ask for
 * these alone is far less work than to read and to encode the rows. The latest used are kept.
 */
import type { Row } from "./Sql.ts"

/** Select list of what tells the versions of a row apart. */
export const versionColumn = "(xmin, ctid)::text as version"

export class RowTexts {
  /** In the order of use. */
  readonly #kept = new Map<unknown, { readonly version: unknown; readonly text: string }>()
  readonly #most: number
  readonly #textOf: (row: Row) => string

  /** Of at most so many rows, each with an `id` and, for its `version`, the column above. */
  constructor(most: number, textOf: (row: Row) => string) {
    this.#most = most
    this.#textOf = textOf
  }

  /** The texts of `rows`, of which `id` and `version` are enough; null when not all are known. */
  known(rows: ReadonlyArray<Row>): ReadonlyArray<string> | null {
    const texts: Array<string> = []
    for (const { id, version } of rows) {
      const found = this.#kept.get(id)
      if (found === undefined || found.version !== version) return null
      this.#keep(id, found)
      texts.push(found.text)
    }
    return texts
  }

  /** The texts of `rows` that were read whole. */
  made(rows: ReadonlyArray<Row>): ReadonlyArray<string> {
    return rows.map((row) => {
      const text = this.#textOf(row)
      this.#keep(row["id"], { version: row["version"], text })
      return text
    })
  }

  #keep(id: unknown, text: { readonly version: unknown; readonly text: string }) {
    this.#kept.delete(id)
    this.#kept.set(id, text)
    if (this.#kept.size > this.#most) this.#kept.delete(this.#kept.keys().next().value)
  }
}

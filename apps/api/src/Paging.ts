/** The end of a page: one row more than asked for says that there is a next one. */
import type { Place } from "@dgas/domain/Place"

/** Rows of a page unless asked for. */
export const pageSize = 50

/** `rows` are those of the page and, if there is one, the one after it. */
export const paged = <Row>(rows: ReadonlyArray<Row>, limit: number, placeOf: (row: Row) => Place) => {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last !== undefined ? placeOf(last) : null }
}

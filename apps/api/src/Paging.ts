/** A page of a list: one row more than asked for says that there is a next one. */
import type { Place } from "@dgas/domain/Place"
import * as Effect from "effect/Effect"

/** Rows of a page unless asked for. */
export const pageSize = 50

interface Asked {
  readonly cursor?: Place
  readonly limit?: number
}

/** What a query asks for besides how much of it, with the bounds that a store is given. */
type Wanted<Query> = Omit<Query, keyof Asked> & { readonly after?: Place; readonly limit: number }

/** The page that `query` asks for, of rows as `read` finds them. */
export const paged = <Query extends Asked, Row, E, R>(
  { cursor, limit = pageSize, ...filter }: Query,
  read: (wanted: Wanted<Query>) => Effect.Effect<ReadonlyArray<Row>, E, R>,
  placeOf: (row: Row) => Place
) =>
  Effect.map(
    read({ ...filter, limit: limit + 1, ...cursor === undefined ? {} : { after: cursor } }),
    (rows) => cut(rows, limit, placeOf)
  )

/** `rows` are those of the page and, if there is one, the one after it. */
export const cut = <Row, At>(rows: ReadonlyArray<Row>, limit: number, placeOf: (row: Row) => At) => {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last !== undefined ? placeOf(last) : null }
}

/**
 * The newest rows of a table, of one origin or of all of them.
 *
 * Indexes have each origin apart, so rows of all origins lie in no index in order: of each origin as many are read as are
 * wanted in all, and these are merged.
 */
import { Origin } from "@dgas/domain/Origin"
import type { PendingQuery } from "postgres"
import type { Client, Row } from "./Sql.ts"

export interface Wanted {
  readonly table: "generated_signals" | "prediction_runs" | "slots"
  /** Of each row: all that it has unless told. */
  readonly columns?: string
  readonly origin: Origin | "ALL"
  /** What an index can find, each beginning with `and`. */
  readonly where: PendingQuery<Array<Row>>
  /** The same as that of the statement around it. */
  readonly order: string
  readonly limit: number
}

/** To stand in brackets. */
export const newest = (sql: Client, { columns = "*", limit, order, origin, table, where }: Wanted) => {
  const end = sql.unsafe(`order by ${order} limit ${limit}`)
  const of = (one: Origin) =>
    sql`select ${sql.unsafe(columns)} from ${sql(table)} where origin = ${one}::origin ${where} ${end}`
  if (origin !== "ALL") return of(origin)
  const [first, ...others] = Origin.literals
  return sql`
    select * from ((${of(first)})${others.map((one) => sql` union all (${of(one)})`)}) as merged ${end}`
}

/** Names of the live schedules of `slots` or `prediction_runs`, for a `with recursive FOUND (name) as (...)`. */
import type { Query } from "./Retention/OldRows.ts"
import type { Client } from "./Sql.ts"

/** One after the other by the index, where each schedule is one stretch: nothing else is read, and nothing sorted. */
export const liveNames = (sql: Client, table: "slots" | "prediction_runs", found: string): Query => {
  const next = (which: Query) =>
    sql`(select schedule from ${sql(table)} where origin = 'LIVE' and ${which} order by schedule limit 1)`
  return sql`
    ${next(sql`true`)} union all
    select schedule from ${sql(found)}, lateral ${next(sql`schedule > name`)} as later`
}

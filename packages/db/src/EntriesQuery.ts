/** Which entries a statement over `generated_signals as signal` gives: those of some schedules, oldest first, page by page. */
import type { Origin } from "@dgas/domain/Origin"
import type { Client } from "./Sql.ts"

/** Where a page ends. */
export interface Place {
  readonly at: number
  readonly id: string
}

/** What is left out does not filter. */
export interface EntriesQuery {
  readonly origin: Origin
  readonly schedules?: ReadonlyArray<string>
  readonly after?: Place | null
  readonly limit: number
}

export const matching = (sql: Client, { after = null, schedules }: Pick<EntriesQuery, "after" | "schedules">) =>
  sql`
    ${
    schedules === undefined ? sql`true` : sql`signal.schedule in (
        select jsonb_array_elements_text(${JSON.stringify(schedules)}::text::jsonb))`
  }
      ${
    after === null ? sql`` : sql`and (signal.signal_timestamp, signal.id) > (${after.at}::timestamptz, ${after.id})`
  }`

export const inOrder = (sql: Client, { limit }: Pick<EntriesQuery, "limit">) =>
  sql`order by signal.signal_timestamp, signal.id limit ${limit}`

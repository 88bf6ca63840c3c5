/** Messages that came back from a backup, and whether they may go out. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { rowsOf, Sql } from "./Sql.ts"

/** How many restored messages wait to be released. */
export const restoredMessages = Effect.gen(function*() {
  const { run } = yield* Sql
  const [found] = yield* run(
    "restored messages",
    (sql) => sql`select count(*)::int as count from outbox where restored_at is not null`
  ).pipe(Effect.flatMap(decodeCount))
  return found?.count ?? 0
})

/** Lets them go out as they were, and comes back with how many. What an endpoint that fails holds up is no part of it. */
export const releaseMessages = Effect.gen(function*() {
  const { run } = yield* Sql
  const [released] = yield* run("release messages", (sql) =>
    sql`
      with released as (
        update outbox set state = 'pending', restored_at = null, due_since = clock_timestamp() where restored_at is not null returning 1
      )
      select count(*)::int as count from released`).pipe(Effect.flatMap(decodeCount))
  return released?.count ?? 0
})

const decodeCount = rowsOf(Schema.Struct({ count: Schema.Int }))

/**
 * Whether a worker can do its work: the database answers within a second and has the schema of this version, clocks agree,
 * and the calendars of all schedules are known for 60 more days.
 */
import { clockSkew, refuseSkewMs } from "@dgas/db/ClockSkew"
import { checkSchema, readMigrations, schemaState } from "@dgas/db/Migrator"
import { Sql } from "@dgas/db/Sql"
import type { Watch } from "@dgas/engine/Watch"
import { alarmDays, daysLeft } from "@dgas/market/CalendarSpan"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Match from "effect/Match"
import { skewText } from "./SkewGuard.ts"

/** What is wrong with each part, null for nothing. Neither addresses nor errors of a driver are in it. */
export interface Readiness {
  readonly database: string | null
  readonly schema: string | null
  readonly clocks: string | null
  readonly calendars: string | null
}

const answerMs = 1000
const unknown = "not known, since the database does not answer"

/** `look` looks anew each time; what the schema should be is read once. */
export const makeReadiness = Effect.fnUntraced(function*(watches: ReadonlyArray<Watch>) {
  const sql = yield* Sql
  const migrations = yield* Effect.sync(readMigrations)
  const calendars = new Map(watches.map(({ tradingGrid }) => [tradingGrid.calendar.name, tradingGrid.calendar]))

  const short = Effect.map(Clock.currentTimeMillis, (now) => {
    const ending = [...calendars.values()].flatMap((calendar) => {
      const days = daysLeft(calendar, now)
      return days === null || days >= alarmDays ? [] : [`${calendar.name} for ${days} more days`]
    })
    return ending.length === 0 ? null : `known are ${ending.join(", ")}, expected ${alarmDays}: update dgas`
  })

  const schema = schemaState("of this worker", sql, migrations).pipe(
    Effect.flatMap((state) => checkSchema("of this worker", state)),
    Effect.as(null),
    Effect.catchTag("SchemaMismatch", (error) => Effect.succeed(error.message))
  )

  const asked = Effect.gen(function*() {
    const found = yield* schema
    const skew = yield* clockSkew()
    return { database: null, schema: found, clocks: Math.abs(skew) > refuseSkewMs ? skewText(skew) : null }
  }).pipe(
    Effect.timeout(answerMs),
    Effect.catch((error) =>
      Effect.succeed({
        database: Match.valueTags(error, {
          TimeoutError: () => `did not answer within ${answerMs} ms`,
          SqlTimeout: () => `did not answer within ${answerMs} ms`,
          StoreUnavailable: () => "cannot be reached",
          StoreRefused: () => "refused to tell its schema"
        }),
        schema: unknown,
        clocks: unknown
      })
    )
  )

  const look = Effect.zipWith(asked, short, (found, calendars): Readiness => ({ ...found, calendars }))
  return { look }
})

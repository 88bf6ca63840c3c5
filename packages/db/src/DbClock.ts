/**
 * Decides what time it is for everything that is due, leased or retried.
 *
 * Live that is the database's clock, so that workers whose own clocks differ agree; a test or a replay brings its own
 * instant. Statements read the database's clock inside themselves where they can: see `instant`.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

export class DbClock extends Context.Service<DbClock, {
  /** Now in epoch milliseconds. */
  readonly now: Effect.Effect<number, SqlFailure>
  /** For use inside a statement: epoch milliseconds, or null for the clock of the database, read there. */
  readonly instant: Effect.Effect<number | null>
}>()("@dgas/db/DbClock") {
  /** The clock of the database. */
  static readonly layer = Layer.effect(
    DbClock,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const now = run("clock", (sql) => sql`select clock_timestamp() as now`).pipe(
        Effect.flatMap(decodeNow),
        Effect.map((rows) => rows[0]!.now)
      )
      return DbClock.of({ now, instant: Effect.succeed(null) })
    })
  )

  /** Stands still at `at`, epoch milliseconds. */
  static readonly layerAt = (at: number) =>
    Layer.succeed(DbClock, DbClock.of({ now: Effect.succeed(at), instant: Effect.succeed(at) }))

  /** Follows Effect's clock, so that `TestClock.adjust` moves leases. */
  static readonly layerVirtual = Layer.succeed(
    DbClock,
    DbClock.of({ now: Clock.currentTimeMillis, instant: Clock.currentTimeMillis })
  )
}

const decodeNow = rowsOf(Schema.Struct({ now: Schema.Int }))

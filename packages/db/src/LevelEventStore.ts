/**
 * What price did at levels that schedules ask to be told of. They are written by the cycle's own statement, see
 * `RunStore.finish`: once however often that is repeated, and each number comes back as it went in.
 */
import { LevelEvent } from "@dgas/domain/LevelEvent"
import type { Origin } from "@dgas/domain/Origin"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { eventColumns } from "./LevelEventColumns.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** What is left out does not filter. `since` in epoch milliseconds; without `origin` only LIVE ones. */
export interface LevelEventFilter {
  readonly symbol?: string
  readonly schedule?: string
  readonly since?: number
  readonly origin?: Origin | "ALL"
  readonly limit: number
}

export class LevelEventStore extends Context.Service<LevelEventStore, {
  /** Newest first. */
  readonly recent: (filter: LevelEventFilter) => Effect.Effect<ReadonlyArray<LevelEvent>, SqlFailure>
}>()("@dgas/db/LevelEventStore") {
  static readonly layer = Layer.effect(
    LevelEventStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const recent = Effect.fn("LevelEventStore.recent")(function*(filter: LevelEventFilter) {
        const { limit, origin = "LIVE", schedule, since, symbol } = filter
        const rows = yield* run("recent level events", (sql) =>
          sql`
            select ${sql.unsafe(eventColumns)} from level_events
            where true
              ${origin === "ALL" ? sql`` : sql`and origin = ${origin}::origin`}
              ${symbol === undefined ? sql`` : sql`and symbol = ${symbol}`}
              ${schedule === undefined ? sql`` : sql`and schedule = ${schedule}`}
              ${since === undefined ? sql`` : sql`and event_timestamp >= ${since}::timestamptz`}
            order by event_timestamp desc, id limit ${limit}`)
        return yield* decodeEvents(rows)
      })

      return LevelEventStore.of({ recent })
    })
  )
}

const decodeEvents = rowsOf(LevelEvent)

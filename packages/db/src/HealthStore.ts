/** What a report of health asks of the database beside slots and runs. */
import type { Timeframe } from "@dgas/domain/Timeframe"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

export class HealthStore extends Context.Service<HealthStore, {
  /**
   * How many messages wait for their turn, and since when the oldest does, epoch ms. Not counted is what waits for the end of
   * quiet hours, and what is held: restored ones wait for somebody, others for their destination.
   */
  readonly waiting: Effect.Effect<{ readonly count: number; readonly dueSince: number | null }, SqlFailure>
  /** When the newest stored bar of each symbol closed, epoch ms; null where none is stored. In no particular order. */
  readonly lastBars: (
    source: string,
    symbols: ReadonlyArray<string>,
    timeframe: Timeframe
  ) => Effect.Effect<ReadonlyArray<{ readonly symbol: string; readonly closeTime: number | null }>, SqlFailure>
}>()("@dgas/db/HealthStore") {
  static readonly layer = Layer.effect(
    HealthStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const waiting = run("waiting messages", (sql) =>
        sql`
          select count(*)::int as count, min(due_since) as "dueSince" from outbox
          where state in ('pending', 'leased') and due_since <= clock_timestamp()`).pipe(
          Effect.flatMap(decodeWaiting),
          Effect.map(([found]) => found ?? { count: 0, dueSince: null }),
          Effect.withSpan("HealthStore.waiting")
        )

      const lastBars = Effect.fn("HealthStore.lastBars")(function*(
        source: string,
        symbols: ReadonlyArray<string>,
        timeframe: Timeframe
      ) {
        const rows = yield* run("last bars", (sql) =>
          sql`
            select given.symbol, newest.close_time as "closeTime"
            from jsonb_array_elements_text(${JSON.stringify(symbols)}::text::jsonb) as given(symbol)
            left join instruments as known on known.source = ${source} and known.symbol = given.symbol
            left join lateral (
              select close_time from bars where instrument_id = known.id and timeframe = ${timeframe}::timeframe
              order by open_time desc limit 1
            ) as newest on true`)
        return yield* decodeBars(rows)
      })

      return HealthStore.of({ waiting, lastBars })
    })
  )
}

const decodeWaiting = rowsOf(Schema.Struct({ count: Schema.Int, dueSince: Schema.NullOr(Schema.Int) }))
const decodeBars = rowsOf(Schema.Struct({ symbol: Schema.String, closeTime: Schema.NullOr(Schema.Int) }))

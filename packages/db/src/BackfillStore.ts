/** Which stretches of an instrument's history a source was asked for: what it did not give then it does not have. */
import { Timeframe } from "@dgas/domain/Timeframe"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** Open times in epoch milliseconds: `from` <= open < `to`. */
const Stretch = Schema.Struct({ from: Schema.Int, to: Schema.Int })
export type Stretch = typeof Stretch.Type

export class BackfillStore extends Context.Service<BackfillStore, {
  /** Ascending and apart: stretches that touch are one. */
  readonly read: (instrumentId: number, timeframe: Timeframe) => Effect.Effect<ReadonlyArray<Stretch>, SqlFailure>
  readonly mark: (instrumentId: number, timeframe: Timeframe, stretch: Stretch) => Effect.Effect<void, SqlFailure>
}>()("@dgas/db/BackfillStore") {
  static readonly layer = Layer.effect(
    BackfillStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const read = Effect.fn("BackfillStore.read")(function*(instrumentId: number, timeframe: Timeframe) {
        const rows = yield* run("backfilled stretches", (sql) =>
          sql`
            select from_time as "from", to_time as "to" from backfilled
            where instrument_id = ${instrumentId} and timeframe = ${timeframe}::timeframe order by from_time`)
        const stretches: Array<Stretch> = []
        for (const next of yield* decode(rows)) {
          const last = stretches.at(-1)
          if (last === undefined || last.to < next.from) stretches.push(next)
          else stretches[stretches.length - 1] = { from: last.from, to: Math.max(last.to, next.to) }
        }
        return stretches
      })

      const mark = Effect.fn("BackfillStore.mark")(function*(
        instrumentId: number,
        timeframe: Timeframe,
        { from, to }: Stretch
      ) {
        yield* run("mark backfilled", (sql) =>
          sql`
            insert into backfilled as known (instrument_id, timeframe, from_time, to_time)
            values (${instrumentId}, ${timeframe}::timeframe, ${from}::timestamptz, ${to}::timestamptz)
            on conflict (instrument_id, timeframe, from_time) do update set
              to_time = greatest(known.to_time, excluded.to_time), read_at = excluded.read_at`)
      })

      return BackfillStore.of({ read, mark })
    })
  )
}

const decode = rowsOf(Stretch)

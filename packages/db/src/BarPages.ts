/** Bars a page at a time, for charts, and how far they reach. What it reads is bounded, however many bars there are. */
import type { Bar } from "@dgas/domain/Bar"
import type { Timeframe } from "@dgas/domain/Timeframe"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { barColumns, barsOf, decodeSeries } from "./BarColumns.ts"
import { SeriesEnds, seriesEnds } from "./SeriesEnds.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** Open times from `since` on and before `until`, epoch ms: the oldest `limit` of them, or without `since` the newest. */
export interface BarPage {
  readonly instrumentId: number
  readonly timeframe: Timeframe
  readonly since?: number
  readonly until?: number
  readonly limit: number
}

export class BarPages extends Context.Service<BarPages, {
  /** Oldest first. */
  readonly page: (wanted: BarPage) => Effect.Effect<ReadonlyArray<Bar>, SqlFailure>
  /** The timeframes of which the instrument has bars, shortest first. */
  readonly ends: (instrumentId: number) => Effect.Effect<ReadonlyArray<SeriesEnds>, SqlFailure>
}>()("@dgas/db/BarPages") {
  static readonly layer = Layer.effect(
    BarPages,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const page = Effect.fn("BarPages.page")(
        function*({ instrumentId, limit, since, timeframe, until = Infinity }: BarPage) {
          const [found] = yield* run("page of bars", (sql) =>
            sql`
              select ${instrumentId}::int as id, ${sql.unsafe(barColumns)} from (
                select * from bars
                where instrument_id = ${instrumentId} and timeframe = ${timeframe}::timeframe
                  and open_time < ${until}::timestamptz
                  ${since === undefined ? sql`` : sql`and open_time >= ${since}::timestamptz`}
                order by open_time ${since === undefined ? sql`desc` : sql``} limit ${limit}
              ) as page`).pipe(Effect.flatMap(decodeSeries))
          return found === undefined ? [] : barsOf(found)
        }
      )

      const ends = Effect.fn("BarPages.ends")(function*(instrumentId: number) {
        const [found] = yield* run("ends of series", (sql) =>
          sql`
            select ${sql.unsafe(seriesEnds("wanted.id"))} as series from (select ${instrumentId}::int as id) as wanted`)
          .pipe(Effect.flatMap(decodeEnds))
        return found?.series ?? []
      })

      return BarPages.of({ page, ends })
    })
  )
}

const decodeEnds = rowsOf(Schema.Struct({ series: Schema.Array(SeriesEnds) }))

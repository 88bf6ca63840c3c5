/**
 * Stored bars after their source has restated its history for a split.
 *
 * A source whose prices are adjusted for splits gives all of its history at the new prices from the split on. Bars whose
 * values were stored before it are multiplied by its factor, their volumes divided, each as one revision; what was stored
 * later has the new prices already. So a second call, or one of another worker at the same time, changes nothing. Of a bar
 * whose revisions were pruned it is only known how long ago the last one was at least.
 *
 * An instrument with a restated bar is marked until the split is recorded: in between its bars have prices that nothing else
 * tells of.
 */
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import { leastRevisionDays } from "@dgas/domain/RetentionConfig"
import { Timeframe } from "@dgas/domain/Timeframe"
import * as Schema from "effect/Schema"
import { type Client, rowsOf } from "./Sql.ts"

/** The bars that a statement looks at; about a second, with the revision that each of them leaves. */
const rowsAtOnce = 10_000

/** The last bar that was looked at. */
export interface Reached {
  readonly timeframe: Timeframe
  readonly openTime: number
}

/** Whether bars of `instrument` are being restated. Who began it and did not end it may never come back. */
export const isRestating = (instrument: string) =>
  `coalesce(${instrument}.restating_at > clock_timestamp() - interval '1 hour', false)`

export const fromTheFirst: Reached = { timeframe: "1m", openTime: -Infinity }

/**
 * Looks at the bars after `reached` that open before the event. A bar that somebody else has changed since the statement
 * began is left to the next call.
 */
export const restateSlice = (sql: Client, instrumentId: number, { at, factor }: PriceEvent, reached: Reached) =>
  sql`
    with slice as materialized (
      select timeframe, open_time, revision from bars
      where instrument_id = ${instrumentId} and open_time < ${at}::timestamptz
        and (timeframe, open_time) > (${reached.timeframe}::timeframe, ${reached.openTime}::timestamptz)
      order by timeframe, open_time limit ${rowsAtOnce}
    ), restated as (
      update bars set
        open = open * ${factor}::float8, high = high * ${factor}::float8, low = low * ${factor}::float8,
        close = close * ${factor}::float8, volume = volume / ${factor}::float8, revision = bars.revision + 1
      from slice
      where instrument_id = ${instrumentId}
        and (bars.timeframe, bars.open_time, bars.revision) = (slice.timeframe, slice.open_time, slice.revision)
        and ${at}::timestamptz <= clock_timestamp()
        and coalesce(
          (
            select max(replaced_at) from bar_revisions as former
            where (former.instrument_id, former.timeframe, former.open_time) =
              (bars.instrument_id, bars.timeframe, bars.open_time)
          ),
          case when bars.revision = 0 then stored_at else clock_timestamp() - ${leastRevisionDays}::int * interval '1 day' end
        ) < ${at}::timestamptz
      returning 1
    ), marked as (
      update instruments set restating_at = clock_timestamp()
      where id = ${instrumentId} and (select count(*) from restated) > 0
    )
    select timeframe, open_time as "openTime", (select count(*)::int from restated) as bars
    from slice order by timeframe desc, open_time desc limit 1`

export const decodeSlice = rowsOf(Schema.Struct({ timeframe: Timeframe, openTime: Schema.Int, bars: Schema.Int }))

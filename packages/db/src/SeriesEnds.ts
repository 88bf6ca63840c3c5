/** How far the stored bars of an instrument reach, found by one step in the index at each end of each timeframe. */
import { Timeframe } from "@dgas/domain/Timeframe"
import * as Schema from "effect/Schema"

/** How far the stored bars of one timeframe reach; instants in epoch milliseconds. */
export const SeriesEnds = Schema.Struct({
  timeframe: Timeframe,
  firstOpenTime: Schema.Int,
  lastCloseTime: Schema.Int
})
export type SeriesEnds = typeof SeriesEnds.Type

/** Expression of a `jsonb` list of `SeriesEnds`, shortest timeframe first; `id` is how the statement calls the instrument. */
export const seriesEnds = (id: string): string =>
  `(
    select coalesce(jsonb_agg(
      jsonb_build_object(
        'timeframe', frame,
        'firstOpenTime', (extract(epoch from oldest.open_time) * 1000)::int8,
        'lastCloseTime', (extract(epoch from newest.close_time) * 1000)::int8
      ) order by frame
    ), '[]')
    from unnest(enum_range(null::timeframe)) as frame, lateral (
      select open_time from bars where instrument_id = ${id} and timeframe = frame order by open_time limit 1
    ) as oldest, lateral (
      select close_time from bars where instrument_id = ${id} and timeframe = frame order by open_time desc limit 1
    ) as newest
  )`

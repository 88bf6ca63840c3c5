/**
 * What has become of stored bars since a run.
 *
 * Compared are the instants at which the database stored the run and the bars, to the microsecond. Not told is what
 * another writer did between the run's reading, which may lie slots before it, and its end: whether the bars are those
 * that the run saw is told by the hash of its inputs alone.
 */
import { Bar } from "@dgas/domain/Bar"
import type { Timeframe } from "@dgas/domain/Timeframe"
import * as Schema from "effect/Schema"
import { type Client, rowsOf } from "./Sql.ts"

/** `before` is null for a bar that was added; `at` is when it was stored or replaced first, epoch milliseconds. */
export const BarChange = Schema.Struct({
  instrumentId: Schema.Int,
  kind: Schema.Literals(["added", "revised"]),
  before: Schema.NullOr(Bar),
  after: Bar,
  at: Schema.Int
})
export type BarChange = typeof BarChange.Type

export const decodeChanges = rowsOf(BarChange)

/** By open time, then instrument. */
export const inOrder = (changes: ReadonlyArray<BarChange>): ReadonlyArray<BarChange> =>
  changes.toSorted((a, b) => a.after.openTime - b.after.openTime || a.instrumentId - b.instrumentId)

export interface ChangesQuery {
  readonly runId: string
  readonly instrumentId: number
  readonly timeframe: Timeframe
  readonly from: number
  readonly to: number
}

/**
 * The former values of a bar are those of its first revision that was replaced after the run's states began to read. A bar
 * that was added after the run is
 * no revised one, and one that has its former values again has not changed.
 */
export const changesSince = (sql: Client, { from, instrumentId, runId, timeframe, to }: ChangesQuery) =>
  sql`
    select present.instrument_id as "instrumentId", case when added then 'added' else 'revised' end as kind,
      case when not added then ${sql.unsafe(barObject("former"))} end as before,
      ${sql.unsafe(barObject("present"))} as after,
      case when added then present.stored_at else former.replaced_at end as at
    from prediction_runs as run, bars as present, lateral (select present.stored_at > run.stored_at as added) as fate
    left join lateral (
      select kept.* from bar_revisions as kept
      where present.revision > 0 and kept.replaced_at > least(coalesce(run.bars_read_since, run.stored_at), run.stored_at)
        and (kept.instrument_id, kept.timeframe, kept.open_time) =
          (present.instrument_id, present.timeframe, present.open_time)
      order by kept.revision limit 1
    ) as former on true
    where run.id = ${runId} and present.instrument_id = ${instrumentId}
      and present.timeframe = ${timeframe}::timeframe
      and present.open_time between ${from}::timestamptz and ${to}::timestamptz
      and case
        when added then present.close_time <= ${to}::timestamptz
        else former.revision is not null
          and least(former.close_time, present.close_time) <= ${to}::timestamptz
          and (former.close_time, former.open, former.high, former.low, former.close, former.volume) is distinct from
            (present.close_time, present.open, present.high, present.low, present.close, present.volume)
      end
    order by present.open_time`

/** A row of bars as the `Bar` schema has it. */
const barObject = (row: string) =>
  `jsonb_build_object(
    'openTime', (extract(epoch from ${row}.open_time) * 1000)::int8,
    'closeTime', (extract(epoch from ${row}.close_time) * 1000)::int8,
    'open', ${row}.open, 'high', ${row}.high, 'low', ${row}.low, 'close', ${row}.close, 'volume', ${row}.volume
  )`

/**
 * How whole the stored bars are, for many series at once: each question is a statement for as many series as fit.
 *
 * What is missing is a question to a calendar; here are only the places where two neighbours are further apart than their
 * timeframe is long, each with the series that have it, since those of one market share its nights and weekends.
 */
import { CalendarName } from "@dgas/domain/Instrument"
import { Timeframe, timeframeMs } from "@dgas/domain/Timeframe"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { type Client, rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** Which series; left out means all. `since` in epoch milliseconds. */
export interface SeriesFilter {
  readonly symbol?: string
  readonly timeframe?: Timeframe
  readonly since?: number
}

/** A stored series and its oldest and newest bar; instants in epoch milliseconds. */
export const SeriesSpan = Schema.Struct({
  instrumentId: Schema.Int,
  source: Schema.String,
  symbol: Schema.String,
  calendar: CalendarName,
  timeframe: Timeframe,
  firstOpenTime: Schema.Int,
  firstCloseTime: Schema.Int,
  lastOpenTime: Schema.Int,
  lastCloseTime: Schema.Int
})
export type SeriesSpan = typeof SeriesSpan.Type

export type SeriesKey = Pick<SeriesSpan, "instrumentId" | "timeframe">

/** Neighbours with more than the length of a bar between their open times, and the instruments that have them. */
export interface Jump {
  readonly timeframe: Timeframe
  readonly before: number
  readonly after: number
  readonly instrumentIds: ReadonlyArray<number>
}

export const Refused = Schema.Struct({
  instrumentId: Schema.Int,
  source: Schema.String,
  symbol: Schema.String,
  timeframe: Timeframe,
  reason: Schema.String,
  /** Different rows, and how often they were delivered. */
  rows: Schema.Int,
  timesSeen: Schema.Int
})
export type Refused = typeof Refused.Type

export const Revised = Schema.Struct({ instrumentId: Schema.Int, timeframe: Timeframe, revisions: Schema.Int })
export type Revised = typeof Revised.Type

export class BarQualityStore extends Context.Service<BarQualityStore, {
  /** The series of which bars are stored, by symbol, source and timeframe. */
  readonly spans: (filter: SeriesFilter) => Effect.Effect<ReadonlyArray<SeriesSpan>, SqlFailure>
  /** How many bars opened from `since` on, by `seriesName`. */
  readonly counts: (
    series: ReadonlyArray<SeriesSpan>,
    since: number
  ) => Effect.Effect<ReadonlyMap<string, number>, SqlFailure>
  /** The jumps that end after `since`, oldest first. */
  readonly jumps: (
    series: ReadonlyArray<SeriesSpan>,
    since: number
  ) => Effect.Effect<ReadonlyArray<Jump>, SqlFailure>
  /** Rows that were no bars, delivered again since `since`, by reason. */
  readonly refused: (filter: SeriesFilter) => Effect.Effect<ReadonlyArray<Refused>, SqlFailure>
  /** How often bars were given other values since `since`. */
  readonly revised: (filter: SeriesFilter) => Effect.Effect<ReadonlyArray<Revised>, SqlFailure>
}>()("@dgas/db/BarQualityStore") {
  static readonly layer = Layer.effect(
    BarQualityStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const spans = Effect.fn("BarQualityStore.spans")(function*({ symbol, timeframe }: SeriesFilter) {
        // Two look-ups in the index for each pair, where a group of all bars would read them.
        const rows = yield* run("spans of series", (sql) =>
          sql`
            select one.id as "instrumentId", source, symbol, calendar, frame as timeframe,
              first.open_time as "firstOpenTime", first.close_time as "firstCloseTime",
              last.open_time as "lastOpenTime", last.close_time as "lastCloseTime"
            from instruments as one, unnest(enum_range(null::timeframe)) as frame, lateral (
              select open_time, close_time from bars
              where instrument_id = one.id and timeframe = frame order by open_time limit 1
            ) as first, lateral (
              select open_time, close_time from bars
              where instrument_id = one.id and timeframe = frame order by open_time desc limit 1
            ) as last
            where true
              ${symbol === undefined ? sql`` : sql`and symbol = ${symbol}`}
              ${timeframe === undefined ? sql`` : sql`and frame = ${timeframe}::timeframe`}
            order by symbol, source, frame`)
        return yield* decodeSpans(rows)
      })

      const counts = Effect.fn("BarQualityStore.counts")(
        function*(series: ReadonlyArray<SeriesSpan>, since: number) {
          const found = new Map<string, number>()
          for (const some of portions(series, since)) {
            const rows = yield* run("count bars", (sql) =>
              sql`
                select id as "instrumentId", timeframe, bars from ${given(sql, some)}, lateral (
                  select count(*)::int as bars from bars
                  where instrument_id = wanted.id and timeframe = wanted.timeframe and open_time >= ${since}::timestamptz
                ) as counted`).pipe(Effect.flatMap(decodeCounts))
            for (const row of rows) found.set(seriesName(row), row.bars)
          }
          return found
        }
      )

      const jumps = Effect.fn("BarQualityStore.jumps")(function*(series: ReadonlyArray<SeriesSpan>, since: number) {
        const found: Array<Jump> = []
        for (const some of portions(series, since)) {
          const rows = yield* run("jumps of bars", (sql) =>
            sql`
              select timeframe, (extract(epoch from before) * 1000)::float8 as before,
                (extract(epoch from open_time) * 1000)::float8 as after, array_agg(id)::text as ids
              from ${given(sql, some)}, lateral (
                select open_time, lag(open_time) over (order by open_time) as before from bars
                where instrument_id = wanted.id and timeframe = wanted.timeframe and open_time >= coalesce((
                  select open_time from bars where instrument_id = wanted.id and timeframe = wanted.timeframe
                    and open_time < ${since}::timestamptz order by open_time desc limit 1
                ), '-infinity')
              ) as steps
              where open_time > before + length
              group by timeframe, before, open_time order by open_time`).pipe(Effect.flatMap(decodeJumps))
          for (const { after, before, ids, timeframe } of rows) {
            found.push({ timeframe, before, after, instrumentIds: JSON.parse(`[${ids.slice(1, -1)}]`) })
          }
        }
        return found
      })

      const refused = Effect.fn("BarQualityStore.refused")(function*({ since, symbol, timeframe }: SeriesFilter) {
        const rows = yield* run("rows refused", (sql) =>
          sql`
            select instrument_id as "instrumentId", source, symbol, timeframe, reason, count(*)::int as rows,
              least(sum(times_seen), 2147483647)::int as "timesSeen"
            from quarantined_bars join instruments on instruments.id = instrument_id
            where true
              ${symbol === undefined ? sql`` : sql`and symbol = ${symbol}`}
              ${timeframe === undefined ? sql`` : sql`and timeframe = ${timeframe}::timeframe`}
              ${since === undefined ? sql`` : sql`and quarantined_at >= ${since}::timestamptz`}
            group by instrument_id, source, symbol, timeframe, reason order by symbol, source, timeframe, reason`)
        return yield* decodeRefused(rows)
      })

      const revised = Effect.fn("BarQualityStore.revised")(function*({ since, symbol, timeframe }: SeriesFilter) {
        const rows = yield* run("revisions of bars", (sql) =>
          sql`
            select instrument_id as "instrumentId", timeframe, count(*)::int as revisions from bar_revisions
            where true
              ${
            symbol === undefined
              ? sql``
              : sql`and instrument_id in (select id from instruments where symbol = ${symbol})`
          }
              ${timeframe === undefined ? sql`` : sql`and timeframe = ${timeframe}::timeframe`}
              ${since === undefined ? sql`` : sql`and replaced_at >= ${since}::timestamptz`}
            group by instrument_id, timeframe`)
        return yield* decodeRevised(rows)
      })

      return BarQualityStore.of({ spans, counts, jumps, refused, revised })
    })
  )
}

/** What names a series among others. */
export const seriesName = ({ instrumentId, timeframe }: SeriesKey): string => `${instrumentId}/${timeframe}`

/** Bars that a statement may have to read: about half a second. */
const barsAtOnce = 400_000

/** The series in portions of which each is read by one statement. */
const portions = (series: ReadonlyArray<SeriesSpan>, since: number): ReadonlyArray<ReadonlyArray<SeriesSpan>> => {
  const found: Array<Array<SeriesSpan>> = []
  let bars = Infinity
  for (const one of series) {
    const most = (one.lastOpenTime - Math.max(one.firstOpenTime, since)) / timeframeMs(one.timeframe) + 1
    if (bars + most > barsAtOnce) {
      found.push([])
      bars = 0
    }
    bars += Math.max(most, 0)
    found.at(-1)!.push(one)
  }
  return found
}

const given = (sql: Client, series: ReadonlyArray<SeriesSpan>) => {
  const rows = series.map(({ instrumentId: id, timeframe }) => ({ id, timeframe, ms: timeframeMs(timeframe) }))
  return sql`(
    select id, timeframe, ms * interval '1 millisecond' as length
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as x(id int, timeframe timeframe, ms float8)
  ) as wanted`
}

const decodeSpans = rowsOf(SeriesSpan)
const decodeCounts = rowsOf(Schema.Struct({ instrumentId: Schema.Int, timeframe: Timeframe, bars: Schema.Int }))
const decodeJumps = rowsOf(
  Schema.Struct({ timeframe: Timeframe, before: Schema.Int, after: Schema.Int, ids: Schema.String })
)
const decodeRefused = rowsOf(Refused)
const decodeRevised = rowsOf(Revised)

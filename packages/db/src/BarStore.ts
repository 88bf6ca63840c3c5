/**
 * Closed bars.
 *
 * A bar is identified by instrument, timeframe and open time. Storing it again changes nothing unless its values
 * differ, and then counts as a revision: the database keeps the former values, see `BarChangeStore`. Each statement of a
 * bulk write happens whole; rows that are not bars are refused by the table, and kept apart by `quarantine`.
 */
import type { Bar } from "@dgas/domain/Bar"
import type { QuarantinedBar } from "@dgas/domain/Quarantine"
import { Timeframe, timeframeMs } from "@dgas/domain/Timeframe"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { arrayText, barColumns, barsOf, decodeSeries } from "./BarColumns.ts"
import { instantText } from "./Instant.ts"
import { SeriesEnds } from "./SeriesEnds.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** Bars of one instrument and timeframe, in any order; of several with one open time the last counts. */
export interface BarSeries {
  readonly instrumentId: number
  readonly timeframe: Timeframe
  readonly bars: ReadonlyArray<Bar>
}

/** How far the stored bars of one timeframe reach, and how many there are: counting takes as long as they are many. */
export const BarSpan = Schema.Struct({ ...SeriesEnds.fields, bars: Schema.Int })
export type BarSpan = typeof BarSpan.Type

export interface QuarantinedSeries {
  readonly instrumentId: number
  readonly timeframe: Timeframe
  readonly rows: ReadonlyArray<QuarantinedBar>
}

export class BarStore extends Context.Service<BarStore, {
  /** Stores bars and comes back with how many were new or changed. */
  readonly upsert: (series: ReadonlyArray<BarSeries>) => Effect.Effect<number, SqlFailure>
  /** The newest `limit` bars that had closed by `asOf` (epoch ms; else all), oldest of them first. */
  readonly latest: (
    instrumentId: number,
    timeframe: Timeframe,
    limit: number,
    asOf?: number
  ) => Effect.Effect<ReadonlyArray<Bar>, SqlFailure>
  /** `latest` of several instruments in one statement. An instrument without bars has an empty list. */
  readonly latestMany: (
    instrumentIds: ReadonlyArray<number>,
    timeframe: Timeframe,
    limit: number,
    asOf?: number
  ) => Effect.Effect<ReadonlyMap<number, ReadonlyArray<Bar>>, SqlFailure>
  /** Bars with `from` <= open time < `to`, epoch ms, oldest first. */
  readonly range: (
    instrumentId: number,
    timeframe: Timeframe,
    from: number,
    to: number
  ) => Effect.Effect<ReadonlyArray<Bar>, SqlFailure>
  /** `range` of several instruments, in as few statements as fit. An instrument without bars is left out. */
  readonly rangeMany: (
    instrumentIds: ReadonlyArray<number>,
    timeframe: Timeframe,
    from: number,
    to: number
  ) => Effect.Effect<ReadonlyMap<number, ReadonlyArray<Bar>>, SqlFailure>
  /** The timeframes of which the instrument has bars, shortest first. */
  readonly timeframesOf: (instrumentId: number) => Effect.Effect<ReadonlyArray<BarSpan>, SqlFailure>
  /** Keeps rows that are not fit to be bars, once per instrument, timeframe, open time and reason. */
  readonly quarantine: (series: ReadonlyArray<QuarantinedSeries>) => Effect.Effect<void, SqlFailure>
}>()("@dgas/db/BarStore") {
  static readonly layer = Layer.effect(
    BarStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const upsert = Effect.fn("BarStore.upsert")(function*(series: ReadonlyArray<BarSeries>) {
        let changed = 0
        let rows: Array<BarRow> = []
        for (const { bars, instrumentId, timeframe } of ordered(series)) {
          for (const bar of ascending(bars)) {
            rows.push({ id: instrumentId, timeframe, bar })
            if (rows.length < rowsAtOnce) continue
            changed += yield* write(rows)
            rows = []
          }
        }
        if (rows.length > 0) changed += yield* write(rows)
        return changed
      })

      const write = Effect.fnUntraced(function*(rows: ReadonlyArray<BarRow>) {
        const of = (pick: (row: BarRow) => number | string) => arrayText(rows.map(pick))
        const [written] = yield* run("store bars", (sql) =>
          sql`
            with written as (
              insert into bars (instrument_id, timeframe, open_time, close_time, open, high, low, close, volume)
              select id, timeframe::timeframe, to_timestamp(opened / 1000), to_timestamp(closed / 1000), o, h, l, c, v
              from unnest(
                ${of((row) => row.id)}::int[], ${of((row) => row.timeframe)}::text[],
                ${of(({ bar }) => bar.openTime)}::float8[], ${of(({ bar }) => bar.closeTime)}::float8[],
                ${of(({ bar }) => bar.open)}::float8[], ${of(({ bar }) => bar.high)}::float8[],
                ${of(({ bar }) => bar.low)}::float8[], ${of(({ bar }) => bar.close)}::float8[],
                ${of(({ bar }) => bar.volume)}::float8[]
              ) as given(id, timeframe, opened, closed, o, h, l, c, v)
              on conflict (instrument_id, timeframe, open_time) do update set
                close_time = excluded.close_time, open = excluded.open, high = excluded.high, low = excluded.low,
                close = excluded.close, volume = excluded.volume, revision = bars.revision + 1
              where (bars.close_time, bars.open, bars.high, bars.low, bars.close, bars.volume) is distinct from
                (excluded.close_time, excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume)
              returning 1
            )
            select count(*)::int as changed from written`).pipe(Effect.flatMap(decodeChanged))
        return written?.changed ?? 0
      })

      const latestMany = Effect.fn("BarStore.latestMany")(function*(
        instrumentIds: ReadonlyArray<number>,
        timeframe: Timeframe,
        limit: number,
        asOf?: number
      ) {
        const rows = yield* run("latest bars", (sql) =>
          sql`
            select wanted.id, newest.* from unnest(${arrayText(instrumentIds)}::int[]) as wanted(id),
            lateral (
              select ${sql.unsafe(barColumns)} from (
                select * from bars
                where instrument_id = wanted.id and timeframe = ${timeframe}::timeframe
                  and close_time <= ${asOf ?? Infinity}::timestamptz
                order by open_time desc limit ${limit}
              ) as kept
            ) as newest`)
        return new Map((yield* decodeSeries(rows)).map((row) => [row.id, barsOf(row)]))
      })

      const latest = (instrumentId: number, timeframe: Timeframe, limit: number, asOf?: number) =>
        Effect.map(latestMany([instrumentId], timeframe, limit, asOf), (series) => series.get(instrumentId) ?? [])

      const range = Effect.fn("BarStore.range")(function*(
        instrumentId: number,
        timeframe: Timeframe,
        from: number,
        to: number
      ) {
        const bars: Array<Bar> = []
        let start = from
        while (start < to) {
          const [page] = yield* run("range of bars", (sql) =>
            sql`
              select ${instrumentId}::int as id, ${sql.unsafe(barColumns)} from (
                select * from bars
                where instrument_id = ${instrumentId} and timeframe = ${timeframe}::timeframe
                  and open_time >= ${start}::timestamptz and open_time < ${to}::timestamptz
                order by open_time limit ${pageSize}
              ) as page`).pipe(Effect.flatMap(decodeSeries))
          const found = page === undefined ? [] : barsOf(page)
          for (const bar of found) bars.push(bar)
          if (found.length < pageSize) break
          start = found.at(-1)!.openTime + 1
        }
        return bars
      })

      const rangeMany = Effect.fn("BarStore.rangeMany")(function*(
        instrumentIds: ReadonlyArray<number>,
        timeframe: Timeframe,
        from: number,
        to: number
      ) {
        const each = Math.max(1, Math.ceil((to - from) / timeframeMs(timeframe)))
        const most = Math.max(1, Math.floor(barsAtOnce / each))
        const found = new Map<number, ReadonlyArray<Bar>>()
        for (let at = 0; at < instrumentIds.length; at += most) {
          const some = instrumentIds.slice(at, at + most)
          const [id] = some
          if (some.length === 1 && id !== undefined && each > pageSize) {
            const bars = yield* range(id, timeframe, from, to)
            if (bars.length > 0) found.set(id, bars)
            continue
          }
          const rows = yield* run("ranges of bars", (sql) =>
            sql`
              select instrument_id as id, ${sql.unsafe(barColumns)} from bars
              where instrument_id = any(${arrayText(some)}::int[]) and timeframe = ${timeframe}::timeframe
                and open_time >= ${from}::timestamptz and open_time < ${to}::timestamptz
              group by instrument_id`)
          for (const row of yield* decodeSeries(rows)) found.set(row.id, barsOf(row))
        }
        return found
      })

      const timeframesOf = Effect.fn("BarStore.timeframesOf")(function*(instrumentId: number) {
        // The close time is read of one bar only, so that the rest can be counted in the index.
        const rows = yield* run("spans of bars", (sql) =>
          sql`
            select timeframe, span.bars, span.first as "firstOpenTime", close_time as "lastCloseTime"
            from (
              select timeframe, count(*)::int as bars, min(open_time) as first, max(open_time) as newest from bars
              where instrument_id = ${instrumentId} group by timeframe
            ) as span join bars using (timeframe)
            where instrument_id = ${instrumentId} and open_time = newest
            order by timeframe`)
        return yield* decodeSpans(rows)
      })

      const quarantine = Effect.fn("BarStore.quarantine")(function*(series: ReadonlyArray<QuarantinedSeries>) {
        const rows = quarantineRows(series)
        for (let from = 0; from < rows.length; from += rowsAtOnce) {
          const given = JSON.stringify(rows.slice(from, from + rowsAtOnce))
          yield* run("quarantine bars", (sql) =>
            sql`
              insert into quarantined_bars as kept
                (instrument_id, timeframe, open_time, reason, open, high, low, close, volume, detail)
              select * from jsonb_to_recordset(${given}::text::jsonb) as x(
                instrument_id int, timeframe timeframe, open_time timestamptz, reason text,
                open float8, high float8, low float8, close float8, volume float8, detail text
              )
              on conflict (instrument_id, timeframe, open_time, reason) do update set
                open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
                volume = excluded.volume, detail = excluded.detail, times_seen = kept.times_seen + 1,
                quarantined_at = now()`)
        }
      })

      return BarStore.of({ upsert, latest, latestMany, range, rangeMany, timeframesOf, quarantine })
    })
  )
}

/** A statement of this size takes about 200 ms; ten times as many would come near the time-out on a slow disk. */
const rowsAtOnce = 10_000
const pageSize = 50_000
/** Bars that a statement may have to read: about half a second. */
const barsAtOnce = 100_000

interface BarRow {
  readonly id: number
  readonly timeframe: Timeframe
  readonly bar: Bar
}

/** One series a key, in the order of the key, so that two writers never wait for each other in a circle. */
const ordered = (series: ReadonlyArray<BarSeries>): ReadonlyArray<BarSeries> => {
  const grouped = new Map<string, BarSeries>()
  for (const one of series) {
    const key = `${String(one.instrumentId).padStart(10, "0")}/${one.timeframe}`
    const before = grouped.get(key)
    grouped.set(key, before === undefined ? one : { ...one, bars: [...before.bars, ...one.bars] })
  }
  return [...grouped].toSorted(([a], [b]) => a < b ? -1 : 1).map(([, one]) => one)
}

const ascending = (bars: ReadonlyArray<Bar>): ReadonlyArray<Bar> =>
  bars.every((bar, index) => index === 0 || bars[index - 1]!.openTime < bar.openTime)
    ? bars
    : [...new Map(bars.map((bar) => [bar.openTime, bar])).values()].toSorted((a, b) => a.openTime - b.openTime)

/** Numbers go as text: JSON has no NaN and Postgres reads it. */
const quarantineRows = (series: ReadonlyArray<QuarantinedSeries>) => {
  const rows = new Map<string, Record<string, number | string>>()
  for (const { instrumentId, rows: bad, timeframe } of series) {
    for (const { bar, detail, reason } of bad) {
      const openTime = instantText(bar.openTime)
      rows.set(`${instrumentId}/${timeframe}/${openTime}/${reason}`, {
        instrument_id: instrumentId,
        timeframe,
        open_time: openTime,
        reason,
        open: String(bar.open),
        high: String(bar.high),
        low: String(bar.low),
        close: String(bar.close),
        volume: String(bar.volume),
        detail: detail.replaceAll("\0", "")
      })
    }
  }
  return [...rows.values()]
}

const decodeSpans = rowsOf(BarSpan)
const decodeChanged = rowsOf(Schema.Struct({ changed: Schema.Int }))

/**
 * Splits, dividends and rolls of instruments, kept for ever.
 *
 * An event is identified by instrument, kind and instant. Recording it again changes nothing unless its factor or amount
 * differ: then the new ones take the place of the old, which are not kept, and count as recorded now. Who told of it, and in
 * which words, changes with these only, so that sources which agree do not take turns.
 */
import { PriceEvent } from "@dgas/domain/PriceEvent"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { arrayText } from "./BarColumns.ts"
import { instantText } from "./Instant.ts"
import { decodeSlice, fromTheFirst, isRestating, restateSlice } from "./Restatement.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** An event, and who told of it. */
export interface ToldEvent {
  readonly instrumentId: number
  readonly source: string
  readonly event: PriceEvent
}

/** `recordedAt` in epoch milliseconds, by the database clock. */
export const RecordedEvent = Schema.Struct({
  ...PriceEvent.fields,
  instrumentId: Schema.Int,
  source: Schema.String,
  recordedAt: Schema.Int
})
export type RecordedEvent = typeof RecordedEvent.Type

export interface EventBounds {
  /** Events from this instant on are left out, epoch milliseconds. */
  readonly before: number
  /** Only what was recorded when this run was stored; nothing for a run that is not stored. */
  readonly knownBy?: string
}

export class PriceEventStore extends Context.Service<PriceEventStore, {
  /** Comes back with those that are new or changed, by instrument and instant. Of several with one key the last counts. */
  readonly record: (rows: ReadonlyArray<ToldEvent>) => Effect.Effect<ReadonlyArray<ToldEvent>, SqlFailure>
  /** Those that change prices, ascending by instant, then kind. An instrument without any is left out. */
  readonly of: (
    instrumentIds: ReadonlyArray<number>,
    bounds: EventBounds
  ) => Effect.Effect<ReadonlyMap<number, ReadonlyArray<PriceEvent>>, SqlFailure>
  /**
   * After a source of prices adjusted for splits has told of one: brings the bars that were stored before it, of every
   * timeframe, to the new prices, and comes back with how many. Again it finds nothing to do, so one that failed half-way
   * is simply called again. Nothing is done for an event that is still to come. Until it is recorded `isRestated` holds.
   */
  readonly restate: (instrumentId: number, event: PriceEvent) => Effect.Effect<number, SqlFailure>
  /**
   * Whether bars of the instrument are being restated, or an event that changes prices was recorded since `at`, epoch ms: then
   * bars and events that were read since do not belong together.
   */
  readonly isRestated: (instrumentId: number, at: number) => Effect.Effect<boolean, SqlFailure>
  /**
   * Of each instrument those that change prices and were recorded after the run was stored, and with `knownBy` before that
   * run was: what a price of basis `split` that the run gave has to be adjusted for.
   */
  readonly recordedAfter: (
    given: ReadonlyArray<{ readonly instrumentId: number; readonly runId: string }>,
    knownBy?: string
  ) => Effect.Effect<ReadonlyMap<number, ReadonlyArray<PriceEvent>>, SqlFailure>
  /** The newest `limit` of a symbol, of every source that has it, newest first. */
  readonly list: (symbol: string, limit: number) => Effect.Effect<ReadonlyArray<RecordedEvent>, SqlFailure>
}>()("@dgas/db/PriceEventStore") {
  static readonly layer = Layer.effect(
    PriceEventStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const record = Effect.fn("PriceEventStore.record")(function*(rows: ReadonlyArray<ToldEvent>) {
        const given = new Map(rows.map((row) => [keyOf(row.instrumentId, row.event), row]))
        const fresh: Array<ToldEvent> = []
        const all = [...given.values()]
        for (let from = 0; from < all.length; from += rowsAtOnce) {
          for (const key of yield* write(all.slice(from, from + rowsAtOnce))) {
            fresh.push(given.get(keyOf(key.instrumentId, key))!)
          }
        }
        return fresh
      })

      const write = Effect.fnUntraced(function*(rows: ReadonlyArray<ToldEvent>) {
        const json = JSON.stringify(rows.map(({ event, instrumentId, source }) => ({
          ...event,
          instrument_id: instrumentId,
          source,
          at: instantText(event.at),
          detail: event.detail.replaceAll("\0", "")
        })))
        const written = yield* run("record price events", (sql) =>
          sql`
            with given as (
              select * from jsonb_to_recordset(${json}::text::jsonb) as x(
                instrument_id int, kind price_event_kind, at timestamptz, factor float8, amount float8, detail text,
                source text
              )
            ), written as (
              insert into price_events as known (instrument_id, kind, at, factor, amount, detail, source)
              select instrument_id, kind, at, factor, amount, detail, source from given
              order by instrument_id, kind, at
              on conflict (instrument_id, kind, at) do update set
                factor = excluded.factor, amount = excluded.amount, detail = excluded.detail,
                source = excluded.source, recorded_at = clock_timestamp()
              where (known.factor, known.amount) is distinct from (excluded.factor, excluded.amount)
              returning instrument_id, kind, at
            ), whole as (
              update instruments set restating_at = null
              where restating_at is not null and id in (select instrument_id from given where factor <> 1)
            )
            select instrument_id as "instrumentId", kind, at from written order by instrument_id, at, kind`)
        return yield* decodeKeys(written)
      })

      const of = Effect.fn("PriceEventStore.of")(function*(
        instrumentIds: ReadonlyArray<number>,
        { before, knownBy }: EventBounds
      ) {
        const rows = yield* run("price events", (sql) =>
          sql`
            select instrument_id as "instrumentId", kind, at, factor, amount, detail from price_events
            where instrument_id = any(${arrayText(instrumentIds)}::int[]) and at < ${before}::timestamptz
              and factor <> 1
              ${
            knownBy === undefined
              ? sql``
              : sql`and recorded_at <= (select stored_at from prediction_runs where id = ${knownBy})`
          }
            order by at, kind`)
        return byInstrument(yield* decodeEvents(rows))
      })

      const recordedAfter = Effect.fn("PriceEventStore.recordedAfter")(function*(
        given: ReadonlyArray<{ readonly instrumentId: number; readonly runId: string }>,
        knownBy?: string
      ) {
        if (given.length === 0) return new Map<number, Array<PriceEvent>>()
        const rows = yield* run("price events after runs", (sql) =>
          sql`
            select event.instrument_id as "instrumentId", kind, at, factor, amount, detail
            from jsonb_to_recordset(${JSON.stringify(given)}::text::jsonb) as given("instrumentId" int, "runId" text)
            join prediction_runs as run on run.id = given."runId"
            join price_events as event on event.instrument_id = given."instrumentId"
            where factor <> 1 and recorded_at > run.stored_at
              ${
            knownBy === undefined
              ? sql``
              : sql`and recorded_at <= (select stored_at from prediction_runs where id = ${knownBy})`
          }
            order by at, kind`)
        return byInstrument(yield* decodeEvents(rows))
      })

      const restate = Effect.fn("PriceEventStore.restate")(function*(instrumentId: number, event: PriceEvent) {
        let bars = 0
        let reached = fromTheFirst
        while (true) {
          const [slice] = yield* run("restate bars", (sql) => restateSlice(sql, instrumentId, event, reached)).pipe(
            Effect.flatMap(decodeSlice)
          )
          if (slice === undefined) return bars
          bars += slice.bars
          reached = slice
        }
      })

      const isRestated = Effect.fn("PriceEventStore.isRestated")(function*(instrumentId: number, at: number) {
        const rows = yield* run("restated instrument", (sql) =>
          sql`
            select from instruments as known where id = ${instrumentId} and (${
            sql.unsafe(isRestating("known"))
          } or exists (
              select from price_events
              where instrument_id = known.id and factor <> 1 and recorded_at > ${at}::timestamptz
            ))`)
        return rows.length > 0
      })

      const list = Effect.fn("PriceEventStore.list")(function*(symbol: string, limit: number) {
        const rows = yield* run("list price events", (sql) =>
          sql`
            select instrument_id as "instrumentId", kind, at, factor, amount, detail, price_events.source,
              recorded_at as "recordedAt"
            from price_events join instruments on instruments.id = instrument_id
            where symbol = ${symbol} order by at desc, kind, instrument_id limit ${limit}`)
        return yield* decodeRecorded(rows)
      })

      return PriceEventStore.of({ record, of, recordedAfter, restate, isRestated, list })
    })
  )
}

/** As many as a statement writes in well under a second. */
const rowsAtOnce = 10_000

const byInstrument = (rows: ReadonlyArray<PriceEvent & { readonly instrumentId: number }>) => {
  const found = new Map<number, Array<PriceEvent>>()
  for (const { instrumentId, ...event } of rows) {
    const known = found.get(instrumentId)
    if (known === undefined) found.set(instrumentId, [event])
    else known.push(event)
  }
  return found
}

const keyOf = (instrumentId: number, { at, kind }: Pick<PriceEvent, "at" | "kind">) => `${instrumentId}/${kind}/${at}`

const decodeKeys = rowsOf(Schema.Struct({
  instrumentId: Schema.Int,
  kind: PriceEvent.fields.kind,
  at: PriceEvent.fields.at
}))
const decodeEvents = rowsOf(Schema.Struct({ ...PriceEvent.fields, instrumentId: Schema.Int }))
const decodeRecorded = rowsOf(RecordedEvent)

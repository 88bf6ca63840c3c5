/** What has become of stored bars since somebody read them: which came, and which were replaced by others. */
import type { Timeframe } from "@dgas/domain/Timeframe"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { type BarChange, changesSince, decodeChanges, inOrder } from "./BarChanges.ts"
import { arrayText } from "./BarColumns.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

export class BarChangeStore extends Context.Service<BarChangeStore, {
  /**
   * Bars with `from` <= open time and close time <= `to`, epoch ms, that were stored first, or replaced by others,
   * after the run was stored; by open time, then instrument. None for a run that is not stored.
   */
  readonly changesAfterRun: (
    runId: string,
    instrumentIds: ReadonlyArray<number>,
    timeframe: Timeframe,
    from: number,
    to: number
  ) => Effect.Effect<ReadonlyArray<BarChange>, SqlFailure>
  /** The instruments of which stored bars were replaced since `since`, epoch milliseconds by the database's clock. */
  readonly revisedSince: (
    instrumentIds: ReadonlyArray<number>,
    timeframe: Timeframe,
    since: number
  ) => Effect.Effect<ReadonlySet<number>, SqlFailure>
  /**
   * Closes, epoch ms, of bars that a run can have used and whose prices were replaced after it was stored, by instrument.
   * Bars that were restated for a split are not among them.
   */
  readonly revisedAfterRun: (
    runId: string,
    instrumentIds: ReadonlyArray<number>,
    timeframe: Timeframe
  ) => Effect.Effect<ReadonlyMap<number, ReadonlyArray<number>>, SqlFailure>
}>()("@dgas/db/BarChangeStore") {
  static readonly layer = Layer.effect(
    BarChangeStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const changesAfterRun = Effect.fn("BarChangeStore.changesAfterRun")(function*(
        runId: string,
        instrumentIds: ReadonlyArray<number>,
        timeframe: Timeframe,
        from: number,
        to: number
      ) {
        // One instrument at a time: a history that was replaced as a whole would take longer than a statement may.
        const changes = yield* Effect.forEach(
          new Set(instrumentIds),
          (instrumentId) =>
            run("changes of bars", (sql) => changesSince(sql, { runId, instrumentId, timeframe, from, to })).pipe(
              Effect.flatMap(decodeChanges)
            )
        )
        return inOrder(changes.flat())
      })

      const revisedSince = Effect.fn("BarChangeStore.revisedSince")(function*(
        instrumentIds: ReadonlyArray<number>,
        timeframe: Timeframe,
        since: number
      ) {
        const rows = yield* run("instruments with revisions", (sql) =>
          sql`
            select distinct instrument_id as id from bar_revisions
            where replaced_at > ${since}::timestamptz and timeframe = ${timeframe}::timeframe
              and instrument_id = any(${arrayText(instrumentIds)}::int[])`)
        return new Set((yield* decodeIds(rows)).map(({ id }) => id))
      })

      const revisedAfterRun = Effect.fn("BarChangeStore.revisedAfterRun")(function*(
        runId: string,
        instrumentIds: ReadonlyArray<number>,
        timeframe: Timeframe
      ) {
        const rows = yield* run("revisions after a run", (sql) =>
          sql`
            select kept.instrument_id as id, jsonb_agg(distinct (extract(epoch from kept.close_time) * 1000)::int8) as closes
            from prediction_runs as run join bar_revisions as kept on kept.replaced_at > run.stored_at
            join bars using (instrument_id, timeframe, open_time)
            where run.id = ${runId} and kept.timeframe = ${timeframe}::timeframe
              and kept.instrument_id = any(${arrayText(instrumentIds)}::int[]) and kept.close_time <= run.slot_at
              and (kept.open, kept.high, kept.low, kept.close) is distinct from (bars.open, bars.high, bars.low, bars.close)
              and not exists (
                select from price_events as event
                where event.instrument_id = kept.instrument_id and factor <> 1 and recorded_at > run.stored_at
              )
            group by kept.instrument_id`)
        return new Map((yield* decodeCloses(rows)).map(({ closes, id }) => [id, closes]))
      })

      return BarChangeStore.of({ changesAfterRun, revisedSince, revisedAfterRun })
    })
  )
}

const decodeIds = rowsOf(Schema.Struct({ id: Schema.Int }))
const decodeCloses = rowsOf(Schema.Struct({ id: Schema.Int, closes: Schema.Array(Schema.Int) }))

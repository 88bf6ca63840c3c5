/**
 * Live entries that stay pending, since nothing comes any more by which they could end: their schedule is not run, or their
 * symbol has no bars, as after a change of the configuration or a delisting.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { rowsOf, Sql } from "./Sql.ts"

/** Of one schedule; `since` is the last instant to which any of them could be judged. */
export const Stalled = Schema.Struct({ schedule: Schema.String, count: Schema.Int, since: Schema.Int })
export type Stalled = typeof Stalled.Type

export interface StalledQuery {
  /** Names of those that are run. */
  readonly running: ReadonlyArray<string>
  /** Only of these; what is left out does not filter. */
  readonly schedule?: string
  readonly symbol?: string
}

export const stalledEntries = Effect.fn("stalledEntries")(function*({ running, schedule, symbol }: StalledQuery) {
  const { run } = yield* Sql
  const rows = yield* run("stalled entries", (sql) =>
    sql`
      select signal.schedule, count(*)::int as count, max(least(last.slot_at, had.until)) as since
      from generated_signals as signal join prediction_runs as run on run.id = signal.run_id
      left join run_options as made on made.id = run.options_id
      left join instruments as instrument
        on instrument.source = made.options->'universe'->>'source' and instrument.symbol = signal.symbol
      join lateral (
        select slot_at from prediction_runs as one
        where one.schedule = signal.schedule and one.origin = signal.origin order by slot_at desc limit 1
      ) as last on true
      join lateral (
        select greatest(signal_timestamp, (
          select close_time from bars
          where instrument_id = instrument.id
            and timeframe = coalesce(made.options->'schedule'->>'lower', made.options->'schedule'->>'trading')::timeframe
          order by open_time desc limit 1
        )) as until
      ) as had on true
      where signal.signal_type in ('LONG', 'SHORT') and signal.origin = 'LIVE'
        and (signal.outcome is null or signal.outcome = 'PENDING')
        and (
          signal.schedule not in (select jsonb_array_elements_text(${JSON.stringify(running)}::text::jsonb))
          -- No market is closed for so long, and no bar is longer than a week.
          or (run.options_id is not null and had.until < last.slot_at - interval '10 days')
        )
        ${schedule === undefined ? sql`` : sql`and signal.schedule = ${schedule}`}
        ${symbol === undefined ? sql`` : sql`and signal.symbol = ${symbol}`}
      group by signal.schedule order by signal.schedule`)
  return yield* decodeStalled(rows)
})

const decodeStalled = rowsOf(Stalled)

/**
 * Final outcomes that may be others now.
 *
 * What changed leads to the signals whose spans it lies in, and only these are looked at closely: signals are many, and next
 * to none of them is in doubt. The index `generated_signals_ended` holds what is needed to find them. What a person said is
 * never in doubt, and takes no place on a page.
 */
import { type EntriesQuery, inOrder, matching } from "./EntriesQuery.ts"
import { isRevisedBefore, lateBarBefore, longestStatement, readFrom } from "./NewsOfSpan.ts"
import { isRestating } from "./Restatement.ts"
import type { Client } from "./Sql.ts"

export interface Cost {
  readonly schedule: string
  readonly symbol: string
  readonly costPct: number
}

const hasLateBar = lateBarBefore("signal.decided_at")

/** Selects the ids of a page of them. */
export const doubted = (sql: Client, query: EntriesQuery, costs: ReadonlyArray<Cost>, since: number | null) => {
  const isNew = (at: string) =>
    since === null ? sql`true` : sql`${sql.unsafe(at)} > ${since}::timestamptz - ${sql.unsafe(longestStatement)}`
  return sql`
    with made as materialized (
      -- The timeframe that is fetched for a signal, as its run was told to.
      select options.id as options_id, instrument.id, symbol, basis,
        coalesce(options->'schedule'->>'lower', options->'schedule'->>'trading')::timeframe as base
      from run_options as options join instruments as instrument on source = options->'universe'->>'source'
    ), series as materialized (
      select distinct id, symbol, base from made
    ), ended as not materialized (
      select id, schedule, symbol, signal_timestamp, decided_at, evaluated_at, cost_pct, bars_missing
      from generated_signals where origin = ${query.origin}::origin and decided_at is not null and corrected_at is null
        and symbol <> all (array(
          select symbol from instruments as instrument where ${sql.unsafe(isRestating("instrument"))}
        ))
    ), change as materialized (
      -- Revisions come in bursts, such as all bars before a split, and each burst is one change.
      select symbol, min(open_time) as first, max(open_time) as last, max(replaced_at) as at
      from bar_revisions join instruments as instrument on instrument.id = instrument_id
      where ${isNew("replaced_at")}
      group by symbol, date_trunc('hour', replaced_at)
      union all
      select symbol, case basis when 'split' then '-infinity' else at end,
        case basis when 'split' then 'infinity' else at end, recorded_at
      from price_events join instruments as instrument on instrument.id = instrument_id
      where factor <> 1 and ${isNew("recorded_at")}
    ), touched as materialized (
      -- One that ended before its change was found before it, so what ended since needs no look; offset 0 keeps this order.
      select signal.* from change cross join lateral (
        select id, schedule, signal_timestamp from ended as signal
        where signal.symbol = change.symbol and decided_at > change.first and decided_at < change.at + ${
    sql.unsafe(longestStatement)
  } and signal_timestamp <= change.last and ${sql.unsafe(readFrom)} < change.at offset 0
      ) as signal
      union
      select id, schedule, signal_timestamp from ended as signal
      where decided_at > evaluated_at
        or ${
    since === null ? sql`true` : sql`decided_at > ${since}::timestamptz - interval '7 days'`
  } and exists (select from series as known where known.symbol = signal.symbol and ${sql.unsafe(hasLateBar)})
    )
    select id from (
      select touched.* from touched cross join lateral (
        select from generated_signals as signal join prediction_runs as run on run.id = signal.run_id
        join made as known on known.options_id = run.options_id and known.symbol = signal.symbol
        where signal.id = touched.id and (${sql.unsafe(isRevisedBefore("signal.decided_at"))} or (${
    sql.unsafe(hasLateBar)
  })) offset 0
      ) as signal
      union
      select signal.id, signal.schedule, signal.signal_timestamp
      from generated_signals as exit join ended as signal on signal.id = exit.closes_signal_id
      where exit.signal_timestamp < signal.decided_at
      union
      select signal.id, signal.schedule, signal.signal_timestamp
      from jsonb_to_recordset(${JSON.stringify(costs)}::text::jsonb)
        as cost(schedule text, symbol text, "costPct" float8)
      join ended as signal on signal.schedule = cost.schedule and signal.symbol = cost.symbol
      where signal.cost_pct <> cost."costPct"
    ) as signal
    where ${matching(sql, query)} ${inOrder(sql, query)}`
}

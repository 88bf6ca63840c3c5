/** Entries with outcomes in the tables, without the engine and the bars that made them. */
import { rowsOf, Sql } from "@dgas/db/Sql"
import type { Origin } from "@dgas/domain/Origin"
import type { JudgedSignal } from "@dgas/monitor/JudgedSignal"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const iso = (at: number) => new Date(at).toISOString()

/** `start` is where the time of the signals begins. */
export const storeSignals = Effect.fnUntraced(
  function*(
    signals: ReadonlyArray<JudgedSignal>,
    { origin, start }: { readonly origin: Origin; readonly start: number }
  ) {
    const rows = JSON.stringify(signals.map((signal) => ({
      ...signal,
      at: iso(start + signal.signalAt),
      known: signal.knownAt === null ? null : iso(start + signal.knownAt)
    })))
    const run = (yield* Sql).run
    yield* run("runs", (sql) =>
      sql`
        insert into prediction_runs (id, schedule, slot_at, origin, run_timestamp, interval_type, symbols_requested,
          symbols_processed, signals_generated, execution_time_ms, data_fetch_ms, indicator_calc_ms, signal_generation_ms,
          notification_ms, status, rules)
        select distinct ${`${origin}/`} || at, schedule, at::timestamptz, ${origin}::origin, at::timestamptz, '1h'::timeframe,
          1, 1, 1, 1, 1, 1, 1, 1, 'SUCCESS'::run_status, '1'
        from jsonb_to_recordset(${rows}::text::jsonb) as x(schedule text, at text)
        on conflict (id) do nothing`)
    yield* run("signals", (sql) =>
      sql`
        insert into generated_signals (id, run_id, schedule, symbol, signal_type, signal_timestamp, entry_price, stop_loss,
          target_price, confidence, signal_strength, timeframe_alignment, tier, htf_trend, trading_tf_state,
          confluence_zones_count, pattern_context, rules, origin, outcome, exit_reason, filled, ambiguous, fill_price, r,
          r_if_loss, r_if_win, pnl_pct, decided_at, evaluated_at, probability, calibration)
        select id, ${`${origin}/`} || at, schedule, symbol, 'LONG', at::timestamptz, 100, 99, 102, confidence, 0.5, 0.5,
          'HIGH', 'UP', 'TREND', 1, '{}', '1', ${origin}::origin, outcome, "exitReason", coalesce(filled, false), false, 100,
          r, r, r, "pnlPct", known::timestamptz, coalesce(known, at)::timestamptz, probability,
          case when probability is null then null else 'given' end
        from jsonb_to_recordset(${rows}::text::jsonb) as x(id text, schedule text, symbol text, at text, confidence float8,
          outcome signal_outcome, "exitReason" exit_reason, filled boolean, r float8, "pnlPct" float8, known text,
          probability float8)
        on conflict (id) do update set outcome = excluded.outcome, exit_reason = excluded.exit_reason,
          filled = excluded.filled, r = excluded.r, r_if_loss = excluded.r, r_if_win = excluded.r,
          pnl_pct = excluded.pnl_pct, decided_at = excluded.decided_at, evaluated_at = excluded.evaluated_at`)
  }
)

const decode = rowsOf(Schema.Struct({
  id: Schema.String,
  probability: Schema.NullOr(Schema.Finite),
  calibration: Schema.NullOr(Schema.String),
  odds: Schema.NullOr(Schema.String)
}))

/** What is stored with signals, oldest first. */
export const saidOf = (origin: Origin) =>
  Effect.flatMap(Sql, ({ run }) =>
    run("said", (sql) =>
      sql`
        select id, probability, calibration, odds from generated_signals where origin = ${origin}::origin
        order by signal_timestamp, id`).pipe(Effect.flatMap(decode)))

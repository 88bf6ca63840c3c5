/** A database with rows in every table, whose values are those that are easily lost on the way. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { rowsOf, Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"

/** A second database of the test, migrated and empty. */
export const anotherDatabase = Layer.build(Layer.fresh(TestDatabase.layer)).pipe(
  Effect.map((context) => ({ url: Context.get(context, TestDatabase).url, sql: Context.get(context, Sql) }))
)

const odd = String.raw`'a "quoted", (comma) \ back\nslash' || E'\n\t\r\u00e9\U0001F4C8' || ''''`

const statements = [
  `insert into instruments (source, symbol, calendar, tick, basis, simulated)
    select 's', 'S' || n, '24/7', case when n = 1 then null else 0.1 + 0.2 end, 'raw', false from generate_series(1, 5) n`,
  `delete from instruments where symbol = 'S4'`,
  `insert into bars select id, '1m', at, at + interval '1 minute', 0.1 + 0.2, 1.7976931348623157e308, 5e-324, 1/3::float8,
      case when n = 1 then 0 else 123456789.123456789 end, 0, at + interval '1.000001 second'
    from instruments, generate_series(1, 700) n, lateral (select timestamptz '2024-01-01' + n * interval '1 minute' as at) x
    where symbol <> 'S5'`,
  `update bars set close = 0.2, revision = 1 where open_time = '2024-01-01 00:05'`,
  `insert into quarantined_bars (instrument_id, timeframe, open_time, reason, open, high, low, close, volume, detail)
    values (1, '1m', '-infinity', 'not_finite', 'NaN', 'Infinity', '-Infinity', '-0', -5e-324, ${odd})`,
  `insert into price_events (instrument_id, kind, at, factor, amount, detail, source)
    values (1, 'split', '2024-01-08 14:30', 1/7::float8, null, ${odd}, 's'),
      (1, 'dividend', '2024-01-08 14:30', 1, 0.1 + 0.2, '', 's')`,
  `insert into backfilled (instrument_id, timeframe, from_time, to_time) values (1, '1m', '2023-01-01', '2024-01-01 00:00:01.5')`,
  `insert into run_options (id, options) values ('o', '{"a": [1, 2.50, 1e400, null, "\\u00e9\\n"], "": {}}')`,
  `insert into prediction_runs (id, schedule, slot_at, origin, run_timestamp, interval_type, symbols_requested,
      symbols_processed, signals_generated, execution_time_ms, data_fetch_ms, indicator_calc_ms, signal_generation_ms,
      notification_ms, status, errors, gates, rules, options_id, bars_from, bars_used, inputs_hash)
    values ('r1', 'crypto', '2024-01-08 15:00', 'LIVE', '2024-01-08 15:00:02.345678', '30m', 8, 8, 1, 12.75, 8.5, 0,
      4.25, 0, 'SUCCESS', array['a', ${odd}, ''], '[{"gate": "NO_PATTERN"}]', '1', 'o', '2023-12-01', 10, 'c0ffee'),
      ('r2', 'crypto', '2024-01-08 15:30', 'LIVE', '2024-01-08 15:30:02', '30m', 8, 8, 1, 12.75, 8.5, 0, 4.25, 0,
      'SUCCESS', '{}', '[]', '1', null, null, null, null)`,
  // The entry is stored after the exit that closes it, as it is once its outcome is known.
  `insert into generated_signals (id, run_id, schedule, symbol, signal_type, signal_timestamp, entry_price, stop_loss,
      target_price, confidence, signal_strength, timeframe_alignment, htf_trend, trading_tf_state,
      confluence_zones_count, pattern_context, closes_signal_id, rules, origin)
    values ('entry', 'r1', 'crypto', 'S1', 'LONG', '2024-01-08 15:00', 100.1, 95, 110.30000000000001, 0.72, 0.61, 0.8,
      'UP', 'TREND', 3, '{"nested": {"x": [1.0, 1]}}', null, '1', 'LIVE'),
      ('exit', 'r2', 'crypto', 'S1', 'EXIT_LONG', '2024-01-08 15:30', 104, 104, 104, 0.72, 0.61, 0.8, 'UP', 'TREND', 3,
      '{}', 'entry', '1', 'LIVE')`,
  `insert into late_analyses (run_id, symbol, late_ms, gate)
    values ('r1', ${odd}, 0.1 + 0.2, '{"gate": "NO_PATTERN", "detail": "\\u00e9", "found": 1.0}'), ('r1', 'S1', 0, null)`,
  `insert into signal_notices (id, signal_id, run_id, kind, detail) values ('n', 'entry', 'r2', 'CORRECTED', ${odd})`,
  `update generated_signals set outcome = 'WIN', exit_reason = 'TARGET', filled = true, ambiguous = false,
      fill_price = 100.1, exit_price = 110.30000000000001, r = 0.1 + 0.2, r_if_loss = -1, r_if_win = 0.1 + 0.2,
      mfe = 1/3::float8, mae = 0, bars_held = 3, bars_missing = 0, cost_pct = 0.05, decided_at = now(),
      evaluated_at = now(), probability = 0.1 + 0.2, calibration = ${odd}, odds = ${odd} where id = 'entry'`,
  `insert into calibrations values ('LIVE', 'crypto', 1, 'c0ffee', 'platt', '{"a": 1.50, "b": [null, 1e400]}', '[0, 1]', 1,
      '2024-01-08 15:00:00.000001', '2024-01-08 15:00:00.000002', now(), ${odd})`,
  `update generated_signals set acknowledged_at = '2024-01-08 15:00:00.000003', acknowledged_by = ${odd},
      corrected_at = now(), corrected_by = ${odd}, correction_note = ${odd} where id = 'entry'`,
  `insert into run_requests (id, schedule, requested_by, owner, lease_until, done_at, result)
    values ('q', ${odd}, ${odd}, ${odd}, '2024-01-08 15:00:00.000004', now(), ${odd}), ('w', 'a', '', null, null, null, null)`,
  `insert into outcome_changes values ('entry', now(), 'LOSS', 'STOP', 100.1, 95, -1.02, '2024-01-08 15:30')`,
  `insert into level_events (id, run_id, schedule, symbol, timeframe, level, kind, side, low, high, close, event_timestamp,
      rules, origin)
    values ('e', 'r1', 'crypto', 'S1', '30m', 'envelopeTop', 'touch', -1, 0.1, 0.30000000000000004, 1, now(), '1', 'LIVE')`,
  `insert into outbox (id, run_id, channel, destination, kind, signal_ids, payload, state, finished_at)
    values ('m1', 'r1', 'console', '', 'signals', array['entry', ${odd}], '{"lines": ["a\\nb"]}', 'done', now())`,
  `insert into outbox (id, channel, destination, kind, payload, state, reason, replies_to, receipt, thread, finished_at,
      next_attempt_at, first_attempt_at, due_since)
    values ('m2', 'webhook', 'desk', 'exit', '{}', 'suppressed', ${odd}, ${odd}, '{"id": 1.0}', '{"ts": "1"}', now(),
      '2024-01-08 15:00:00.000001', '2024-01-08', '2024-01-08 15:00:00.000001')`,
  `insert into destinations (name, channel, state, reason, failing_since, tokens, claims)
    values ('desk', 'webhook', 'failing', ${odd}, '2024-01-08 15:00:00.000001', 0.1 + 0.2, 9007199254740993)`,
  `insert into mutes (id, schedule, symbol, destination, starts_at, ends_at, author, reason)
    values ('k2x9m', null, 'S1', ${odd}, '2024-01-08', 'infinity', ${odd}, ${odd})`,
  `insert into alarms values ('destination/desk/1h', '2024-01-08', '2024-01-08 15:00:00.000001', now(), 2)`,
  `insert into delivery_attempts (message_id, attempt, status, duration_ms, answer) values ('m1', 1, 200, 1.5, ${odd})`,
  `insert into slots values ('crypto', 'LIVE', '2024-01-08 15:00', 'done', null, 'a', 3, now(), now())`,
  `insert into prediction_metrics values ('m', 'cycle_ms', -1e-300, '2024-01-08 15:00:00.000001', null, '{}')`,
  `insert into api_keys (prefix, name, hash, scopes, expires_at, kind, per_minute, link_hash, link_expires_at)
    values ('dgas_1', 'n', decode(repeat('00ff', 16), 'hex'), array['read'], now(), 'page', 0,
      decode(repeat('ff00', 16), 'hex'), '2024-01-08 15:00:00.000001')`,
  `insert into chores values ('db:prune', '2024-01-08', 'a', now(), now(), '{}')`
]

/** Puts them into the test's database. */
export const fillEveryTable = Effect.gen(function*() {
  const { run } = yield* Sql
  for (const statement of statements) yield* run("fill", (sql) => sql.unsafe(statement))
})

/** The rows of each table that is kept as the server itself sends them in binary, value by value, by table. */
export const bytesOf = Effect.fn("bytesOf")(function*({ run }: Sql["Service"]) {
  const tables = yield* run("tables", (sql) =>
    sql`
      select relname as name,
        string_agg(format('encode(%s(%I), ''hex'')', typsend, attname), ', ' order by attnum) as values
      from pg_class join pg_attribute on attrelid = pg_class.oid join pg_type on pg_type.oid = atttypid
      where relnamespace = 'public'::regnamespace and relkind = 'r' and relpersistence = 'p' and relname <> 'outcome_versions'
        and attnum > 0 and not attisdropped
      group by relname`).pipe(Effect.flatMap(decodeTables))
  const rows = yield* Effect.forEach(tables, ({ name, values }) =>
    run("bytes", (sql) =>
      sql.unsafe(
        `select coalesce(jsonb_agg(to_jsonb(bytes) order by bytes), '[]') as rows
         from (select array[${values}] as bytes from ${name}) as one`
      )).pipe(Effect.flatMap(decodeRows), Effect.map(([found]) => [name, found!.rows] as const)))
  return Object.fromEntries(rows)
})

/** How many rows all tables have but those that the migrations fill. */
export const rowsIn = (sql: Sql["Service"]) =>
  Effect.map(
    bytesOf(sql),
    (tables) =>
      Object.entries(tables).filter(([name]) => name !== "migrations" && name !== "scheduler_state")
        .reduce((sum, [, rows]) => sum + rows.length, 0)
  )

const decodeTables = rowsOf(Schema.Struct({ name: Schema.String, values: Schema.String }))
const decodeRows = rowsOf(Schema.Struct({ rows: Schema.Array(Schema.Array(Schema.NullOr(Schema.String))) }))

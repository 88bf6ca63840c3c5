import { RetentionConfig } from "@dgas/domain/RetentionConfig"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DbClock } from "../src/DbClock.ts"
import { prune, type Pruned } from "../src/Retention.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"

const now = Date.UTC(2026, 5, 1)
const day = 86_400_000
const ago = (days: number) => new Date(now - days * day).toISOString()

const it = effectTest(TestDatabase.layerBy(DbClock.layerAt(now)))

const forEver = Object.fromEntries(Object.keys(RetentionConfig.fields).map((kind) => [kind, null]))
const config = (change: Partial<RetentionConfig>) => Schema.decodeSync(RetentionConfig)({ ...forEver, ...change })

const fill = (...statements: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const { run } = yield* Sql
    for (const statement of statements) yield* run("fill", (sql) => sql.unsafe(statement))
  })

const ids = (query: string) =>
  Effect.gen(function*() {
    const { run } = yield* Sql
    return (yield* run("ids", (sql) => sql.unsafe(query))).map(({ id }) => id)
  })

/** Prunes by these days alone. First it only counts, which must leave everything and tell the same. */
const pruned = Effect.fnUntraced(function*(change: Partial<RetentionConfig>, minuteBarsFrom = Infinity) {
  const options = { retention: config(change), minuteBarsFrom }
  const told = yield* prune({ ...options, dryRun: true })
  const gone = yield* prune(options)
  expect(told).toEqual(gone)
  expect((yield* prune(options)).every(({ rows }) => rows === 0)).toBe(true)
  return Object.fromEntries(gone.filter(({ rows }) => rows > 0).map(({ rows, what }) => [what, rows])) as Partial<
    Record<Pruned["what"], number>
  >
})

const run = (id: string, origin: string, days: number, slotDays = days) =>
  `insert into prediction_runs (id, schedule, slot_at, origin, run_timestamp, interval_type, symbols_requested,
      symbols_processed, signals_generated, execution_time_ms, data_fetch_ms, indicator_calc_ms, signal_generation_ms,
      notification_ms, status, rules, stored_at)
    values ('${id}', 's', '${ago(slotDays)}', '${origin}', '${ago(days)}', '1h', 1, 1, 0, 0, 0, 0, 0, 0, 'SUCCESS', '1',
      '${ago(days)}');
   insert into slots values ('s', '${origin}', '${ago(slotDays)}', 'done', null, 'a', 1, now(), '${ago(days)}')`

const signal = (id: string, run: string, type = "LONG", closes: string | null = null) =>
  `insert into generated_signals (id, run_id, schedule, symbol, signal_type, signal_timestamp, entry_price, stop_loss,
      target_price, confidence, signal_strength, timeframe_alignment, htf_trend, trading_tf_state,
      confluence_zones_count, pattern_context, closes_signal_id, rules, origin)
    select '${id}', id, schedule, 'A', '${type}', slot_at, 100, 95, 110, 0.5, 0.5, 0.5, 'UP', 'TREND', 0, '{}',
      ${closes === null ? "null" : `'${closes}'`}, '1', origin from prediction_runs where id = '${run}'`

const event = (id: string, run: string) =>
  `insert into level_events (id, run_id, schedule, symbol, timeframe, level, kind, side, low, high, close,
      event_timestamp, rules, origin)
    select '${id}', id, schedule, 'A', '1h', 'zone', 'touch', 1, 1, 1, 1, slot_at, '1', origin
    from prediction_runs where id = '${run}'`

const map = (number: number, version: string, origin: string, fittedDays: number, inForceDays = fittedDays) =>
  `insert into calibrations values ('${origin}', 's', ${number}, '${version}', 'platt', '{}', '[]', 200, null,
    '${ago(inForceDays)}', '${ago(fittedDays)}', 'better')`

describe("maps from confidence to probability", () => {
  const left = (origin: string) =>
    ids(`select number as id from calibrations where origin = '${origin}' order by number`)

  it.live("go with the runs, but those that signals name, and what was in force when old runs end", () =>
    Effect.gen(function*() {
      yield* fill(
        map(1, "a", "LIVE", 400),
        map(2, "b", "LIVE", 300),
        map(3, "c", "LIVE", 200),
        map(4, "d", "LIVE", 101),
        map(5, "e", "LIVE", 99),
        map(6, "f", "LIVE", 50),
        map(1, "a", "REPLAY", 400),
        run("kept", "LIVE", 90),
        signal("named", "kept"),
        "update generated_signals set calibration = 'b', probability = 0.5"
      )
      expect(yield* pruned({ runsReplay: 90, runsLive: 100 })).toEqual({ maps: 2 })
      expect(yield* left("LIVE")).toEqual([2, 4, 5, 6])
      expect(yield* left("REPLAY")).toEqual([1])
    }))

  it.live("of replays go by when they were fitted, not by the bars that they speak of", () =>
    Effect.gen(function*() {
      const years = 4000
      yield* fill(
        map(1, "a", "REPLAY", 95, years),
        map(2, "b", "REPLAY", 80, years - 100),
        map(1, "a", "DEMO", 95, years)
      )
      expect(yield* pruned({ runsReplay: 90 })).toEqual({})
      yield* fill(`update calibrations set fitted_at = '${ago(91)}' where number = 2`)
      expect(yield* pruned({ runsLive: 62 })).toEqual({})
      expect(yield* pruned({ runsReplay: 90 })).toEqual({ maps: 1 })
      expect(yield* left("REPLAY")).toEqual([2])
      expect(yield* left("DEMO")).toEqual([1])
    }))
})

describe("bars", () => {
  const bars = (timeframe: string, symbol: string) =>
    `insert into bars select id, '${timeframe}', at, at + interval '1 minute', 1, 1, 1, 1, 1
      from instruments, generate_series(0, 20) as back,
        lateral (select timestamptz '${ago(0)}' - back * interval '10 days' as at) as x where symbol = '${symbol}'`
  const instruments = `insert into instruments (source, symbol, calendar, basis, simulated)
    values ('s', 'A', '24/7', 'raw', false), ('s', 'B', '24/7', 'raw', false)`

  it.live("of a minute go by age, those of other timeframes stay", () =>
    Effect.gen(function*() {
      const read = (timeframe: string, days: number) =>
        `insert into backfilled select id, '${timeframe}', '${ago(days)}', '${ago(days - 10)}' from instruments`
      yield* fill(instruments, bars("1m", "A"), bars("1m", "B"), bars("5m", "A"))
      yield* fill(read("1m", 200), read("1m", 50), read("5m", 200))
      expect(yield* pruned({ bars1m: 100 })).toEqual({ bars: 20 })
      // A backfill may ask for them again.
      const asked = yield* ids("select distinct timeframe || ' ' || from_time::date as id from backfilled order by 1")
      expect(asked).toEqual([`1m ${ago(50).slice(0, 10)}`, `5m ${ago(200).slice(0, 10)}`])
      const left = yield* ids(
        "select timeframe || ' ' || count(*) || ' ' || min(open_time)::date as id from bars group by timeframe order by 1"
      )
      expect(left).toEqual([`1m 22 ${ago(100).slice(0, 10)}`, `5m 21 ${ago(200).slice(0, 10)}`])
    }))

  it.live("stay from where a schedule is warmed up", () =>
    Effect.gen(function*() {
      yield* fill(instruments, bars("1m", "A"))
      expect(yield* pruned({ bars1m: 50 }, now - 150 * day)).toEqual({ bars: 5 })
    }))

  it.live("go in batches, with the revisions that they had", () =>
    Effect.gen(function*() {
      yield* fill(
        instruments,
        `insert into bars select 1, '1m', at, at + interval '1 minute', 1, 1, 1, 1, 1
          from generate_series(0, 10999) as n, lateral (select timestamptz '2020-01-01' + n * interval '1 minute' as at) as x`,
        "update bars set close = 1, volume = 2, revision = 1 where extract(minute from open_time) = 0"
      )
      expect(yield* pruned({ bars1m: 400 })).toEqual({ bars: 11_000 })
      expect(yield* ids("select count(*)::int as id from bar_revisions")).toEqual([0])
    }))
})

describe("rows of other kinds go by their own days:", () => {
  it.live("revisions, quarantined rows and metrics", () =>
    Effect.gen(function*() {
      yield* fill(
        "insert into instruments (source, symbol, calendar, basis, simulated) values ('s', 'A', '24/7', 'raw', false)",
        `insert into bars select 1, '1d', '2020-01-01', '2020-01-02', 1, 1, 1, 1, 1`,
        `insert into bar_revisions select 1, '1d', '2020-01-01', days, '2020-01-02', 1, 1, 1, 1, 1,
          timestamptz '${ago(59)}' - days * interval '1 day' from generate_series(0, 9) as days`,
        `insert into quarantined_bars select 1, '1m', '2020-01-01', 'r' || days, 1, 1, 1, 1, 1, 'd', 1,
          timestamptz '${ago(0)}' - days * interval '1 day' from generate_series(0, 9) as days`,
        `insert into prediction_metrics select days, 't', 1, timestamptz '${
          ago(0)
        }' - days * interval '1 day', null, '{}'
          from generate_series(0, 9) as days`
      )
      const each = yield* prune({
        retention: config({ revisions: 62, quarantine: 5, metrics: 7 }),
        minuteBarsFrom: Infinity
      })
      expect(each).toEqual([
        { kind: "revisions", what: "rows", rows: 6 },
        { kind: "quarantine", what: "rows", rows: 4 },
        { kind: "metrics", what: "rows", rows: 2 }
      ])
      expect(yield* ids("select min(metric_timestamp)::text as id from prediction_metrics")).toEqual([
        `${ago(7).slice(0, 10)} 00:00:00+00`
      ])
    }))

  it.live("looks that were asked for, but none that waits", () =>
    Effect.gen(function*() {
      yield* fill(
        `insert into run_requests (id, schedule, requested_at, requested_by, done_at, result)
          values ('old', 'a', '${ago(8)}', 'desk', '${ago(8)}', 'r'), ('waits', 'a', '${ago(8)}', 'desk', null, null),
            ('answered', 'a', '${ago(8)}', 'desk', '${ago(6)}', 'r'), ('young', 'a', '${ago(6)}', 'desk', '${
          ago(6)
        }', 'r')`
      )
      expect(yield* pruned({ requests: 7 })).toEqual({ rows: 1 })
      expect(yield* ids("select id from run_requests order by id")).toEqual(["answered", "waits", "young"])
    }))

  it.live("messages, but none that waits, and none whose signal would be told again", () =>
    Effect.gen(function*() {
      const message = (id: string, state: string, days: number, signalIds = "{}", extra = "null") =>
        `insert into outbox (id, channel, destination, kind, signal_ids, payload, state, created_at, finished_at, restored_at,
            lease_token, lease_until, reason)
          values ('${id}', 'c', '', 'k', '${signalIds}', '{}', '${state}', '${ago(days)}',
            ${["done", "dead", "expired", "suppressed"].includes(state) ? `'${ago(days)}'` : "null"}, ${extra},
            ${state === "leased" ? "'x', now()" : "null, null"}, 'why')`
      yield* fill(
        run("old", "LIVE", 200),
        run("young", "LIVE", 20),
        signal("old", "old"),
        signal("young", "young"),
        ...["done", "expired", "suppressed", "dead", "held", "pending", "leased"].map((state) =>
          message(state, state, 100, "{old}")
        ),
        message("young done", "done", 80),
        message("told", "done", 100, "{old,young}"),
        message("told dead", "dead", 100, "{young}"),
        message("just restored", "held", 100, "{}", `'${ago(1)}'`),
        "insert into delivery_attempts (message_id, attempt, duration_ms) select 'done', n, 1 from generate_series(1, 14) n"
      )
      expect(yield* pruned({ delivered: 90 })).toEqual({ messages: 3 })
      expect(yield* ids("select message_id as id from delivery_attempts")).toEqual([])
      expect(yield* pruned({ undelivered: 30 })).toEqual({ messages: 2 })
      expect(yield* ids("select id from outbox order by id")).toEqual([
        "just restored",
        "leased",
        "pending",
        "told",
        "told dead",
        "young done"
      ])
    }))
})

describe("runs", () => {
  it.live("of replays and the demo go with all that is theirs, by when they were made; live ones stay", () =>
    Effect.gen(function*() {
      yield* fill(
        run("replayed lately", "REPLAY", 10, 3000),
        run("replay", "REPLAY", 100, 2000),
        run("demo", "DEMO", 100),
        run("live", "LIVE", 1000),
        ...["replayed lately", "replay", "demo", "live"].flatMap((
          one
        ) => [signal(`of ${one}`, one), event(`of ${one}`, one)]),
        `insert into slots values ('s', 'REPLAY', '2019-01-01', 'missed', 'too_old', 'a', 1, now(), '${ago(100)}'),
          ('s', 'REPLAY', '2019-01-02', 'missed', 'too_old', 'a', 1, now(), '${ago(10)}'),
          ('s', 'REPLAY', '2019-01-03', 'running', null, 'dead', 1, '${ago(100)}', '${ago(100)}')`
      )
      expect(yield* pruned({ runsReplay: 90 })).toEqual({ runs: 2, signals: 2, "level events": 2, slots: 4 })
      expect(yield* ids("select id from generated_signals order by id")).toEqual(["of live", "of replayed lately"])
      expect(yield* ids("select id from level_events order by id")).toEqual(["of live", "of replayed lately"])
      expect(yield* ids("select origin || ' ' || slot_at::date as id from slots order by 1")).toEqual([
        `LIVE ${ago(1000).slice(0, 10)}`,
        `REPLAY ${ago(3000).slice(0, 10)}`,
        "REPLAY 2019-01-02"
      ])
    }))

  it.live("of which something that stays needs a signal stay with that signal alone", () =>
    Effect.gen(function*() {
      yield* fill(
        run("r1", "REPLAY", 104),
        run("r2", "REPLAY", 103),
        run("r3", "REPLAY", 102),
        run("r4", "REPLAY", 101),
        run("r5", "REPLAY", 1),
        signal("first", "r1"),
        signal("exit of first", "r2", "EXIT_LONG", "first"),
        signal("second", "r2"),
        signal("exit of second", "r5", "EXIT_LONG", "second"),
        signal("third", "r3"),
        signal("exit of third", "r4", "EXIT_LONG", "third")
      )
      expect(yield* pruned({ runsReplay: 90 })).toEqual({ runs: 3, signals: 4, slots: 3 })
      expect(yield* ids("select id from prediction_runs order by 1")).toEqual(["r2", "r5"])
      expect(yield* ids("select concat_ws(' closes ', id, closes_signal_id) as id from generated_signals order by 1"))
        .toEqual(["exit of second closes second", "second"])
    }))

  it.live("that have the exit of an entry that stays, by a message or by its age, stay with it", () =>
    Effect.gen(function*() {
      yield* fill(
        run("entry", "LIVE", 104),
        signal("told", "entry"),
        signal("forgotten", "entry"),
        run("exit", "LIVE", 103),
        signal("exit of told", "exit", "EXIT_LONG", "told"),
        signal("exit of forgotten", "exit", "EXIT_LONG", "forgotten"),
        run("found late", "LIVE", 2),
        signal("late", "found late"),
        run("exit of late", "LIVE", 102),
        signal("exit of late", "exit of late", "EXIT_LONG", "late"),
        `insert into outbox (id, channel, destination, kind, signal_ids, payload) values ('m', 'c', '', 'k', '{"told"}', '{}')`
      )
      yield* pruned({ runsLive: 90 })
      expect(yield* ids("select id from generated_signals order by 1"))
        .toEqual(["exit of late", "exit of told", "late", "told"])
    }))

  it.live("of the live worker go when that is asked for, but no entry that lives, no message's run, no newest slot", () =>
    Effect.gen(function*() {
      const settled = (id: string) =>
        `update generated_signals set outcome = 'LOSS', evaluated_at = now() where id = '${id}'`
      yield* fill(
        run("living", "LIVE", 400),
        signal("living", "living"),
        run("settled", "LIVE", 390),
        signal("settled", "settled"),
        settled("settled"),
        run("closed", "LIVE", 380),
        signal("closed", "closed"),
        run("closing", "LIVE", 370),
        signal("closing", "closing", "EXIT_LONG", "closed"),
        run("told", "LIVE", 365),
        run("told entry", "LIVE", 360),
        signal("told entry", "told entry"),
        settled("told entry"),
        run("told exit", "LIVE", 355),
        signal("told exit", "told exit", "EXIT_LONG", "told entry"),
        `insert into outbox (id, run_id, channel, destination, kind, signal_ids, payload)
          values ('m', 'told', 'c', '', 'k', '{}', '{}'), ('n', null, 'c', '', 'k', '{"told exit"}', '{}')`,
        run("last", "LIVE", 350)
      )
      expect(yield* pruned({ runsLive: 300 })).toEqual({ runs: 4, signals: 3, slots: 3 })
      expect(yield* ids("select id from prediction_runs order by id")).toEqual([
        "living",
        "told",
        "told entry",
        "told exit"
      ])
      // Of the last slot only its run has gone: from it a worker knows where it was.
      expect(yield* ids("select slot_at::date::text as id from slots order by 1")).toEqual(
        [400, 365, 360, 355, 350].map((days) => ago(days).slice(0, 10))
      )
    }))

  it.live("go a few thousand rows at a time, the oldest first, one with more than that alone", () =>
    Effect.gen(function*() {
      yield* fill(
        ...[109, 108, 107].map((days) => run(`r${days}`, "REPLAY", days)),
        `insert into level_events (id, run_id, schedule, symbol, timeframe, level, kind, side, low, high, close,
            event_timestamp, rules, origin)
          select run.id || '/' || n, run.id, 's', 'A', '1h', 'zone', 'touch', 1, 1, 1, 1, slot_at, '1', origin
          from prediction_runs as run, generate_series(1, case run.id when 'r109' then 7000 else 2600 end) as n`
      )
      const gone: Array<readonly [unknown, unknown]> = []
      const sql = yield* Sql
      const watched = Sql.of({
        run: (name, statement) =>
          sql.run(name, statement).pipe(
            Effect.tap(([row]) =>
              Effect.sync(() => name === "prune runs" ? gone.push([row?.["runs"], row?.["events"]]) : 0)
            )
          )
      })
      yield* Effect.provideService(pruned({ runsReplay: 90 }), Sql, watched)
      const [counted, ...removed] = gone.filter(([runs]) => runs !== 0)
      expect(counted).toEqual([3, 12_200])
      expect(removed).toEqual([[1, 7000], [1, 2600], [1, 2600]])
    }))
})

describe("the days of a configuration", () => {
  effectTest(Layer.empty).effect("have defaults that keep what was found live", () =>
    Effect.gen(function*() {
      const decode = Schema.decodeUnknownEffect(RetentionConfig)
      expect(yield* decode({})).toEqual({
        bars1m: 400,
        runsLive: null,
        runsReplay: 90,
        delivered: 90,
        undelivered: 30,
        quarantine: 90,
        requests: 90,
        metrics: 400,
        metricsHourly: 400,
        metricsDaily: null,
        revisions: 400
      })
      for (const bad of [{ runsLive: 30 }, { metrics: 0 }, { bars1m: 1.5 }]) yield* Effect.flip(decode(bad))
    }))
})

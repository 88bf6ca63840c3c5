/** What is wrong with the system is told once, by those who can tell it, and again when it comes back. */
import { refuseSkewMs, warnSkewMs } from "@dgas/db/ClockSkew"
import { DbClock } from "@dgas/db/DbClock"
import { OutcomeStore } from "@dgas/db/OutcomeStore"
import { PerformanceStore } from "@dgas/db/PerformanceStore"
import { rowsOf, Sql, SqlTimeout } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { watchOf } from "@dgas/engine/Watch"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { existsSync } from "node:fs"
import { hostname } from "node:os"
import { cachedLooks, lookForAlarms } from "../src/AlarmWatch.ts"
import { farSide } from "./farSide.ts"
import { configOf } from "./world.ts"

const start = Date.UTC(2026, 0, 5, 9, 30)
const hour = 3_600_000
const iso = (at: number) => new Date(at).toISOString()

const config = configOf({
  sources: { sim: { kind: "sim" } },
  universes: { sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
  schedules: [{ name: "pairs", universe: "sim", trading: "30m", higher: "4h" }]
})
const watches = [watchOf(config, config.schedules[0]!)]

/** How far the database's clock is ahead, milliseconds; and whether the disk is low. */
const skew = Effect.runSync(Ref.make(0))
const lowDisk = Effect.runSync(Ref.make(false))

const databaseNow = Effect.zipWith(Clock.currentTimeMillis, Ref.get(skew), (now, ahead) => now + ahead)
const clock = Layer.succeed(DbClock, DbClock.of({ now: databaseNow, instant: databaseNow }))

const world = Layer.suspend(() =>
  farSide(["hook", "mail"], () => "taken").layer.pipe(Layer.provideMerge(Layer.fresh(TestDatabase.layerBy(clock))))
)
const it = effectTest(world)

/** What statfs tells of `/proc` is that it has no room at all. */
const withoutRoom = "/proc"

const look = Effect.gen(function*() {
  const folder = (yield* Ref.get(lowDisk)) ? withoutRoom : "/nowhere"
  const told = yield* lookForAlarms(config, watches, "/nowhere").pipe(
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({ DGAS_DIR: folder })))
  )
  return told.map(({ name }) => name)
})

const write = (statement: string) =>
  Effect.asVoid(Effect.flatMap(Sql, ({ run }) => run("write", (sql) => sql.unsafe(statement))))

const decode = rowsOf(Schema.Struct({ id: Schema.String, destination: Schema.String }))
/** Whom each telling of an alarm went to. */
const addressees = (name: string) =>
  Effect.flatMap(Sql, ({ run }) =>
    run("addressees", (sql) =>
      sql`
        select id, destination from outbox where kind = 'alarm' and starts_with(id, ${`alarm/${name}/`})
        order by destination`).pipe(Effect.flatMap(decode))).pipe(
      Effect.map((rows) =>
        [...Map.groupBy(rows, ({ id }) => id.split("/").slice(0, -2).join("/")).values()].map((one) =>
          one.map(({ destination }) => destination)
        )
      )
    )

interface Case {
  readonly name: string
  readonly about: string | null
  readonly again: boolean
  readonly begins: Effect.Effect<void, unknown, Sql>
  readonly ends: Effect.Effect<void, unknown, Sql>
}

const failing = (since: number, more = "'failing', null") =>
  write(`insert into destinations (name, channel, state, disabled_at, failing_since, reason)
    values ('hook', 'webhook', ${more}, '${iso(since)}', '503 no') on conflict (name) do update set
      state = excluded.state, disabled_at = excluded.disabled_at, failing_since = excluded.failing_since`)
const well = write("update destinations set state = 'well', disabled_at = null, failing_since = null")
const message = (columns: string, values: string) =>
  Effect.andThen(
    write("insert into destinations (name, channel) values ('hook', 'webhook') on conflict do nothing"),
    write(`insert into outbox (id, channel, destination, kind, payload, ${columns})
      values ('m', 'webhook', 'hook', 'signals', '{}', ${values})`)
  )
const noMessage = write("delete from outbox where id = 'm'")
const failedRun = (slotAt: number) =>
  `('pairs/${iso(slotAt)}', 'pairs', '${iso(slotAt)}', 'LIVE', '${
    iso(slotAt)
  }', '30m', 1, 0, 0, 1, 1, 1, 1, 1, 'FAILED', '1')`

/** `n` fills with a probability of 0.6, of which every `one`th ended above 0. */
const judgedFills = (n: number, one: number) =>
  Effect.andThen(
    write(`insert into prediction_runs (id, schedule, slot_at, origin, run_timestamp, interval_type, symbols_requested,
        symbols_processed, signals_generated, execution_time_ms, data_fetch_ms, indicator_calc_ms, signal_generation_ms,
        notification_ms, status, rules)
      values ('odds', 'pairs', '${iso(start)}', 'LIVE', '${
      iso(start)
    }', '30m', 1, 1, 1, 1, 1, 1, 1, 1, 'SUCCESS', '1')`),
    write(`insert into generated_signals (id, run_id, schedule, symbol, signal_type, signal_timestamp, entry_price,
        stop_loss, target_price, confidence, signal_strength, timeframe_alignment, htf_trend, trading_tf_state,
        confluence_zones_count, pattern_context, rules, origin, outcome, exit_reason, filled, r, decided_at, evaluated_at,
        probability, calibration)
      select 'odds' || n, 'odds', 'pairs', 'SIM-A', 'LONG', at, 100, 99, 102, 0.6, 0.5, 0.5, 'UP', 'TREND', 1, '{}', '1',
        'LIVE', case when won then 'WIN' else 'LOSS' end::signal_outcome,
        case when won then 'TARGET' else 'STOP' end::exit_reason, true, case when won then 2 else -1 end, at, at, 0.6, 'c'
      from generate_series(1, ${n}) as n,
        lateral (select timestamptz '${iso(start)}' - n * interval '1 hour' as at, n % ${one} = 0 as won) as x`)
  )

/** An entry that nobody has judged, though a slot after it was run more than an hour ago. */
const unjudged = Effect.andThen(
  write(`with options as (
      insert into run_options (id, options) values ('o', '{}') on conflict do nothing
    )
    insert into prediction_runs (id, schedule, slot_at, origin, run_timestamp, interval_type, symbols_requested,
      symbols_processed, signals_generated, execution_time_ms, data_fetch_ms, indicator_calc_ms, signal_generation_ms,
      notification_ms, status, rules, options_id, bars_from, bars_used, inputs_hash, stored_at)
    select 'run ' || n, 'pairs', at, 'LIVE', at, '30m', 1, 1, 1, 1, 1, 1, 1, 1, 'SUCCESS', '1', 'o', at, 1, 'h', at
    from (values (1, timestamptz '${iso(start - 2 * hour)}'), (2, timestamptz '${
    iso(start - hour - 1)
  }')) as x(n, at)`),
  write(`insert into generated_signals (id, run_id, schedule, symbol, signal_type, signal_timestamp, entry_price,
      stop_loss, target_price, confidence, signal_strength, timeframe_alignment, htf_trend, trading_tf_state,
      confluence_zones_count, pattern_context, rules, origin)
    values ('unjudged', 'run 1', 'pairs', 'SIM-A', 'LONG', '${
    iso(start - 2 * hour)
  }', 100, 99, 102, 0.6, 0.5, 0.5, 'UP',
      'TREND', 1, '{}', '1', 'LIVE')`)
)

const cases: ReadonlyArray<Case> = [
  {
    name: "destination/hook/1h",
    about: "hook",
    again: false,
    begins: failing(start - hour),
    ends: well
  },
  {
    name: "destination/hook/24h",
    about: "hook",
    again: false,
    begins: failing(start - 24 * hour),
    ends: well
  },
  {
    name: "destination/hook/disabled",
    about: "hook",
    again: false,
    begins: failing(start, `'disabled', '${iso(start)}'`),
    ends: well
  },
  {
    name: "destination/hook/dead/2026-01-05T09",
    about: "hook",
    again: false,
    begins: message("state, finished_at", `'dead', '${iso(start)}'`),
    ends: noMessage
  },
  {
    name: "destination/hook/waiting",
    about: "hook",
    again: true,
    begins: message("due_since", `'${iso(start - 300_001)}'`),
    ends: noMessage
  },
  {
    name: `missed/pairs/too_old/${iso(start).slice(0, 13)}`,
    about: null,
    again: false,
    begins: write(`insert into slots (schedule, origin, slot_at, state, reason, owner, fence, lease_until, updated_at)
      values ('pairs', 'LIVE', '${iso(start)}', 'missed', 'too_old', 'w', 1, '${iso(start)}', '${iso(start)}')`),
    ends: write("delete from slots")
  },
  {
    name: "sla/pairs/uptime",
    about: null,
    again: false,
    begins: write(`insert into slots
      select 'pairs', 'LIVE', timestamptz '${
      iso(start)
    }' - n * interval '30 minutes', 'late', null, 'w', 1, now(), now()
      from generate_series(1, 40) as n`),
    ends: write("delete from slots")
  },
  {
    name: "destination/former/unknown",
    about: "former",
    again: false,
    begins: Effect.andThen(
      write(`insert into destinations (name, channel, seen_at) values ('former', 'email', '${iso(start - hour)}')
        on conflict do nothing`),
      write(
        "insert into outbox (id, channel, destination, kind, payload) values ('f', 'email', 'former', 'signals', '{}')"
      )
    ),
    ends: write("delete from outbox where id = 'f'")
  },
  {
    name: "provider/pairs",
    about: null,
    again: true,
    begins: write(`insert into prediction_runs (id, schedule, slot_at, origin, run_timestamp, interval_type,
        symbols_requested, symbols_processed, signals_generated, execution_time_ms, data_fetch_ms, indicator_calc_ms,
        signal_generation_ms, notification_ms, status, rules)
      values ${[start - hour / 2, start].map(failedRun).join(", ")}`),
    ends: write("delete from prediction_runs")
  },
  {
    name: "calibration/pairs",
    about: null,
    again: false,
    begins: judgedFills(100, 9),
    ends: Effect.andThen(
      write("delete from generated_signals"),
      write("delete from prediction_runs")
    )
  },
  {
    name: "outcomes/pairs",
    about: null,
    again: true,
    begins: unjudged,
    ends: Effect.andThen(write("delete from generated_signals"), write("delete from prediction_runs"))
  },
  {
    name: `skew/${hostname()}`,
    about: null,
    again: true,
    begins: Ref.set(skew, warnSkewMs + 1),
    ends: Ref.set(skew, 0)
  },
  {
    name: `skew/${hostname()}/refused`,
    about: null,
    again: true,
    begins: Ref.set(skew, refuseSkewMs + 1),
    ends: Ref.set(skew, 0)
  },
  ...existsSync("/proc/self")
    ? [{
      name: `disk/${hostname()}`,
      about: null,
      again: true,
      begins: Ref.set(lowDisk, true),
      ends: Ref.set(lowDisk, false)
    }]
    : []
]

const prepared = Effect.gen(function*() {
  yield* TestClock.setTime(start)
  yield* Effect.addFinalizer(() => Effect.andThen(Ref.set(skew, 0), Ref.set(lowDisk, false)))
  expect(yield* look).toEqual([])
})

describe("an alarm", () => {
  for (const { about, again, begins, ends, name } of cases) {
    const of = Effect.map(look, (names) => names.filter((one) => one === name))
    const others = ["hook", "mail", "terminal"].filter((one) => one !== about)

    it.effect(`of ${name.replace(hostname(), "HOST")} is told once, ${again ? "and once more a day later" : "and no more"}`, () =>
      Effect.gen(function*() {
        yield* prepared
        yield* begins
        expect(yield* of).toEqual([name])
        expect(yield* addressees(name)).toEqual([others])
        yield* TestClock.adjust("30 seconds")
        expect(yield* of).toEqual([])
        yield* TestClock.adjust("23 hours")
        expect(yield* of).toEqual([])
        yield* TestClock.adjust("1 hour")
        expect(yield* of).toEqual(again ? [name] : [])
        yield* TestClock.adjust("30 seconds")
        expect(yield* of).toEqual([])
        expect(yield* addressees(name)).toEqual(again ? [others, others] : [others])
      }))

    it.effect(`of ${name.replace(hostname(), "HOST")} is forgotten when it has been well for 15 minutes`, () =>
      Effect.gen(function*() {
        yield* prepared
        yield* begins
        yield* of
        yield* ends
        yield* TestClock.adjust("14 minutes")
        expect(yield* of).toEqual([])
        yield* begins
        expect(yield* of).toEqual([])
        yield* ends
        yield* TestClock.adjust("15 minutes")
        // The database's clock may just have been set back.
        yield* TestClock.adjust("31 seconds")
        expect(yield* of).toEqual([])
        yield* begins
        expect(yield* of).toEqual([name])
        expect(yield* addressees(name)).toEqual([others, others])
      }))
  }

  it.effect("is told once by watchers that look at the same time, also a day later", () =>
    Effect.gen(function*() {
      yield* prepared
      const together = Effect.all([look, look, look, look], { concurrency: "unbounded" }).pipe(
        Effect.map((told) => told.flat().toSorted())
      )
      // Clocks are apart in one way at a time.
      const lasting = cases.filter(({ again, name }) => again && !name.endsWith("refused"))
      for (const { begins } of lasting) yield* begins
      const names = lasting.map(({ name }) => name).toSorted()
      expect(yield* together).toEqual(names)
      yield* TestClock.adjust("1 day")
      expect(yield* together).toEqual(names)
      for (const { name } of lasting) expect(yield* addressees(name)).toHaveLength(2)
    }))

  it.effect("is not told of odds that came true, nor of too few", () =>
    Effect.gen(function*() {
      yield* prepared
      yield* judgedFills(99, 9)
      expect(yield* look).toEqual([])
      yield* write("delete from generated_signals")
      yield* write("delete from prediction_runs")
      yield* judgedFills(200, 2)
      yield* write("update generated_signals set probability = 0.5")
      expect(yield* look).toEqual([])
    }))

  const slotsLate = cases.find(({ name }) => name === "sla/pairs/uptime")!
  const unlooked = cases.find(({ name }) => name === "outcomes/pairs")!

  it.effect("is told of by each look that can be made, though others fail, be it by a bug", () =>
    Effect.gen(function*() {
      yield* prepared
      yield* slotsLate.begins
      yield* unlooked.begins
      yield* judgedFills(100, 9)
      const timesOut = Effect.fail(new SqlTimeout({ statement: "performance", timeoutMs: 5000, detail: "busy" }))
      const failing = look.pipe(
        Effect.updateService(PerformanceStore, (store) => ({ ...store, measure: () => timesOut })),
        Effect.updateService(
          OutcomeStore,
          (store) => ({ ...store, overdue: () => Effect.die(new Error("no such column")) })
        )
      )
      expect(yield* Effect.flip(Effect.asVoid(failing))).toMatchObject({
        message: expect.stringMatching(/^sla: .*performance.*; outcomes: .*no such column/)
      })
      expect(yield* addressees("calibration/pairs")).toHaveLength(1)
      expect(yield* addressees(slotsLate.name)).toEqual([])
      expect(yield* look).toEqual([slotsLate.name, unlooked.name])
    }))

  it.effect("is not told again when what finds it could not look for hours", () =>
    Effect.gen(function*() {
      yield* prepared
      yield* slotsLate.begins
      yield* failing(start - hour)
      expect(yield* look).toEqual(["destination/hook/1h", slotsLate.name])
      yield* well
      const blind = Effect.updateService(look, PerformanceStore, (store) => ({
        ...store,
        measure: () => Effect.die(new Error("blind"))
      }))
      for (let minutes = 0; minutes < 120; minutes += 10) {
        yield* TestClock.adjust("10 minutes")
        expect(yield* Effect.isFailure(blind)).toBe(true)
      }
      expect(yield* look).toEqual([])
      // What other looks find was well meanwhile, and is told when it comes back.
      yield* failing(start - hour)
      expect(yield* look).toEqual(["destination/hook/1h"])
      yield* slotsLate.ends
      yield* TestClock.adjust("16 minutes")
      yield* look
      yield* slotsLate.begins
      expect(yield* look).toEqual([slotsLate.name])
    }))

  it.effect("that is looked for every 10 minutes is looked for at once when that failed", () =>
    Effect.gen(function*() {
      yield* prepared
      yield* slotsLate.begins
      let asked = 0
      const looks = yield* Effect.provideService(
        cachedLooks(config, watches),
        PerformanceStore,
        yield* PerformanceStore
      )
      const often = Effect.map(
        Effect.updateService(lookForAlarms(config, watches, "/nowhere", looks), PerformanceStore, (store) => ({
          ...store,
          measure: (query) => asked++ < 2 ? Effect.die(new Error("blind")) : store.measure(query)
        })),
        (told) => told.map(({ name }) => name)
      )
      expect(yield* Effect.isFailure(often)).toBe(true)
      yield* TestClock.adjust("30 seconds")
      expect(yield* Effect.isFailure(often)).toBe(true)
      yield* TestClock.adjust("30 seconds")
      expect(yield* often).toEqual([slotsLate.name])
      yield* TestClock.adjust("9 minutes")
      yield* often
      expect(asked).toBe(3)
      yield* TestClock.adjust("1 minute")
      yield* often
      expect(asked).toBe(4)
    }))

  it.effect("of a destination that others were told of is none of this configuration's", () =>
    Effect.gen(function*() {
      yield* prepared
      yield* write(`insert into destinations (name, channel, state, failing_since)
        values ('former', 'webhook', 'failing', '${iso(start - 48 * hour)}')`)
      expect(yield* look).toEqual([])
    }))

  it.effect("is told of an hour and of a day without success at their time", () =>
    Effect.gen(function*() {
      yield* prepared
      yield* failing(start)
      yield* TestClock.adjust(hour - 1)
      expect(yield* look).toEqual([])
      yield* TestClock.adjust(1)
      expect(yield* look).toEqual(["destination/hook/1h"])
      yield* TestClock.adjust(23 * hour - 1)
      expect(yield* look).toEqual([])
      yield* TestClock.adjust(1)
      expect(yield* look).toEqual(["destination/hook/24h"])
    }))

  it.effect("says how bad clocks are that are apart", () =>
    Effect.gen(function*() {
      yield* prepared
      yield* Ref.set(skew, -refuseSkewMs - 1)
      yield* look
      const [row] = yield* Effect.flatMap(Sql, ({ run }) =>
        run("payload", (sql) =>
          sql`select payload->>'title' as id, destination from outbox where destination = 'hook'`)).pipe(
          Effect.flatMap(decode)
        )
      expect(row!.id).toContain("30.0 s ahead of the database's")
    }))
})

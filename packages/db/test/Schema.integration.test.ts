import { CalendarName, PriceBasis } from "@dgas/domain/Instrument"
import { LevelEventKind } from "@dgas/domain/Level"
import { Direction, MarketState } from "@dgas/domain/MarketState"
import { AggregationPeriod } from "@dgas/domain/Metric"
import { Origin } from "@dgas/domain/Origin"
import { ExitReason, Outcome } from "@dgas/domain/Outcome"
import { RunStatus } from "@dgas/domain/PredictionRun"
import { PriceEventKind } from "@dgas/domain/PriceEvent"
import { SchedulerStatus } from "@dgas/domain/SchedulerState"
import { SignalType, Tier } from "@dgas/domain/Signal"
import { SignalNoticeKind } from "@dgas/domain/SignalNotice"
import { SlotReason, SlotState } from "@dgas/domain/Slot"
import { timeframes } from "@dgas/domain/Timeframe"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import postgres from "postgres"
import { DbClock } from "../src/DbClock.ts"
import { OptionStore } from "../src/OptionStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aSignal, minute, monday } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

const it = effectTest(TestDatabase.layer)

const enums: Readonly<Record<string, ReadonlyArray<string>>> = {
  aggregation_period: AggregationPeriod.literals,
  calendar_name: CalendarName.literals,
  destination_state: ["well", "failing", "disabled"],
  direction: Direction.literals,
  exit_reason: ExitReason.literals,
  level_event_kind: LevelEventKind.literals,
  market_state: MarketState.literals,
  origin: Origin.literals,
  outbox_state: ["pending", "leased", "done", "held", "dead", "expired", "suppressed"],
  price_basis: PriceBasis.literals,
  price_event_kind: PriceEventKind.literals,
  run_status: RunStatus.literals,
  scheduler_status: SchedulerStatus.literals,
  signal_notice_kind: SignalNoticeKind.literals,
  signal_outcome: Outcome.literals,
  signal_tier: Tier.literals,
  signal_type: SignalType.literals,
  slot_reason: SlotReason.literals,
  slot_state: SlotState.literals,
  timeframe: timeframes
}

describe("the schema", () => {
  it.live("has the same words in its enums as the code", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      const rows = yield* run("enums", (sql) =>
        sql`
          select typname as name, jsonb_agg(enumlabel order by enumsortorder) as labels
          from pg_type join pg_enum on enumtypid = pg_type.oid group by typname order by typname`)
      expect(Object.fromEntries(rows.map((row) => [row["name"], row["labels"]]))).toEqual(
        Object.fromEntries(Object.entries(enums).map(([name, words]) => [name, [...words]]))
      )
    }))

  it.live("explains every table and every column", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      const silent = yield* run("comments", (sql) =>
        sql`
          select relname || coalesce('.' || attname, '') as name
          from pg_class left join pg_attribute on attrelid = pg_class.oid and attnum >= 0 and not attisdropped
          where relkind = 'r' and relnamespace = 'public'::regnamespace
            and (obj_description(pg_class.oid) is null or col_description(attrelid, attnum) is null)`)
      expect(silent).toEqual([])
    }))

  it.live("takes the inputs of a run whole or not at all", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      yield* (yield* OptionStore).ensure("a", {})
      yield* storeRun()
      const half = [
        "options_id = 'a'",
        "inputs_hash = 'a', bars_used = 1, bars_from = now()",
        "options_id = 'a', inputs_hash = 'a', bars_used = 1, signals_since = now()",
        "signals_since = now()",
        "options_id = 'a', inputs_hash = 'a', bars_used = -1, bars_from = now()"
      ]
      const set = (columns: string) =>
        run("set inputs", (sql) => sql`update prediction_runs set ${sql.unsafe(columns)} returning id`)
      for (const columns of half) expect((yield* Effect.flip(set(columns)))._tag).toBe("StoreRefused")
      expect(yield* set("options_id = 'a', inputs_hash = 'a', bars_used = 0, bars_from = now()")).toHaveLength(1)
    }))

  it.live("finds signals, level events, runs, bars and messages by an index", () =>
    Effect.gen(function*() {
      // What a table with a few rows is read by depends on when it was counted last; here, that there is an index at all.
      const { url } = yield* TestDatabase
      const sql = yield* Effect.acquireRelease(
        Effect.sync(() => postgres(Redacted.value(url), { max: 1, connection: { enable_seqscan: "off" } })),
        (sql) => Effect.promise(() => sql.end({ timeout: 1 }))
      )
      const signals = Array.from({ length: 2000 }, (_, index) =>
        aSignal({ id: `signal ${index}`, symbol: `S${index % 100}`, signalTimestamp: monday + index * minute }))
      yield* storeRun({ signals })
      yield* Effect.promise(() =>
        sql`analyze generated_signals`
      )
      const explained = [
        `select from generated_signals where origin = 'LIVE' and signal_type in ('LONG', 'SHORT')
          and (outcome is null or outcome = 'PENDING') and (signal_timestamp, id) > ('2024-01-08 18:00', '')
          order by signal_timestamp, id limit 5`,
        "select from generated_signals where origin = 'LIVE' and schedule = 'A' and decided_at > now()",
        "select from generated_signals where symbol = 'A' and origin = 'LIVE' order by signal_timestamp desc limit 5",
        "select from generated_signals where origin = 'LIVE' order by signal_timestamp desc limit 5",
        "select from generated_signals where closes_signal_id = 'A'",
        "select from generated_signals where run_id = 'A'",
        "select from level_events where symbol = 'A' and origin = 'LIVE' order by event_timestamp desc limit 5",
        "select from level_events where schedule = 'A' and origin = 'LIVE' order by event_timestamp desc limit 5",
        "select from level_events where origin = 'LIVE' order by event_timestamp desc limit 5",
        "select from level_events where run_id = 'A'",
        "select from prediction_runs where status = 'FAILED' and origin = 'LIVE' order by slot_at desc limit 5",
        "select from prediction_runs where schedule = 'A' and origin = 'LIVE' order by slot_at desc limit 5",
        "select from bars where instrument_id = 1 and timeframe = '1h' order by open_time desc limit 5",
        "select from bar_revisions where instrument_id = 1 and timeframe = '1h' and open_time > now()",
        "select from slots where schedule = 'A' and origin = 'LIVE' and slot_at > now()",
        "select from outbox where channel = 'A' and state = 'pending' order by position limit 5",
        "select from prediction_metrics where metric_type = 'A' and metric_timestamp > now()"
      ]
      for (const statement of explained) {
        const plan = yield* Effect.promise(() => sql.unsafe(`explain (costs off) ${statement}`))
        const text = plan.map((row) => row["QUERY PLAN"]).join("\n")
        expect(text).toMatch(/Index (Only )?Scan|Bitmap Index Scan/)
      }
    }))
})

describe("DbClock", () => {
  it.live("reads the clock of the database", () =>
    Effect.gen(function*() {
      const clock = yield* DbClock
      const [row] = yield* (yield* Sql).run("now", (sql) => sql`select clock_timestamp() as now`)
      const now = yield* clock.now
      expect(now).toBeGreaterThanOrEqual(Number(row?.["now"]))
      expect(now - Number(row?.["now"])).toBeLessThan(5000)
      expect(yield* clock.instant).toBeNull()
    }))
})

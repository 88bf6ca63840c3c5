import { MetricStore } from "@dgas/db/MetricStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { decodeConfig } from "@dgas/domain/Config"
import type { AggregationPeriod } from "@dgas/domain/Metric"
import { RetentionConfig } from "@dgas/domain/RetentionConfig"
import { SlaConfig } from "@dgas/domain/SlaConfig"
import { type Watch, watchOf } from "@dgas/engine/Watch"
import { periodsOf, rollUp } from "@dgas/monitor/Rollup"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const hour = 3_600_000
const day = 24 * hour
/** Wednesday 2026-03-04, 10:20 UTC. */
const now = Date.UTC(2026, 2, 4, 10, 20)
const iso = (at: number) => new Date(at).toISOString().slice(0, 16)
const sla = Schema.decodeSync(SlaConfig)({})
const retention = Schema.decodeSync(RetentionConfig)({})

describe("periods", () => {
  const of = (period: AggregationPeriod, ...instants: ReadonlyArray<number>) =>
    periodsOf(period, instants, now).map(({ since, until }) => [iso(since), iso(until)])

  test("are whole hours, days, weeks from Monday and months of UTC", () => {
    const at = Date.UTC(2025, 11, 31, 23, 59)
    expect(of("hourly", at)).toEqual([["2025-12-31T23:00", "2026-01-01T00:00"]])
    expect(of("daily", at)).toEqual([["2025-12-31T00:00", "2026-01-01T00:00"]])
    expect(of("weekly", at)).toEqual([["2025-12-29T00:00", "2026-01-05T00:00"]])
    expect(of("monthly", at)).toEqual([["2025-12-01T00:00", "2026-01-01T00:00"]])
    expect(of("monthly", Date.UTC(2026, 1, 1))).toEqual([["2026-02-01T00:00", "2026-03-01T00:00"]])
  })

  test("come once each, oldest first, and none that is not over", () => {
    const instants = [now, now - hour, now - 3 * hour, now - hour + 1]
    expect(of("hourly", ...instants).map(([since]) => since)).toEqual(["2026-03-04T07:00", "2026-03-04T09:00"])
    for (const period of ["daily", "weekly", "monthly"] as const) expect(of(period, ...instants)).toEqual([])
  })
})

const it = effectTest(TestDatabase.layer)

/** A slot that was done with at `doneAt`, with its run and a message that arrived a second after. */
const ran = (
  slotAt: number,
  { doneAt = slotAt + 1000, ms = 100, state = "done" }: { doneAt?: number; ms?: number; state?: string } = {}
) =>
  Effect.gen(function*() {
    const { run } = yield* Sql
    const id = new Date(slotAt).toISOString()
    yield* run("run", (sql) =>
      sql`
        insert into prediction_runs (id, schedule, slot_at, origin, run_timestamp, interval_type, symbols_requested,
          symbols_processed, signals_generated, execution_time_ms, data_fetch_ms, indicator_calc_ms,
          signal_generation_ms, notification_ms, status, errors, gates, rules)
        values (${id}, 'pairs', ${slotAt}::timestamptz, 'LIVE', ${slotAt}::timestamptz, '5m', 1, 1, 2, ${ms}, 1, 1, 1, 1,
          'SUCCESS', '{}', '[]', '1')`)
    yield* run("slot", (sql) =>
      sql`
        insert into slots values ('pairs', 'LIVE', ${slotAt}::timestamptz, ${state}::slot_state, null, 'a', 1,
          ${doneAt}::timestamptz, ${doneAt}::timestamptz)`)
    yield* run("message", (sql) =>
      sql`
        insert into outbox (id, run_id, channel, destination, kind, payload, state, finished_at)
        values (${id}, ${id}, 'webhook', 'hook', 'signals', '{}', 'done', ${doneAt + 1000}::timestamptz)`)
  })

/** The message of a slot arrives at `at`, or is given up then; null: it has not arrived. */
const arrives = (slotAt: number, at: number | null, state = "done") =>
  Effect.flatMap(Sql, ({ run }) =>
    run("message", (sql) =>
      sql`
        update outbox set state = ${at === null ? "pending" : state}::outbox_state, finished_at = ${at}::timestamptz
        where id = ${new Date(slotAt).toISOString()}`))

const stored = Effect.fnUntraced(function*(type: string, period: AggregationPeriod) {
  const found = yield* (yield* MetricStore).query({ type, since: 0, period, aggregate: "raw" })
  return found.map(({ metadata, metricTimestamp, metricValue }) => {
    expect(metadata).toEqual({ schedule: "pairs" })
    return [iso(metricTimestamp), metricValue]
  })
})

const allRows = Effect.flatMap(
  Sql,
  ({ run }) => run("rows", (sql) => sql`select * from prediction_metrics order by id`)
)

const roll = (
  at: number,
  last: number | null,
  kept: Partial<RetentionConfig> = {},
  watches: ReadonlyArray<Watch> = []
) => rollUp({ now: at, last, sla, retention: { ...retention, ...kept }, watches })

const config = Effect.runSync(decodeConfig("test", {
  sources: { s: { kind: "csv", folder: "none" } },
  universes: { u: { source: "s", calendar: "24/7", instruments: [{ symbol: "A" }] } },
  schedules: [{ name: "pairs", universe: "u", trading: "5m", higher: "30m" }]
}))
const pairs = watchOf(config, config.schedules[0])

describe("rollUp", () => {
  it.live("keeps the numbers of an hour by schedule, and of nothing that is not over", () =>
    Effect.gen(function*() {
      yield* ran(now - 80 * 60_000, { ms: 100 })
      yield* ran(now - 75 * 60_000, { ms: 300 })
      yield* ran(now - 5 * 60_000)
      expect(yield* roll(now, null)).toBe(1)
      expect(yield* stored("runs", "hourly")).toEqual([["2026-03-04T09:00", 2]])
      expect(yield* stored("cycle_p50_ms", "hourly")).toEqual([["2026-03-04T09:00", 200]])
      expect(yield* stored("runs", "daily")).toEqual([])
      // The hour that was going on then, though nothing of it was done since.
      expect(yield* roll(now + hour, now)).toBe(1)
      expect(yield* stored("runs", "hourly")).toEqual([["2026-03-04T09:00", 2], ["2026-03-04T10:00", 1]])
      // A worker that comes back on Monday in a month: day, week and month are over.
      expect(yield* roll(Date.UTC(2026, 3, 6), now + hour)).toBe(4)
      for (const period of ["daily", "weekly", "monthly"] as const) {
        expect(yield* stored("runs", period)).toEqual([[expect.any(String), 3]])
      }
      expect(yield* stored("slots_on_time", "monthly")).toEqual([["2026-03-01T00:00", 3]])
    }))

  it.live("keeps how long each part took, how much was done, and what was due", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      yield* ran(now - 80 * 60_000, { ms: 100 })
      yield* ran(now - 75 * 60_000, { ms: 300 })
      yield* run("parts", (sql) =>
        sql`
          update prediction_runs set data_fetch_ms = 1, indicator_calc_ms = 2, signal_generation_ms = 3,
            notification_ms = 4, symbols_processed = 5, symbols_requested = 5`)
      yield* run("partial", (sql) =>
        sql`update prediction_runs set status = 'PARTIAL', errors = '{A: 503}' where execution_time_ms = 300`)
      yield* roll(now, null)
      const rows = yield* run("types", (sql) =>
        sql`
          select metric_type as type, metric_value as value from prediction_metrics
          where aggregation_period = 'hourly'`)
      const percentiles = (part: string, p50: number, p95: number, p99: number) => ({
        [`${part}_p50_ms`]: p50,
        [`${part}_p95_ms`]: p95,
        [`${part}_p99_ms`]: p99
      })
      expect(Object.fromEntries(rows.map(({ type, value }) => [type, value]))).toEqual({
        runs: 2,
        runs_failed: 0,
        runs_partial: 1,
        symbols: 10,
        symbols_per_second: 25,
        signals: 4,
        slots_due: 2,
        slots_ended: 2,
        slots_on_time: 2,
        ...percentiles("cycle", 200, 290, 298),
        ...percentiles("fetch", 1, 1, 1),
        ...percentiles("indicators", 2, 2, 2),
        ...percentiles("signal_generation", 3, 3, 3),
        ...percentiles("notification", 4, 4, 4),
        ...percentiles("delivered", 2000, 2000, 2000)
      })
    }))

  it.live("counts slots that nobody has run as due, also in an hour in which none was", () =>
    Effect.gen(function*() {
      const ten = Date.UTC(2026, 2, 4, 10)
      // Ten to nine until nine, and no more.
      for (const slotAt of [ten - 70 * 60_000, ten - 65 * 60_000, ten - 60 * 60_000]) yield* ran(slotAt)
      yield* roll(ten - hour + 60_000, null, {}, [pairs])
      expect(yield* stored("slots_due", "hourly")).toEqual([["2026-03-04T08:00", 2]])
      expect(yield* roll(ten + 30 * 60_000, ten - hour + 60_000, {}, [pairs])).toBe(2)
      expect(yield* stored("slots_due", "hourly")).toEqual([["2026-03-04T08:00", 2], ["2026-03-04T09:00", 12]])
      expect(yield* roll(ten + hour, ten + 30 * 60_000, {}, [pairs])).toBe(1)
      const due = yield* stored("slots_due", "hourly")
      expect(due.at(-1)).toEqual(["2026-03-04T10:00", 12])
      expect((yield* stored("slots_on_time", "hourly")).map(([, slots]) => slots)).toEqual([2, 1, 0])
      expect(yield* stored("cycle_p95_ms", "hourly")).toHaveLength(2)
    }))

  it.live("writes nothing when nothing was done, and twice the same the same", () =>
    Effect.gen(function*() {
      expect(yield* roll(now, null)).toBe(0)
      yield* ran(now - 3 * day)
      expect(yield* roll(now, null)).toBe(3)
      const rows = yield* allRows
      expect(rows.length).toBeGreaterThan(10)
      expect(yield* roll(now, null)).toBe(3)
      expect(yield* allRows).toEqual(rows)
      yield* roll(now + hour, now)
      expect(yield* allRows).toEqual(rows)
    }))

  it.live("catches up after an outage of a day: slots that are run late, and messages that arrive late", () =>
    Effect.gen(function*() {
      const before = now - day
      yield* ran(before - 2 * hour)
      yield* ran(before - hour)
      yield* arrives(before - hour, null)
      yield* roll(before, null)
      // What waits is as old as the clock of the database says.
      expect(yield* stored("delivered_p50_ms", "hourly")).toEqual([
        ["2026-03-03T08:00", 2000],
        ["2026-03-03T09:00", expect.any(Number)]
      ])
      // The worker comes back: it runs what it owes, and sends what waited.
      for (let slotAt = before + hour; slotAt < now; slotAt += hour) {
        yield* ran(slotAt, { doneAt: now - 60_000, state: "late" })
      }
      yield* arrives(before - hour, now - 60_000)
      yield* roll(now, before)
      const hours = yield* stored("runs", "hourly")
      expect(hours).toHaveLength(25)
      expect(hours.map(([, runs]) => runs)).toEqual(Array(25).fill(1))
      expect((yield* stored("slots_on_time", "hourly")).map(([, slots]) => slots)).toEqual([1, 1, ...Array(23).fill(0)])
      expect((yield* stored("delivered_p50_ms", "hourly"))[1]).toEqual(["2026-03-03T09:00", 24 * hour + 59 * 60_000])
      expect(yield* stored("runs", "daily")).toEqual([["2026-03-03T00:00", 15]])
    }))

  it.live("writes an hour again when a message of it was given up", () =>
    Effect.gen(function*() {
      const slotAt = now - 2 * hour
      yield* ran(slotAt)
      yield* arrives(slotAt, null)
      yield* roll(now - hour, null)
      for (const [state, hours] of [["dead", 1], ["expired", 2]] as const) {
        const at = slotAt + (hours + 1) * hour
        yield* arrives(slotAt, at, state)
        expect(yield* roll(at + 60_000, at - 60_000)).toBe(1)
        expect(yield* stored("delivered_p50_ms", "hourly")).toEqual([["2026-03-04T08:00", (hours + 1) * hour]])
      }
    }))

  it.live("of a database with a month of history writes all its periods at once", () =>
    Effect.gen(function*() {
      const from = Date.UTC(2026, 0, 15)
      for (let slotAt = from; slotAt < now; slotAt += 6 * hour) yield* ran(slotAt)
      yield* roll(now, null)
      expect(yield* stored("runs", "hourly")).toHaveLength(Math.ceil((now - from) / (6 * hour)))
      expect((yield* stored("runs", "daily")).map(([, runs]) => runs)).toEqual(Array(48).fill(4))
      expect(yield* stored("runs", "weekly")).toHaveLength(7)
      expect(yield* stored("runs", "monthly")).toEqual([["2026-01-01T00:00", 17 * 4], ["2026-02-01T00:00", 28 * 4]])
    }))

  it.live("does not count what retention has taken out as if it had never been", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      const at = now - 70 * day
      yield* ran(at)
      yield* ran(at + 1, { doneAt: at + 60_000 })
      yield* roll(at + 2 * hour, null)
      const rows = yield* allRows
      const delivered = yield* stored("delivered_p50_ms", "hourly")
      yield* run("changes", (sql) => sql`update slots set updated_at = ${now - hour}::timestamptz`)
      yield* run("prunes", (sql) => sql`delete from outbox where id = (select min(id) from outbox)`)
      expect(yield* roll(now, at + 2 * hour, { runsLive: 62 })).toBe(0)
      expect(yield* allRows).toEqual(rows)
      // Messages go after a day here: the hour keeps what it had of them, and its day has none.
      yield* roll(now, at + 2 * hour, { delivered: 1 })
      expect(yield* stored("delivered_p50_ms", "hourly")).toEqual(delivered)
      expect(yield* stored("delivered_p50_ms", "daily")).toEqual([])
      expect(yield* stored("runs", "daily")).toEqual([["2025-12-24T00:00", 2]])
    }))
})

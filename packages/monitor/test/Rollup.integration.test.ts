import { MetricStore } from "@dgas/db/MetricStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { SlaConfig } from "@dgas/domain/SlaConfig"
import { periodsDue, rollUp } from "@dgas/monitor/Rollup"
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

describe("periodsDue", () => {
  const firstAndLast = (period: Parameters<typeof periodsDue>[0], written: number | null) => {
    const due = periodsDue(period, now, written)
    return [due.length, iso(due[0]!.since), iso(due.at(-1)!.since), iso(due.at(-1)!.until)]
  }

  test("are whole hours, days, weeks from Monday and months of UTC, and none that is not over", () => {
    expect(firstAndLast("hourly", null)).toEqual([48, "2026-03-02T10:00", "2026-03-04T09:00", "2026-03-04T10:00"])
    expect(firstAndLast("daily", null)).toEqual([35, "2026-01-28T00:00", "2026-03-03T00:00", "2026-03-04T00:00"])
    expect(firstAndLast("weekly", null)).toEqual([10, "2025-12-22T00:00", "2026-02-23T00:00", "2026-03-02T00:00"])
    expect(firstAndLast("monthly", null)).toEqual([6, "2025-09-01T00:00", "2026-02-01T00:00", "2026-03-01T00:00"])
  })

  test("are those since the last that was written, and the latest ones once more", () => {
    expect(firstAndLast("hourly", Date.UTC(2026, 2, 4, 8))).toEqual([
      5,
      "2026-03-04T05:00",
      "2026-03-04T09:00",
      "2026-03-04T10:00"
    ])
    expect(firstAndLast("daily", Date.UTC(2026, 2, 3))).toEqual([
      3,
      "2026-03-01T00:00",
      "2026-03-03T00:00",
      "2026-03-04T00:00"
    ])
  })
})

const it = effectTest(TestDatabase.layer)

describe("rollUp", () => {
  it.live("keeps the numbers of an hour by schedule, and writes them again when a late slot changes them", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      const at = now - 80 * 60_000
      const ran = (id: string, slotAt: number, ms: number) =>
        run("run", (sql) =>
          sql`
            insert into prediction_runs (id, schedule, slot_at, origin, run_timestamp, interval_type, symbols_requested,
              symbols_processed, signals_generated, execution_time_ms, data_fetch_ms, indicator_calc_ms,
              signal_generation_ms, notification_ms, status, errors, gates, rules)
            values (${id}, 'pairs', ${slotAt}::timestamptz, 'LIVE', ${slotAt}::timestamptz, '5m', 1, 1, 2, ${ms}, 1, 1, 1, 1,
              'SUCCESS', '{}', '[]', '1')`)
      yield* ran("a", at, 100)
      yield* ran("b", at + 300_000, 300)
      const metrics = yield* MetricStore
      const stored = (type: string, period: "hourly" | "daily") =>
        Effect.map(
          metrics.query({ type, since: 0, period, aggregate: "raw" }),
          (found) =>
            found.map(({ metadata, metricTimestamp, metricValue }) => [iso(metricTimestamp), metadata, metricValue])
        )
      yield* rollUp(now, sla)
      expect(yield* stored("runs", "hourly")).toEqual([["2026-03-04T09:00", { schedule: "pairs" }, 2]])
      expect(yield* stored("cycle_p50_ms", "hourly")).toEqual([["2026-03-04T09:00", { schedule: "pairs" }, 200]])
      expect(yield* stored("runs", "daily")).toEqual([])
      yield* ran("c", at + 600_000, 300)
      yield* rollUp(now + 3 * hour, sla)
      expect(yield* stored("runs", "hourly")).toEqual([["2026-03-04T09:00", { schedule: "pairs" }, 3]])
      yield* rollUp(now + day, sla)
      expect(yield* stored("signals", "daily")).toEqual([["2026-03-04T00:00", { schedule: "pairs" }, 6]])
    }))
})

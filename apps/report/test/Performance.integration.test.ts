import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { report } from "./project.ts"

const it = effectTest(TestDatabase.layer)

/** Runs of the last closes of half hours, with their slots. */
const ran = (status: "done" | "late", ...executionTimes: ReadonlyArray<number>) =>
  Effect.gen(function*() {
    const { run } = yield* Sql
    for (const [index, ms] of executionTimes.entries()) {
      yield* run("run", (sql) =>
        sql`
          with slot as (
            select date_bin('30 minutes', clock_timestamp(), 'epoch') - ${index} * interval '30 minutes' as at
          ), ended as (
            insert into slots select 'pairs', 'LIVE', at, ${status}::slot_state, null, 'a', 1, now(), now() from slot
          )
          insert into prediction_runs (id, schedule, slot_at, origin, run_timestamp, interval_type, symbols_requested,
            symbols_processed, signals_generated, execution_time_ms, data_fetch_ms, indicator_calc_ms,
            signal_generation_ms, notification_ms, status, errors, gates, rules)
          select 'r' || ${index}::int, 'pairs', at, 'LIVE', at, '30m', 1, 1, 0, ${ms}, 1, 1, 1, 1, 'SUCCESS', '{}', '[]', '1'
          from slot`)
    }
  })

describe("report performance", () => {
  it.live("tells how long the parts took, and ends with 3 when a promise was not kept", () =>
    Effect.gen(function*() {
      const empty = yield* report("performance")
      expect(empty).toMatchObject({ code: 0, err: "" })
      expect(empty.out).toContain("nothing to tell by yet")
      expect(empty.out).not.toContain("NaN")

      yield* ran("done", 100, 200, 300)
      const kept = yield* report("performance", "--since", "7d")
      expect(kept).toMatchObject({ code: 0, err: "" })
      expect(kept.out).toMatch(/whole cycle +3 +200 ms +290 ms/)
      const rows: ReadonlyArray<Record<string, unknown>> = JSON.parse(
        (yield* report("performance", "--format", "json")).out
      )
      expect(rows).toMatchObject([{ schedule: "pairs", runs: 3, cycleP50Ms: 200, slotsOnTime: 3 }])

      const { run } = yield* Sql
      yield* run("slow", (sql) => sql`update prediction_runs set execution_time_ms = 61000`)
      const few = yield* report("performance")
      expect(few.code).toBe(0)
      expect(few.out).toMatch(
        /cycle p95 +unknown +not enough data \(3 of 30\); found 61\.0 s of 3, expected at most 60\.0 s/
      )
      yield* run("empty", (sql) => sql`with gone as (delete from slots) delete from prediction_runs`)
      yield* ran("done", ...Array.from({ length: 30 }, () => 61_000))
      const broken = yield* report("performance")
      expect(broken.code).toBe(3)
      expect(broken.err).toContain("pairs did not keep its cycle p95")
      expect(broken.out).toContain("found 61.0 s of 30, expected at most 60.0 s")
    }), 30_000)
})

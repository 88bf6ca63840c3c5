import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { DbClock } from "../src/DbClock.ts"
import { PerformanceStore } from "../src/PerformanceStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aMessage, aRun, minute, monday } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

const it = effectTest(TestDatabase.layer)
const halfHour = 30 * minute
const query = { since: monday, until: monday + 10 * halfHour, cycleTargetMs: 300, deliveredTargetMs: 5000 }

const noCases = { n: 0, meanMs: null, p50: null, p95: null, p99: null, max: null, over: 0 }

/** By a store of its own, that takes the clock around it. */
const measuring = Effect.provide(
  Effect.flatMap(PerformanceStore, ({ measure }) => measure(query)),
  PerformanceStore.layer,
  { local: true }
)

/** The run at the `index`th close, whose cycle took so long, and whose message arrived so long after the close. */
const ran = (index: number, executionTimeMs: number, deliveredMs: number | null = null, change = {}) =>
  Effect.gen(function*() {
    const slotAt = monday + index * halfHour
    const outbox = deliveredMs === null
      ? []
      : [aMessage({ id: `m${index}`, channel: "webhook", destination: "hook", signalIds: [], ...change })]
    yield* storeRun({ run: aRun({ id: `r${index}`, slotAt, executionTimeMs, dataFetchMs: 10 }), outbox })
    const { run } = yield* Sql
    yield* run("arrive", (sql) =>
      sql`
        update outbox set state = 'done', finished_at = ${slotAt + (deliveredMs ?? 0)}::timestamptz
        where id = ${`m${index}`}`)
  })

describe("PerformanceStore", () => {
  it.live("has nothing of an empty database", () =>
    Effect.gen(function*() {
      expect(yield* (yield* PerformanceStore).measure(query)).toEqual([])
    }))

  it.live("measures runs, slots and messages of the bar closes in a time, by definition 7 of percentiles", () =>
    Effect.gen(function*() {
      yield* ran(0, 100, 1000)
      yield* ran(1, 200, 2000)
      yield* ran(2, 300, 3000)
      yield* ran(3, 400, 10_000)
      yield* ran(10, 9000, 1)
      const [found, ...others] = yield* (yield* PerformanceStore).measure(query)
      expect(others).toEqual([])
      expect(found).toMatchObject({ schedule: "crypto", runs: 4, failed: 0, slotsEnded: 4, slotsOnTime: 4 })
      // Of 100, 200, 300, 400: rank 3 p from 0.
      expect(found!.cycle).toEqual({ n: 4, meanMs: 250, p50: 250, p95: 385, p99: 397, max: 400, over: 1 })
      expect(found!.delivered).toMatchObject({ n: 4, p50: 2500, max: 10_000, over: 1 })
      expect(yield* (yield* PerformanceStore).measure({ ...query, schedule: "other" })).toEqual([])
      const [whole] = yield* (yield* PerformanceStore).measure({ ...query, parts: false })
      expect(found!.fetch).toMatchObject({ n: 4, p50: 10 })
      expect(whole).toEqual({
        ...found!,
        fetch: noCases,
        indicators: noCases,
        signalGeneration: noCases,
        notification: noCases
      })
    }))

  it.live("finds each schedule, wherever its runs lie", () =>
    Effect.gen(function*() {
      for (const schedule of ["a", "b", "c"]) {
        for (const index of [0, 1]) {
          const slotAt = monday + index * halfHour
          yield* storeRun({ run: aRun({ id: `${schedule}${index}`, schedule, slotAt, executionTimeMs: 100 }) })
        }
      }
      yield* storeRun({ run: aRun({ id: "former", schedule: "former", slotAt: monday - halfHour }) })
      const found = yield* (yield* PerformanceStore).measure(query)
      expect(found.map(({ runs, schedule }) => [schedule, runs])).toEqual([["a", 2], ["b", 2], ["c", 2]])
      const [only, ...others] = yield* (yield* PerformanceStore).measure({ ...query, schedule: "b" })
      expect(others).toEqual([])
      expect(only).toMatchObject({ schedule: "b", runs: 2, slotsEnded: 2 })
    }))

  it.live("counts the wait of quiet hours to nobody, and late runs to slots alone", () =>
    Effect.gen(function*() {
      yield* ran(0, 100, 8 * 60 * minute + 1000, { notBefore: monday + 8 * 60 * minute })
      yield* ran(1, 100, 60 * minute)
      const { run } = yield* Sql
      yield* run("late", (sql) => sql`update prediction_runs set late_ms = 60000 where id = 'r1'`)
      yield* run("late slot", (sql) =>
        sql`update slots set state = 'late' where slot_at = ${monday + halfHour}::timestamptz`)
      const [found] = yield* (yield* PerformanceStore).measure(query)
      expect(found!.delivered).toMatchObject({ n: 1, max: 1000 })
      expect(found).toMatchObject({ slotsEnded: 2, slotsOnTime: 1 })
    }))

  it.live("counts what has not arrived, with its age once that is past the target, and what was given up as over", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      const now = monday + 10 * halfHour
      const becomes = (index: number, state: string, finishedMs: number | null) =>
        run("becomes", (sql) =>
          sql`
            update outbox set state = ${state}::outbox_state, lease_token = null, lease_until = null,
              finished_at = ${finishedMs === null ? null : monday + index * halfHour + finishedMs}::timestamptz
            where id = ${`m${index}`}`)
      for (const index of [0, 1, 2, 3, 4, 5, 6]) yield* ran(index, 100, 1000)
      yield* ran(7, 100, 1000, { notBefore: now + minute })
      yield* becomes(1, "pending", null)
      yield* becomes(2, "held", null)
      yield* becomes(3, "dead", 2000)
      yield* becomes(4, "expired", 7000)
      yield* run("muted", (sql) => sql`update outbox set reason = 'muted' where id = 'm5'`)
      yield* becomes(5, "suppressed", 1000)
      yield* becomes(7, "pending", null)
      const at = (instant: number) =>
        Effect.map(
          Effect.provideService(
            measuring,
            DbClock,
            DbClock.of({ now: Effect.succeed(instant), instant: Effect.succeed(instant) })
          ),
          ([found]) => found!.delivered
        )
      // As of the run's own close plus the target nothing waits for too long.
      expect(yield* at(monday + halfHour + 5000)).toEqual({
        n: 4,
        meanMs: expect.any(Number),
        p50: expect.any(Number),
        p95: expect.any(Number),
        p99: expect.any(Number),
        max: 7000,
        over: 2
      })
      expect(yield* at(now)).toMatchObject({ n: 6, over: 4, max: 9 * halfHour, p50: (5001 + 7000) / 2 })
    }))
})

import { ChoreStore } from "@dgas/db/ChoreStore"
import { DbClock } from "@dgas/db/DbClock"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { waitFor } from "@dgas/db/Wait"
import { watchOf } from "@dgas/engine/Watch"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect, test } from "bun:test"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import { minuteBarsFrom, upkeep } from "../src/Upkeep.ts"
import { configOf, simConfig } from "./world.ts"

const it = effectTest(TestDatabase.layerBy(DbClock.layerVirtual))
const day = 86_400_000
const hour = 3_600_000
const watches = simConfig.schedules.map((schedule) => watchOf(simConfig, schedule))

const chores = Effect.gen(function*() {
  const { run } = yield* Sql
  return yield* run(
    "chores",
    (sql) =>
      sql`select day::text as day, done_at is not null as done, result from chores where name = 'db:prune' order by day`
  )
})

/** Waits until the chore of so many days is done, while `meanwhile` happens. */
const doneDays = (count: number, meanwhile: Effect.Effect<void> = Effect.void) =>
  waitFor(
    Effect.map(
      Effect.andThen(meanwhile, chores),
      (rows) => rows.length === count && rows.every(({ done }) => done === true) ? rows : null
    ),
    { everyMs: 10, forMs: 20_000 }
  )

describe("upkeep", () => {
  it.effect("prunes once a day, whichever of two workers comes first", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      yield* TestClock.setTime(Date.UTC(2026, 5, 1, 23, 55))
      yield* run("metrics", (sql) =>
        sql`
          insert into prediction_metrics
          select n, 't', n, timestamptz '2026-06-01' - n * interval '1 day', null, '{}' from generate_series(390, 410) as n`)
      yield* run("chores", (sql) =>
        sql`
          insert into chores (name, day, owner, lease_until, done_at, result)
          select 'performance:rollup/09', date '2026-06-01' - n, 'a', now(), now(), '{}' from generate_series(60, 70) as n`)
      for (const owner of ["a", "b"]) yield* Effect.forkScoped(upkeep(simConfig, watches, owner, "/"))
      const [first] = (yield* doneDays(1))!
      expect(first).toMatchObject({
        day: "2026-06-01",
        result: { pruned: [{ kind: "metrics", what: "rows", rows: 11 }] }
      })
      const known = yield* run("known", (sql) =>
        sql`select (date '2026-06-01' - day)::int as ago from chores where name = 'performance:rollup/09' order by ago`)
      expect(known.map(({ ago }) =>
        ago
      )).toEqual([60, 61, 62])
      // A look does more than this chore, so nobody knows when it begins to wait for the next one.
      expect((yield* doneDays(2, TestClock.adjust("1 minute")))![1]).toMatchObject({ day: "2026-06-02" })
      yield* TestClock.adjust("6 hours")
      expect(yield* doneDays(2)).toHaveLength(2)
    }))

  it.effect("goes on with the other chores when a bug is in one, tells it, and does it when the bug is gone", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      yield* TestClock.setTime(Date.UTC(2026, 5, 1, 9, 55))
      const chores = yield* ChoreStore
      const healed = yield* Deferred.make<void>()
      const lines: Array<string> = []
      const buggy = ChoreStore.of({
        ...chores,
        claim: (...args) =>
          args[0] !== "db:prune" || Deferred.isDoneUnsafe(healed)
            ? chores.claim(...args)
            : Effect.die(new Error("a bug in pruning"))
      })
      yield* Effect.forkScoped(
        upkeep(simConfig, watches, "a", "/").pipe(
          Effect.provideService(ChoreStore, buggy),
          Effect.provide(Logger.layer([Logger.make(({ message }) => lines.push(String(message)))]))
        )
      )
      const rolledUp = run(
        "rolled up",
        (sql) => sql`select from chores where name like 'performance:%' and done_at is not null`
      )
      expect(
        yield* waitFor(Effect.map(rolledUp, ({ length }) => length === 1 ? length : null), {
          everyMs: 10,
          forMs: 20_000
        })
      ).toBe(1)
      yield* Deferred.succeed(healed, undefined)
      expect(yield* doneDays(1, TestClock.adjust("1 minute"))).toHaveLength(1)
      expect(lines.filter((line) => line.includes("a bug in pruning"))).toHaveLength(1)
    }))

  it.effect("goes on after a bug in telling what it found", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 5, 1, 23, 55))
      let thrown = 0
      const logger = Logger.make(({ message }) => {
        if (!String(message).includes("held since a restore")) return
        thrown++
        throw new Error("a bug in telling")
      })
      const { run } = yield* Sql
      yield* run("held", (sql) =>
        sql`
          insert into outbox (id, channel, destination, kind, payload, state, restored_at)
          values ('m', 'webhook', 'hook', 'signals', '{}', 'held', now())`)
      yield* Effect.forkScoped(
        Effect.provide(upkeep(simConfig, watches, "a", "/"), Logger.layer([logger]))
      )
      expect(yield* doneDays(2, TestClock.adjust("1 minute"))).toHaveLength(2)
      expect(thrown).toBeGreaterThan(0)
    }))
})

describe("roll-ups of performance", () => {
  it.effect("are written once an hour by one of two workers, from where the last left off", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      const at = Date.UTC(2026, 5, 2, 9, 55)
      yield* TestClock.setTime(at)
      const slotDone = (slotAt: number) =>
        run("slot", (sql) =>
          sql`
            insert into slots values ('pairs', 'LIVE', ${slotAt}::timestamptz, 'done', null, 'a', 1,
              ${slotAt}::timestamptz, ${slotAt}::timestamptz)`)
      yield* slotDone(at - 2 * hour)
      const rollUps = run("roll-ups", (sql) =>
        sql`
          select name, owner, result from chores where name like 'performance:rollup/%' and done_at is not null
          order by day, name`)
      const doneHours = (count: number, meanwhile: Effect.Effect<void> = Effect.void) =>
        waitFor(Effect.map(Effect.andThen(meanwhile, rollUps), (rows) => rows.length === count ? rows : null), {
          everyMs: 10,
          forMs: 20_000
        })
      for (const owner of ["a", "b"]) yield* Effect.forkScoped(upkeep(simConfig, watches, owner, "/"))
      expect(yield* doneHours(1)).toMatchObject([{ name: "performance:rollup/09", result: { at, periods: 1 } }])
      yield* slotDone(at - 10 * 60_000)
      expect((yield* doneHours(2, TestClock.adjust("1 minute")))![1]).toMatchObject({
        name: "performance:rollup/10",
        result: { periods: 1 }
      })
      expect(
        yield* run("metrics", (sql) =>
          sql`
            select metric_timestamp as at, metric_value as slots from prediction_metrics
            where metric_type = 'slots_ended' order by metric_timestamp`)
      ).toEqual([{ at: Date.UTC(2026, 5, 2, 7), slots: 1 }, { at: Date.UTC(2026, 5, 2, 9), slots: 1 }])
    }))
})

describe("bars of a minute", () => {
  const of = (trading: string, higher: string, lower: string | null = null) => {
    const config = configOf({
      sources: { files: { kind: "csv", folder: "bars" } },
      universes: { one: { source: "files", calendar: "24/7", instruments: [{ symbol: "A" }] } },
      schedules: [{ name: "one", universe: "one", trading, higher, lower }]
    })
    return config.schedules.map((schedule) => watchOf(config, schedule))
  }
  const now = Date.UTC(2026, 5, 1)

  test("are needed for as long as their schedule's warm-up, and the latest slot that may still be run", () => {
    expect(minuteBarsFrom(of("5m", "30m"), now)).toBe(Infinity)
    // 121 weeks and the three days of maxLatenessHours.
    const weeks = (now - minuteBarsFrom(of("5m", "1w", "1m"), now)) / (7 * day)
    expect(weeks).toBeGreaterThan(121)
    expect(weeks).toBeLessThan(123)
    const both = [...of("5m", "30m", "1m"), ...of("5m", "1d", "1m")]
    expect(minuteBarsFrom(both, now)).toBe(minuteBarsFrom(of("5m", "1d", "1m"), now))
  })
})

/** The worker's loop: whose failure holds up whom, and what its row says meanwhile. */
import { DbClock } from "@dgas/db/DbClock"
import { SchedulerStateStore } from "@dgas/db/SchedulerStateStore"
import { SlotHistory } from "@dgas/db/SlotHistory"
import { SlotStore } from "@dgas/db/SlotStore"
import { StoreRefused, StoreUnavailable } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { AnnounceUnavailable } from "@dgas/domain/Announce"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { runId } from "@dgas/engine/SignalRow"
import { watchOf } from "@dgas/engine/Watch"
import { BarSources } from "@dgas/market/BarSources"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as TestConsole from "effect/testing/TestConsole"
import { graceMs } from "../src/GracefulStop.ts"
import { LateLooks } from "../src/LateLooks.ts"
import { live, type Onlookers, pass } from "../src/Live.ts"
import * as Log from "../src/Log.ts"
import { makeSkewGuard } from "../src/SkewGuard.ts"
import { configOf, engineLayer } from "./world.ts"

const config = configOf({
  sources: { sim: { kind: "sim", seed: 3 } },
  universes: { sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A" }] } },
  schedules: [
    { name: "slow", universe: "sim", trading: "30m", higher: "4h" },
    { name: "fast", universe: "sim", trading: "5m", higher: "30m" }
  ]
})
const [slow, fast] = config.schedules.map((schedule) => watchOf(config, schedule)) as [
  ReturnType<typeof watchOf>,
  ReturnType<typeof watchOf>
]
const noon = Date.UTC(2026, 0, 5, 12)
const minute = 60_000

const it = effectTest(
  engineLayer(config, "/").pipe(
    Layer.provideMerge(Layer.fresh(TestDatabase.layerBy(DbClock.layerVirtual))),
    Layer.provideMerge(Log.layer("human", (text) => text))
  )
)

const state = Effect.flatMap(SchedulerStateStore, ({ read }) => read)

/** The engine, but that its cycles of one schedule go wrong. */
const failingFor = (name: string, error: AnnounceUnavailable | StoreRefused | StoreUnavailable) =>
  Layer.effect(
    PredictionEngine,
    Effect.map(PredictionEngine, ({ cycle, revisit }) =>
      PredictionEngine.of({
        revisit,
        cycle: (watch, slot, owner) => watch.schedule.name === name ? Effect.fail(error) : cycle(watch, slot, owner)
      }))
  )

/** The engine, but that a cycle that ran takes 3 s and a look for late bars `lookMs`; `ran` are the schedules of these. */
const slowEngine = (ran: Array<string>, lookMs = 0) =>
  Layer.effect(
    PredictionEngine,
    Effect.map(PredictionEngine, ({ cycle }) =>
      PredictionEngine.of({
        revisit: (watch) => {
          ran.push(`look of ${watch.schedule.name}`)
          return Effect.as(TestClock.adjust(lookMs), null)
        },
        cycle: (watch, slot, owner) =>
          Effect.tap(cycle(watch, slot, owner), (result) => {
            if (result === null) return Effect.void
            ran.push(watch.schedule.name)
            return TestClock.adjust(3000)
          })
      }))
  )

const refused = new StoreRefused({ statement: "finish run", constraint: "signals_order", detail: "no" })

describe("a pass", () => {
  for (const error of [refused, new AnnounceUnavailable({ detail: "no" })]) {
    it.effect(`runs the other schedules when a slot of one ends with ${error._tag}, and fails then`, () =>
      Effect.gen(function*() {
        yield* TestClock.setTime(noon + 1000)
        const failure = yield* Effect.flip(
          pass([slow, fast], "a", "UTC").pipe(Effect.provide(failingFor("slow", error)))
        )
        expect(failure).toBe(error)
        expect(yield* (yield* SlotStore).counts).toMatchObject([{ schedule: "fast", state: "done", count: 1 }])
      }))
  }

  it.effect("gives a slot that a bug ends its fate, and goes on with the next", () =>
    Effect.gen(function*() {
      let broken = true
      const buggy = Layer.succeed(
        BarSources,
        BarSources.of({
          get: (name) => ({
            name,
            fetch: () => broken ? Effect.die(new Error("no such thing")) : Effect.succeed({ source: name, rows: [] })
          })
        })
      )
      const engine = PredictionEngine.layer.pipe(Layer.provide(buggy), Layer.fresh)
      yield* Effect.gen(function*() {
        yield* TestClock.setTime(noon + 1000)
        const failure = yield* Effect.flip(pass([fast], "a", "UTC"))
        expect(failure.message).toContain("slot 2026-01-05T12:00:00.000Z of fast is failed(error), ended by a bug")
        expect(failure.message).toContain("no such thing")
        expect(yield* (yield* SlotStore).counts).toMatchObject([{ state: "failed", reason: "error", count: 1 }])
        broken = false
        yield* TestClock.setTime(noon + 301_000)
        yield* pass([fast], "a", "UTC")
        expect(yield* (yield* SlotStore).counts).toMatchObject([
          { state: "failed", reason: "no_data", count: 1 },
          { state: "failed", reason: "error", count: 1 }
        ])
      }).pipe(Effect.provide(engine))
    }))

  it.effect("ends at once when the database is away", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      const away = new StoreUnavailable({ target: "db", reason: "no" })
      yield* Effect.flip(pass([slow, fast], "a", "UTC").pipe(Effect.provide(failingFor("slow", away))))
      expect(yield* (yield* SlotStore).counts).toEqual([])
    }))

  it.effect("lets a schedule with a backlog take turns with the others", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      yield* pass([fast, slow], "a", "UTC")
      yield* TestClock.setTime(noon + 30 * minute + 1000)
      const ran: Array<string> = []
      yield* pass([fast, slow], "a", "UTC").pipe(Effect.provide(slowEngine(ran)))
      expect(ran).toEqual(["fast", "slow", "fast", "fast", "fast", "fast", "fast"])
    }))

  it.effect("begins with the oldest slot, so that workers that are killed over and over come to every schedule", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      yield* pass([slow, fast], "a", "UTC")
      yield* TestClock.setTime(noon + 30 * minute + 1000)
      const ran: Array<string> = []
      yield* pass([slow, fast], "a", "UTC").pipe(Effect.provide(slowEngine(ran)))
      expect(ran[0]).toBe("fast")
    }))

  it.effect("looks for late bars after every slot that is due, also those of a backlog", () =>
    Effect.gen(function*() {
      const lateLooks = new LateLooks()
      yield* TestClock.setTime(noon + 1000)
      yield* pass([slow, fast], "a", "UTC", { lateLooks })
      yield* TestClock.setTime(noon + 15 * minute + 1000)
      const ran: Array<string> = []
      yield* pass([slow, fast], "a", "UTC", { lateLooks }).pipe(Effect.provide(slowEngine(ran)))
      expect(ran).toEqual(["fast", "fast", "fast", "look of slow"])
    }))

  it.effect("leaves looks for late bars to the next one when a slot has come due meanwhile", () =>
    Effect.gen(function*() {
      const lateLooks = new LateLooks()
      yield* TestClock.setTime(noon + 1000)
      yield* pass([fast, slow], "a", "UTC", { lateLooks })
      yield* TestClock.setTime(noon + 2 * minute)
      const ran: Array<string> = []
      const engine = slowEngine(ran, 4 * minute)
      yield* pass([fast, slow], "a", "UTC", { lateLooks }).pipe(Effect.provide(engine))
      expect(ran).toEqual(["look of fast"])
      yield* pass([fast, slow], "a", "UTC", { lateLooks }).pipe(Effect.provide(engine))
      expect(ran).toEqual(["look of fast", "fast", "look of slow"])
    }))

  it.effect("takes over what a dead worker held as soon as the lease is over, whatever another schedule still owes", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      yield* pass([slow, fast], "a", "UTC")
      yield* TestClock.setTime(noon + 60 * minute + 1000)
      const slot = { schedule: "slow", slotAt: noon + 30 * minute, origin: "LIVE" } as const
      yield* (yield* SlotStore).claim(slot, "b", 10_000)
      const ran: Array<string> = []
      yield* pass([slow, fast], "a", "UTC").pipe(Effect.provide(slowEngine(ran)))
      expect(ran.indexOf("slow")).toBe(4)
      expect(ran.filter((name) => name === "fast")).toHaveLength(12)
    }))

  it.effect("leaves a row that says when the next slot of any schedule is due, also of those it does not run", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      yield* pass([slow], "a", "UTC", { all: [slow, fast] })
      expect(yield* state).toMatchObject({
        status: "IDLE",
        currentRunId: null,
        nextScheduledRun: noon + 5 * minute,
        lastRunTimestamp: noon + 1000
      })
      yield* pass([slow], "a", "UTC")
      expect(yield* state).toMatchObject({ nextScheduledRun: noon + 30 * minute })
    }))

  it.effect("does not hide the work of another worker, which it waits for", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      const claim = yield* (yield* SlotStore).claim({ schedule: "slow", slotAt: noon, origin: "LIVE" }, "b", 10_000)
      yield* pass([slow, fast], "a", "UTC")
      // The other one says so with its next word; until then the row is the view of whoever wrote last.
      yield* (yield* SchedulerStateStore).update({ status: "RUNNING", currentRunId: runId("slow", noon, "LIVE") })
      yield* pass([slow, fast], "a", "UTC")
      expect(yield* state).toMatchObject({ status: "RUNNING", currentRunId: runId("slow", noon, "LIVE") })
      expect((yield* (yield* SlotHistory).recent({ limit: 9 })).map(({ schedule, state }) => [schedule, state]))
        .toEqual([
          ["fast", "done"],
          ["slow", "running"]
        ])
      yield* (yield* SlotStore).renew(claim!, 0)
      yield* pass([slow, fast], "a", "UTC")
      expect(yield* state).toMatchObject({ status: "IDLE", currentRunId: null })
    }))
})

/** The loop until `look` has seen enough. Its waits are virtual, so time has to be moved. */
const loopUntil = (look: Effect.Effect<unknown, never, never>, onlookers: Onlookers = {}) =>
  Effect.gen(function*() {
    const worker = yield* Effect.forkDetach(live([fast], "a", "UTC", onlookers))
    yield* look
    const ending = yield* Effect.forkChild(Fiber.interrupt(worker), { startImmediately: true })
    yield* TestClock.adjust(graceMs)
    yield* Fiber.join(ending)
  })

describe("the loop", () => {
  it.effect("says what is wrong while it is, and forgets it with the first pass that goes well", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      const store = yield* SchedulerStateStore
      const failing = failingFor("fast", refused)
      yield* Effect.flip(Effect.provide(pass([fast], "a", "UTC"), failing))
      // As the loop writes it.
      yield* store.update({ status: "ERROR", errorMessage: refused.message, currentRunId: null })
      yield* pass([fast], "a", "UTC")
      expect(yield* state).toMatchObject({ status: "IDLE", errorMessage: null, currentRunId: null })
    }))

  it.effect("runs no slot while the clocks are more than 30 s apart, says so, and goes on when they agree again", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      let aheadMs = 31_000
      const skewed = DbClock.of({
        now: Effect.map(Clock.currentTimeMillis, (now) => now + aheadMs),
        instant: Clock.currentTimeMillis
      })
      const guard = yield* makeSkewGuard
      const asked = yield* Effect.forEach([1, 2, 3], () => Deferred.make<string | null>())
      let turn = 0
      const refusal = guard().pipe(
        Effect.provideService(DbClock, skewed),
        Effect.tap((found) => asked[turn] === undefined ? Effect.void : Deferred.succeed(asked[turn++]!, found))
      )
      yield* loopUntil(
        Effect.gen(function*() {
          const slots = yield* SlotStore
          expect(yield* Deferred.await(asked[0]!)).toContain("31.0 s behind the database's")
          expect(yield* slots.counts).toEqual([])
          aheadMs = 2500
          yield* Effect.repeat(TestClock.adjust(2000), { until: () => Deferred.isDone(asked[1]!) })
          expect(yield* Deferred.await(asked[1]!)).toBeNull()
          yield* Effect.repeat(TestClock.adjust(2000), { until: () => Deferred.isDone(asked[2]!) })
          expect(yield* slots.counts).not.toEqual([])
        }).pipe(Effect.orDie, Effect.provideContext(yield* Effect.context<SlotStore>())),
        { refusal }
      )
      const errors = (yield* TestConsole.errorLines).join("\n")
      expect(errors.match(/no slot is run while the clock of this machine is 31.0 s behind/g)).toHaveLength(1)
      expect(errors.match(/warning: the clock of this machine is 2.5 s behind/g)).toHaveLength(1)
      expect(yield* state).toMatchObject({ status: "STOPPED", errorMessage: null })
    }))

  it.effect("ends with an error in its row when it meets a bug", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      const broken = PredictionEngine.of({
        cycle: () => Effect.die(new Error("no such thing")),
        revisit: () => Effect.succeed(null)
      })
      const exit = yield* Effect.exit(Effect.provideService(live([fast], "a", "UTC"), PredictionEngine, broken))
      expect(exit._tag).toBe("Failure")
      expect(yield* state).toMatchObject({
        status: "ERROR",
        currentRunId: null,
        errorMessage: "ended by a bug: Error: no such thing"
      })
    }))
})

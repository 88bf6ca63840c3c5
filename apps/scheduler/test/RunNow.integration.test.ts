/** Looks that people asked for, done by the worker's own loop. */
import { DbClock } from "@dgas/db/DbClock"
import { RunRequestStore } from "@dgas/db/RunRequestStore"
import { RunStore } from "@dgas/db/RunStore"
import { SchedulerStateStore } from "@dgas/db/SchedulerStateStore"
import { SlotStore } from "@dgas/db/SlotStore"
import { StoreRefused, StoreUnavailable } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { watchOf } from "@dgas/engine/Watch"
import { BarSources } from "@dgas/market/BarSources"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { graceMs } from "../src/GracefulStop.ts"
import { live, type Onlookers } from "../src/Live.ts"
import * as Log from "../src/Log.ts"
import { configOf, engineLayer } from "./world.ts"

const config = configOf({
  sources: { sim: { kind: "sim", seed: 3 } },
  universes: { sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A" }, { symbol: "SIM-B" }] } },
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

const stopped = (worker: Fiber.Fiber<unknown, unknown>) =>
  Effect.gen(function*() {
    const ending = yield* Effect.forkChild(Fiber.interrupt(worker), { startImmediately: true })
    yield* TestClock.adjust(graceMs)
    yield* Fiber.join(ending)
  })

/** Whether the loop waits for its next pass. While one is at work time stands still, or what it holds would run out. */
let isResting = false
const resting: Onlookers = {
  pulse: {
    cycleBegun: () => Effect.void,
    cycleEnded: Effect.void,
    passEnded: () =>
      Effect.sync(() => {
        isResting = true
      }),
    view: Effect.succeed({ alive: true, silentMs: 0, allowedMs: 0, cycle: null })
  },
  refusal: Effect.sync(() => {
    isResting = false
    return null
  })
}
const moveOn = Effect.suspend(() => isResting ? TestClock.adjust(2000) : Effect.yieldNow)

/** The loop while `look` is at work. */
const beside = <A, E, R>(look: Effect.Effect<A, E, R>, watches = [slow, fast], owner = "a") =>
  Effect.gen(function*() {
    const worker = yield* Effect.forkDetach(live(watches, owner, "UTC", resting))
    const found = yield* look
    yield* stopped(worker)
    return found
  })

/** What came of a request, whose time is moved until it is done. */
const resultOf = (id: string) =>
  Effect.gen(function*() {
    const { get } = yield* RunRequestStore
    const done = yield* Effect.repeat(
      Effect.andThen(moveOn, get(id)),
      { until: (request) => request?.state === "done" }
    )
    return done?.result ?? ""
  })

/** The worker has run all that is due. */
const caughtUp = Effect.gen(function*() {
  const { read } = yield* SchedulerStateStore
  yield* Effect.repeat(Effect.andThen(moveOn, read), {
    until: ({ lastRunTimestamp, status }) => status === "IDLE" && lastRunTimestamp !== null
  })
})

const ask = (schedule: string | null) =>
  Effect.flatMap(RunRequestStore, (store) => store.ask(schedule, ["slow", "fast"], "desk"))

/** The sources, but that none has a bar of `missing` that opens from noon on less 30 minutes. */
const without = (missing: ReadonlySet<string>) =>
  Layer.effect(
    BarSources,
    Effect.map(BarSources, (sources) =>
      BarSources.of({
        get: (name, fallbacks) => {
          const source = sources.get(name, fallbacks)
          return {
            ...source,
            fetch: (request) =>
              Effect.map(source.fetch(request), (answer) => ({
                ...answer,
                rows: answer.rows.filter(({ openTime }) =>
                  !missing.has(request.symbol) || openTime < noon - 30 * minute
                )
              }))
          }
        }
      }))
  )

describe("a look that was asked for", () => {
  it.effect("waits for a worker, which says what it ran", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      const one = yield* ask("slow")
      const all = yield* ask(null)
      const [result, both] = yield* beside(Effect.all([resultOf(one.id), resultOf(all.id)]))
      const [run] = yield* (yield* RunStore).recent({ schedule: "slow", limit: 1 })
      const signals = `${run!.signalsGenerated} signal${run!.signalsGenerated === 1 ? "" : "s"}`
      expect(result).toBe(`ran 1 slot, ${signals}; no bar came late`)
      expect(both).toMatch(/^fast: ran 1 slot, .*; no bar came late\. slow: /)
      expect(both).toEndWith(`slow: ran 1 slot, ${signals}; no bar came late`)
    }))

  it.effect("says when the next close is when nothing was due", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      const result = yield* beside(
        Effect.gen(function*() {
          yield* caughtUp
          return yield* resultOf((yield* ask("fast")).id)
        })
      )
      expect(result).toBe("nothing was due: the next close is 2026-01-05 12:05 UTC; no bar came late")
    }))

  it.effect("does not look for late bars when the next close is near", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 4 * minute + 30_000)
      const result = yield* beside(
        Effect.gen(function*() {
          yield* caughtUp
          return yield* resultOf((yield* ask("fast")).id)
        })
      )
      expect(result).toBe(
        "nothing was due: the next close is 2026-01-05 12:05 UTC; too near the next close to look for late bars"
      )
    }))

  it.effect("says what keeps a schedule from being run, and runs the others", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      const error = new StoreRefused({ statement: "finish run", constraint: "signals_order", detail: "no" })
      const { cycle, revisit } = yield* PredictionEngine
      const failing = PredictionEngine.of({
        revisit,
        cycle: (watch, slot, owner) => watch.schedule.name === "slow" ? Effect.fail(error) : cycle(watch, slot, owner)
      })
      const all = yield* ask(null)
      const result = yield* Effect.provideService(beside(resultOf(all.id)), PredictionEngine, failing)
      expect(result).toStartWith("fast: ran 1 slot, ")
      expect(result).toContain(`slow: could not go on: ${error.message}`)
    }))

  it.effect("is not answered by a pass that the database broke off", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      let away = true
      const { cycle, revisit } = yield* PredictionEngine
      const failing = PredictionEngine.of({
        revisit,
        cycle: (watch, slot, owner) => {
          if (!away) return cycle(watch, slot, owner)
          away = false
          return Effect.fail(new StoreUnavailable({ target: "db", reason: "no" }))
        }
      })
      const one = yield* ask("fast")
      const result = yield* Effect.provideService(beside(resultOf(one.id), [fast]), PredictionEngine, failing)
      expect(result).toStartWith("ran 1 slot, ")
    }))

  it.effect("of a schedule that another worker has is left to that one", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      const other = yield* ask("slow")
      const own = yield* ask("fast")
      yield* beside(resultOf(own.id), [fast])
      expect(yield* (yield* RunRequestStore).get(other.id)).toMatchObject({ state: "waiting" })
      expect(yield* beside(resultOf(other.id), [slow], "b")).toStartWith("ran 1 slot, ")
    }))

  it.effect("of all schedules is answered when each was looked at, by whichever worker has it", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      const all = yield* ask(null)
      const { get } = yield* RunRequestStore
      const half = Effect.repeat(Effect.andThen(moveOn, get(all.id)), { until: (request) => request?.result !== null })
      const found = yield* beside(half, [fast])
      expect(found?.state).toBe("waiting")
      expect(found?.result).toMatch(/^fast: ran 1 slot, .*\. slow: no worker has looked yet$/)
      expect(yield* beside(resultOf(all.id), [slow], "b")).toMatch(/^fast: ran 1 slot, .*\. slow: ran 1 slot, /)
    }))

  it.effect("says when another worker is at the slot", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      yield* (yield* SlotStore).claim({ schedule: "fast", slotAt: noon, origin: "LIVE" }, "b", 600_000)
      const one = yield* ask("fast")
      expect(yield* beside(resultOf(one.id), [fast])).toBe("another worker is at it")
    }))

  it.effect("analyses symbols whose bars were late, also when it is not the time to look for them", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(noon + 1000)
      const missing = new Set(["SIM-B"])
      const engine = PredictionEngine.layer.pipe(Layer.provide(without(missing)), Layer.fresh)
      const results = yield* beside(
        Effect.gen(function*() {
          yield* caughtUp
          const first = yield* resultOf((yield* ask("slow")).id)
          missing.clear()
          const second = yield* resultOf((yield* ask("slow")).id)
          return [first, second, yield* resultOf((yield* ask("slow")).id)]
        }),
        [slow]
      ).pipe(Effect.provide(engine))
      const nothing = "nothing was due: the next close is 2026-01-05 12:30 UTC"
      expect(results).toEqual([
        `${nothing}; no bar came late, 1 symbol has none yet`,
        `${nothing}; bars came late for SIM-B`,
        `${nothing}; no bar came late`
      ])
      // The worker's own looks begin a minute after the slot.
      expect(yield* (yield* DbClock).now).toBeLessThan(noon + minute)
    }))
})

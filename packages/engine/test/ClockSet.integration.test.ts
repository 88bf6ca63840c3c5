/** Somebody sets the clock of the machine while a slot is run. */
import { RunStore } from "@dgas/db/RunStore"
import { SlotStore } from "@dgas/db/SlotStore"
import { StoreUnavailable } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { Announce } from "@dgas/domain/Announce"
import { decodeConfig } from "@dgas/domain/Config"
import { BarSources } from "@dgas/market/BarSources"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { holding } from "../src/Lease.ts"
import { PredictionEngine } from "../src/PredictionEngine.ts"
import { inSlices } from "../src/Slices.ts"
import { watchOf } from "../src/Watch.ts"
import { settableClock } from "./support/SettableClock.ts"

const hour = 3_600_000
const slotAt = Date.UTC(2026, 0, 5, 12)
const config = Effect.runSync(decodeConfig("test", {
  sources: { s: { kind: "csv", folder: "none" } },
  universes: { u: { source: "s", calendar: "24/7", instruments: [{ symbol: "A" }] } },
  schedules: [{ name: "test", universe: "u", trading: "30m", higher: "4h" }]
}))

/** The engine over a source that does `during` while it is asked. */
const engineOver = (during: () => void) =>
  PredictionEngine.layer.pipe(
    Layer.provide(Layer.mergeAll(
      Layer.succeed(
        BarSources,
        BarSources.of({
          get: () => ({
            name: "s",
            fetch: () =>
              Effect.sync(() => {
                during()
                return { source: "s", rows: [] }
              })
          })
        })
      ),
      Layer.succeed(Announce, Announce.of({ messages: () => Effect.succeed([]) }))
    ))
  )

const it = effectTest(TestDatabase.layer)

describe("a clock that is set while a slot is run", () => {
  for (const moved of [-hour, hour]) {
    it.live(`by ${moved / hour} h has no part in how long the run took`, () =>
      Effect.gen(function*() {
        const { clock, set } = yield* settableClock
        const slot = { slotAt, origin: "LIVE", readUntil: slotAt + 4000, since: null, onOutage: "store" } as const
        yield* Effect.flatMap(
          PredictionEngine,
          (engine) => engine.cycle(watchOf(config, config.schedules[0]), slot, "worker")
        ).pipe(Effect.provide(engineOver(() => set(moved))), Effect.provideService(Clock.Clock, clock))

        const [run] = yield* (yield* RunStore).recent({ limit: 1 })
        expect(run?.executionTimeMs).toBeWithin(0, 10_000)
      }))
  }

  it.effect("back does not keep work alive beyond its lease", () =>
    Effect.gen(function*() {
      const { clock, set } = yield* settableClock
      const claim = { schedule: "test", slotAt, origin: "LIVE", owner: "worker", fence: 1 } as const
      const away = Effect.fail(new StoreUnavailable({ target: "nowhere", reason: "it is away" }))
      const slots = SlotStore.of({ ...yield* SlotStore, renew: () => away })
      const work = yield* holding(slots, claim, Effect.never).pipe(
        Effect.provideService(Clock.Clock, clock),
        Effect.exit,
        Effect.forkChild
      )
      yield* TestClock.adjust("2 seconds")
      set(-hour)
      yield* TestClock.adjust("7 seconds")
      expect(work.pollUnsafe()).toBeDefined()
      expect(yield* Fiber.join(work)).toMatchObject({ _tag: "Failure" })
    }))

  it.live("back does not keep timers from their turn in long work", () =>
    Effect.gen(function*() {
      const { clock, set } = yield* settableClock
      let heard = 0
      const timer = setInterval(() => heard++, 1)
      yield* inSlices([1, 2, 3, 4], (item) => {
        if (item === 1) set(-hour)
        const until = performance.now() + 30
        while (performance.now() < until) continue
      }).pipe(Effect.provideService(Clock.Clock, clock))
      clearInterval(timer)
      expect(heard).toBeGreaterThan(0)
    }))
})

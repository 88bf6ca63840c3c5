import { watchOf } from "@dgas/engine/Watch"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { cycleBoundMs, makePulse } from "../src/Pulse.ts"
import { simConfig } from "./world.ts"

const watch = watchOf(simConfig, simConfig.schedules[0])
const slotAt = Date.UTC(2026, 0, 5, 12)

const run = <A>(body: Effect.Effect<A>) => Effect.runPromise(Effect.provide(body, TestClock.layer()))

describe("a pulse", () => {
  test("beats until nothing was heard for two intervals, and again with the next pass", () =>
    run(Effect.gen(function*() {
      const pulse = yield* makePulse
      yield* pulse.passEnded(2000)
      yield* TestClock.adjust(23_999)
      expect(yield* pulse.view).toEqual({ alive: true, silentMs: 23_999, allowedMs: 24_000, cycle: null })
      yield* TestClock.adjust(1)
      expect(yield* pulse.view).toMatchObject({ alive: false })
      yield* pulse.passEnded(2000)
      expect(yield* pulse.view).toMatchObject({ alive: true, silentMs: 0 })
    })))

  test("waits for a cycle as long as one may take, and tells which", () =>
    run(Effect.gen(function*() {
      const pulse = yield* makePulse
      yield* pulse.cycleBegun(watch, slotAt)
      yield* TestClock.adjust(2 * cycleBoundMs(watch) - 1)
      expect(yield* pulse.view).toMatchObject({
        alive: true,
        cycle: { schedule: "with-lower", slot: "2026-01-05T12:00:00.000Z" }
      })
      yield* TestClock.adjust(1)
      expect(yield* pulse.view).toMatchObject({ alive: false })
      yield* pulse.cycleEnded
      expect(yield* pulse.view).toMatchObject({ alive: true, cycle: null })
    })))

  test("expects a cycle to take longer the more symbols and sources there are", () => {
    const [instrument] = watch.instruments
    const many = (count: number, fallbacks = 0) =>
      cycleBoundMs({
        instruments: Array.from({ length: count }, () => instrument!),
        universe: {
          ...watch.universe,
          fallbacks: Array.from({ length: fallbacks }, () => ({ source: "other", symbols: {} }))
        }
      })
    expect([many(1), many(4), many(5), many(8, 1)]).toEqual([40_000, 40_000, 60_000, 100_000])
  })
})

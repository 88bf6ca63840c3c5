import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { OutboxStore } from "@dgas/db/OutboxStore"
import { RunStore } from "@dgas/db/RunStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { SlotStore } from "@dgas/db/SlotStore"
import { watchOf } from "@dgas/engine/Watch"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { replay } from "../src/Replay.ts"
import { engineLayer, simConfig, worldLayer } from "./world.ts"

const it = effectTest(worldLayer(simConfig))
const hour = 3_600_000
const from = Date.UTC(2026, 0, 5)
const day = { from, to: from + 24 * hour }
const options = { origin: "REPLAY" as const, owner: "test", title: null }
const [withLower, plain] = simConfig.schedules.map((schedule) => watchOf(simConfig, schedule)) as [
  ReturnType<typeof watchOf>,
  ReturnType<typeof watchOf>
]

/** Everything that a replay stored, without what differs from one execution to the next. */
const stored = Effect.gen(function*() {
  const runs = yield* (yield* RunStore).recent({ origin: "REPLAY", limit: 10_000 })
  const signals = yield* (yield* SignalStore).recent({ origin: "REPLAY", limit: 10_000 })
  return {
    runs: runs.map(({ gates, id, signalsGenerated, status, symbolsProcessed }) => ({
      id,
      gates,
      signalsGenerated,
      status,
      symbolsProcessed
    })),
    signals
  }
})

describe("replay", () => {
  it.live("stores a run for each slot, explains every symbol, and notifies nobody", () =>
    Effect.gen(function*() {
      const done = yield* replay([plain], day, options)
      expect(done.runs).toEqual({ SUCCESS: 48, PARTIAL: 0, FAILED: 0 })
      const { runs, signals } = yield* stored
      expect(runs).toHaveLength(48)
      for (const run of runs) {
        expect(run.signalsGenerated + run.gates.length).toBe(3)
        expect(run.gates.every(({ detail }) => detail !== "")).toBe(true)
      }
      expect(signals.length).toBe(done.signals)
      expect(yield* (yield* OutboxStore).pending("console", 10)).toEqual([])
    }))

  it.live("does nothing for slots that are done", () =>
    Effect.gen(function*() {
      yield* replay([plain], { ...day, to: from + 6 * hour }, options)
      const before = yield* stored
      const again = yield* replay([plain], { ...day, to: from + 6 * hour }, options)
      expect(again).toMatchObject({ before: 12, runs: { SUCCESS: 0, PARTIAL: 0, FAILED: 0 } })
      expect(yield* stored).toEqual(before)
    }))

  it.live(
    "comes to the same when the process is started anew in the middle, with and without a lower timeframe",
    () =>
      Effect.gen(function*() {
        const week = { from, to: from + 4 * 24 * hour }
        const whole = yield* Effect.provide(
          Effect.andThen(replay([withLower, plain], week, options), stored),
          worldLayer(simConfig)
        )
        // Cuts that fall inside a 4h bar, on its close, and one slot after another.
        for (const hours of [5, 8, 17.5, 18, 48, 61, 96]) {
          yield* Effect.provide(
            replay([withLower, plain], { from, to: from + hours * hour }, options),
            engineLayer(simConfig, "/")
          )
        }
        expect(yield* stored).toEqual(whole)
        expect(whole.signals.length).toBeGreaterThan(10)
      }),
    120_000
  )

  it.live("is the same whatever was stored for later slots before", () =>
    Effect.gen(function*() {
      const two = { from, to: from + 48 * hour }
      const alone = yield* Effect.provide(Effect.andThen(replay([plain], two, options), stored), worldLayer(simConfig))
      yield* replay([plain], { from: two.to, to: two.to + 24 * hour }, options)
      yield* replay([plain], { from, to: from + 13.5 * hour }, options)
      yield* Effect.provide(replay([plain], two, options), engineLayer(simConfig, "/"))
      const all = yield* stored
      expect(all.signals.filter((signal) => signal.signalTimestamp <= two.to)).toEqual([...alone.signals])
      expect(alone.signals.length).toBeGreaterThan(5)
    }), 60_000)

  it.live(
    "by two workers at once is the same as by one, and waits for a slot that a killed one held",
    () =>
      Effect.gen(function*() {
        const alone = yield* Effect.provide(
          Effect.andThen(replay([plain], day, options), stored),
          worldLayer(simConfig)
        )
        const slots = yield* SlotStore
        yield* slots.claim({ schedule: "plain", slotAt: from + hour, origin: "REPLAY" }, "killed", 1500)
        const worker = (owner: string) =>
          Effect.provide(replay([plain], day, { ...options, owner }), engineLayer(simConfig, "/"))
        const both = yield* Effect.all([worker("a"), worker("b")], { concurrency: 2 })
        expect(both[0].runs.SUCCESS + both[1].runs.SUCCESS).toBe(48)
        expect(yield* stored).toEqual(alone)
      }),
    60_000
  )

  it.live("stores the bars that it read and those that it built, on their grids", () =>
    Effect.gen(function*() {
      yield* replay([withLower], { ...day, to: from + 8 * hour }, options)
      const [found] = yield* (yield* InstrumentStore).find("SIM-A")
      const bars = yield* BarStore
      const asOf = from + 8 * hour
      const latest = yield* Effect.forEach(
        ["5m", "30m", "4h"] as const,
        (timeframe) => bars.latest(found!.id, timeframe, 3, asOf)
      )
      expect(latest.map((some) => some.length)).toEqual([3, 3, 3])
      for (const some of latest) expect(some.at(-1)!.closeTime).toBe(asOf)
      const [, half, four] = latest
      const parts = yield* bars.range(found!.id, "30m", four!.at(-1)!.openTime, asOf)
      expect(four!.at(-1)!.high).toBe(Math.max(...parts.map((bar) => bar.high)))
      expect(four!.at(-1)!.close).toBe(half!.at(-1)!.close)
    }))
})

import { SlotStore } from "@dgas/db/SlotStore"
import { watchOf } from "@dgas/engine/Watch"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { owed } from "../src/Owed.ts"
import { configOf, worldLayer } from "./world.ts"

const config = configOf({
  sources: { binance: { kind: "binance", settleMs: 3000 } },
  universes: { pairs: { source: "binance", calendar: "24/7", instruments: [{ symbol: "BTCUSDT" }] } },
  schedules: [{ name: "pairs", universe: "pairs", trading: "30m", higher: "4h" }]
})
const watch = watchOf(config, config.schedules[0])
const it = effectTest(worldLayer(config))
const step = 1_800_000
const noon = Date.UTC(2026, 0, 5, 12)

const fail = (slotAt: number, origin: "LIVE" | "REPLAY" = "LIVE") =>
  Effect.gen(function*() {
    const slots = yield* SlotStore
    const claim = yield* slots.claim({ schedule: "pairs", slotAt, origin }, "test", 10_000)
    yield* slots.fail(claim!, "error")
  })

describe("what a worker owes", () => {
  it.live("at its first start is the latest slot, once its source has had time to settle", () =>
    Effect.gen(function*() {
      expect(yield* owed(watch, noon + 3000)).toEqual([noon])
      expect(yield* owed(watch, noon + 2999)).toEqual([noon - step])
    }))

  it.live("later is every slot without a final state since the first it had, oldest first", () =>
    Effect.gen(function*() {
      for (const index of [0, 1, 4]) yield* fail(noon + index * step)
      yield* fail(noon + 2 * step, "REPLAY")
      expect(yield* owed(watch, noon + 6 * step + 5000)).toEqual([2, 3, 5, 6].map((index) => noon + index * step))
    }))

  it.live("does not reach back more than three days", () =>
    Effect.gen(function*() {
      yield* fail(noon)
      yield* fail(noon + step)
      const after = noon + 3 * 86_400_000 + step / 2
      const slots = yield* owed(watch, after)
      expect(slots[0]).toBe(noon + 2 * step)
      expect(slots).toHaveLength(143)
    }))

  it.live("after more than three days away is those of the last three, and what is older is kept as missed", () =>
    Effect.gen(function*() {
      yield* fail(noon)
      const after = noon + 4 * 86_400_000 + 5000
      const slots = yield* owed(watch, after)
      expect(slots).toHaveLength(144)
      expect(slots.at(-1)).toBe(noon + 4 * 86_400_000)
      expect(yield* (yield* SlotStore).counts).toMatchObject([
        { state: "missed", reason: "too_old", count: 48 },
        { state: "failed", count: 1 }
      ])
    }))

  it.live("holds a slot that a first start was killed in", () =>
    Effect.gen(function*() {
      yield* (yield* SlotStore).claim({ schedule: "pairs", slotAt: noon, origin: "LIVE" }, "killed", 0)
      expect(yield* owed(watch, noon + step + 5000)).toEqual([noon, noon + step])
    }))

  it.live("holds what was due before a single cycle that somebody ran after days away", () =>
    Effect.gen(function*() {
      yield* fail(noon)
      // Four days later, as --once does: the latest slot alone.
      const latest = noon + 4 * 86_400_000
      yield* fail(latest)
      expect(yield* owed(watch, latest + 5000)).toHaveLength(143)
      expect(yield* (yield* SlotStore).counts).toMatchObject([
        { state: "missed", reason: "too_old", count: 48 },
        { state: "failed", count: 2 }
      ])
    }))

  it.live("ends a slot that a worker died in more than three days ago", () =>
    Effect.gen(function*() {
      const slots = yield* SlotStore
      yield* slots.claim({ schedule: "pairs", slotAt: noon, origin: "LIVE" }, "killed", 0)
      expect(yield* owed(watch, noon + 4 * 86_400_000 + 5000)).toHaveLength(144)
      expect(yield* slots.counts).toMatchObject([{ state: "missed", reason: "too_old", count: 49 }])
    }))
})

/** Level events from a schedule's alerts: through cycle, store, outbox and console. */
import { DbClock } from "@dgas/db/DbClock"
import { LevelEventStore } from "@dgas/db/LevelEventStore"
import { OutboxStore } from "@dgas/db/OutboxStore"
import { RunStore } from "@dgas/db/RunStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { recompute } from "@dgas/engine/Recompute"
import { watchOf } from "@dgas/engine/Watch"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as TestConsole from "effect/testing/TestConsole"
import { deliverConsole } from "../src/Deliver.ts"
import { configOf, engineLayer } from "./world.ts"

const config = configOf({
  sources: { sim: { kind: "sim", seed: 3 } },
  universes: {
    sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A", tick: 0.01 }, { symbol: "SIM-B" }] }
  },
  schedules: [{
    name: "watched",
    universe: "sim",
    trading: "30m",
    higher: "4h",
    lower: "5m",
    alerts: [
      { level: "envelopeTop", timeframe: "4h", on: "touch" },
      { level: "projectedDot", timeframe: "30m", on: "exceed", symbols: ["SIM-A"] },
      { level: "envelope", timeframe: "5m", on: "exit" },
      { level: "zone", timeframe: "30m", on: "touch" }
    ]
  }],
  channels: { console: { baseRates: true } }
})
const watch = watchOf(config, config.schedules[0])
const first = Date.UTC(2026, 0, 5, 12)
const slots = 24

const played = (origin: "LIVE" | "REPLAY") =>
  Effect.gen(function*() {
    const engine = yield* PredictionEngine
    for (let index = 0; index < slots; index++) {
      const slotAt = first + index * 1_800_000
      yield* TestClock.setTime(slotAt)
      yield* engine.cycle(watch, { slotAt, origin, readUntil: slotAt, since: null, onOutage: "store" }, "worker")
    }
  })

const it = effectTest(
  engineLayer(config, "/").pipe(Layer.provideMerge(Layer.fresh(TestDatabase.layerBy(DbClock.layerVirtual))))
)

describe("alerts of a schedule", () => {
  it.effect("become stored events and a message of their own, which the console prints with base rates", () =>
    Effect.gen(function*() {
      yield* played("LIVE")
      const events = yield* (yield* LevelEventStore).recent({ limit: 1000 })
      expect(new Set(events.map(({ level, timeframe }) => `${level} ${timeframe}`))).toEqual(
        new Set(["envelopeTop 4h", "projectedDot 30m", "envelope 5m", "zone 30m"])
      )
      for (const { eventTimestamp, level, symbol, timeframe } of events) {
        if (level === "projectedDot") expect(symbol).toBe("SIM-A")
        if (timeframe !== "5m") expect((eventTimestamp - first) % 1_800_000).toBe(0)
      }
      expect(events.some(({ eventTimestamp }) => (eventTimestamp - first) % 1_800_000 !== 0)).toBe(true)
      const messages = (yield* (yield* OutboxStore).pending("console", 1000)).filter(({ kind }) => kind === "levels")
      expect(messages.length).toBeGreaterThan(5)
      yield* deliverConsole()
      const printed = (yield* TestConsole.logLines).join("\n")
      expect(printed).toContain("watched: ")
      expect(printed).toMatch(/4h +envelopeTop +[\d.]+ +touch +below +[\d.]+ +reached \d+ % \[\d+, \d+\]/)
      expect(yield* (yield* OutboxStore).pending("console", 1000)).toEqual([])
    }))

  it.effect("are stored of a replay, and tell nobody", () =>
    Effect.gen(function*() {
      yield* played("REPLAY")
      const store = yield* LevelEventStore
      expect(yield* store.recent({ limit: 1 })).toEqual([])
      expect((yield* store.recent({ limit: 1000, origin: "REPLAY" })).length).toBeGreaterThan(20)
      expect(yield* (yield* OutboxStore).pending("console", 10)).toEqual([])
      const [run] = yield* (yield* RunStore).recent({ limit: 1, origin: "REPLAY" })
      expect((yield* recompute(run!)).differences).toEqual([])
    }))
})

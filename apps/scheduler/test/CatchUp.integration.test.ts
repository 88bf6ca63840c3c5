/** A worker that was away: every slot gets its final state, and one digest tells of what was found too late. */
import { DbClock } from "@dgas/db/DbClock"
import { OutboxStore } from "@dgas/db/OutboxStore"
import { RunStore } from "@dgas/db/RunStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { SlotStore } from "@dgas/db/SlotStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import type { ScheduleConfig } from "@dgas/domain/Config"
import { watchOf } from "@dgas/engine/Watch"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as TestConsole from "effect/testing/TestConsole"
import { pass } from "../src/Live.ts"
import { configOf, engineLayer } from "./world.ts"

const configFor = (catchUp: ScheduleConfig["catchUp"]) =>
  configOf({
    sources: { sim: { kind: "sim", seed: 3 } },
    universes: {
      sim: {
        source: "sim",
        calendar: "24/7",
        instruments: [{ symbol: "SIM-A" }, { symbol: "SIM-B" }, { symbol: "SIM-C" }]
      }
    },
    schedules: [{ name: "sim", universe: "sim", trading: "5m", higher: "1h", catchUp }]
  })

const noon = Date.UTC(2026, 0, 5, 12)
const step = 300_000
const away = 144

/** One pass at noon, and one twelve hours later. */
const awayFor12Hours = (catchUp: ScheduleConfig["catchUp"]) =>
  Effect.gen(function*() {
    const config = configFor(catchUp)
    const watch = watchOf(config, config.schedules[0])
    const passAt = (at: number) => Effect.andThen(TestClock.setTime(at), pass([watch], "worker", "UTC"))
    yield* Effect.provide(
      Effect.andThen(passAt(noon + 1000), passAt(noon + away * step + 1000)),
      engineLayer(config, "/")
    )
    const signals = yield* (yield* SignalStore).recent({ limit: 1000 })
    const last = noon + away * step
    return { signals, late: signals.filter(({ signalTimestamp }) => signalTimestamp > noon && signalTimestamp < last) }
  })

const it = effectTest(Layer.fresh(TestDatabase.layerBy(DbClock.layerVirtual)))

describe("a worker that was away for 144 bars", () => {
  it.effect("runs every slot, marks all but the last as late, and tells of the late signals in one digest", () =>
    Effect.gen(function*() {
      const { late } = yield* awayFor12Hours("all")
      expect(yield* (yield* SlotStore).counts).toMatchObject([
        { state: "done", count: 2 },
        { state: "late", count: away - 1 }
      ])
      const runs = yield* (yield* RunStore).recent({ limit: 1000 })
      expect(runs.filter(({ lateMs }) => lateMs !== null)).toHaveLength(away - 1)
      expect(runs.find(({ slotAt }) => slotAt === noon + step)?.lateMs).toBe((away - 1) * step + 1000)
      expect(late.length).toBeGreaterThan(5)
      expect(late.every(({ notificationSent }) => notificationSent)).toBe(true)
      const printed = (yield* TestConsole.logLines).join("\n")
      expect(printed.match(/digest of/g)).toHaveLength(1)
      expect(printed).toContain(`sim: digest of ${late.length} LATE signals`)
      expect(printed).not.toContain("signals at the 5m close of 2026-01-05 18")
      expect(yield* (yield* OutboxStore).pending("console", 10)).toEqual([])
      expect(yield* (yield* SignalStore).untold("sim", { since: 0, before: noon * 2 })).toEqual([])
    }))

  it.effect("stores late signals and tells nobody of them when its schedule says so", () =>
    Effect.gen(function*() {
      for (const catchUp of ["skip"] as const) {
        const { late } = yield* awayFor12Hours(catchUp)
        expect(late.length).toBeGreaterThan(5)
        expect(late.filter(({ notificationSent }) => notificationSent)).toEqual([])
        expect((yield* TestConsole.logLines).join("\n")).not.toContain("digest")
      }
    }))
})

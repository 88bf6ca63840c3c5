import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { BarStore } from "../src/BarStore.ts"
import { HealthStore } from "../src/HealthStore.ts"
import { InstrumentStore } from "../src/InstrumentStore.ts"
import { releaseMessages } from "../src/OutboxRelease.ts"
import { OutboxStore } from "../src/OutboxStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aBar, aMessage, anInstrument } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

const it = effectTest(TestDatabase.layer)

describe("HealthStore", () => {
  it.live("tells the oldest message that waits, and how many do", () =>
    Effect.gen(function*() {
      const health = yield* HealthStore
      expect(yield* health.waiting).toEqual({ count: 0, dueSince: null })
      yield* storeRun({ outbox: [aMessage({ id: "one", signalIds: [] }), aMessage({ id: "two", signalIds: [] })] })
      const waiting = yield* health.waiting
      expect(waiting.count).toBe(2)
      expect(waiting.dueSince).toBeGreaterThan(0)
      const { run } = yield* Sql
      yield* run("restore", (sql) => sql`update outbox set state = 'held', restored_at = now() where id = 'two'`)
      expect((yield* health.waiting).count).toBe(1)
      yield* releaseMessages
      expect((yield* health.waiting).count).toBe(2)
      yield* (yield* OutboxStore).markDone(["one", "two"])
      expect(yield* health.waiting).toEqual({ count: 0, dueSince: null })
    }))

  it.live("tells the newest bar of each symbol of a source and timeframe", () =>
    Effect.gen(function*() {
      const ids = yield* (yield* InstrumentStore).ensure("binance", [
        anInstrument({ symbol: "A" }),
        anInstrument({ symbol: "B" })
      ])
      yield* (yield* BarStore).upsert([
        { instrumentId: ids.get("A")!, timeframe: "30m", bars: [aBar(0), aBar(1)] },
        { instrumentId: ids.get("B")!, timeframe: "4h", bars: [aBar(5)] }
      ])
      const health = yield* HealthStore
      const found = yield* health.lastBars("binance", ["A", "B", "C"], "30m")
      expect(found.toSorted((a, b) => a.symbol.localeCompare(b.symbol))).toEqual([
        { symbol: "A", closeTime: aBar(1).closeTime },
        { symbol: "B", closeTime: null },
        { symbol: "C", closeTime: null }
      ])
      expect(yield* health.lastBars("other", ["A"], "30m")).toEqual([{ symbol: "A", closeTime: null }])
    }))
})

/** The cycle against a real database, with the far side of the network in the test's hands. */
import { RunStore } from "@dgas/db/RunStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { SlotStore } from "@dgas/db/SlotStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { Announce, AnnounceUnavailable } from "@dgas/domain/Announce"
import type { RawBar } from "@dgas/domain/Bar"
import { decodeConfig } from "@dgas/domain/Config"
import { type BarAnswer, type BarRequest, type BarSource, SourceUnavailable } from "@dgas/market/BarSource"
import { BarSources } from "@dgas/market/BarSources"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { type CycleSlot, PredictionEngine } from "../src/PredictionEngine.ts"
import { watchOf } from "../src/Watch.ts"

const step = 1_800_000
const slotAt = Date.UTC(2026, 0, 5, 12)
const config = Effect.runSync(decodeConfig("test", {
  sources: { s: { kind: "csv", folder: "none" } },
  universes: {
    u: { source: "s", calendar: "24/7", instruments: [{ symbol: "A" }, { symbol: "B" }, { symbol: "C" }] }
  },
  schedules: [{ name: "test", universe: "u", trading: "30m", higher: "4h" }]
}))
const watch = watchOf(config, config.schedules[0])

const barsBetween = ({ from, to }: BarRequest): BarAnswer => {
  const rows: Array<RawBar> = []
  for (let openTime = Math.ceil(from / step) * step; openTime < to; openTime += step) {
    const middle = 100 + 10 * Math.sin(openTime / step / 7)
    rows.push({ openTime, open: middle, high: middle + 1, low: middle - 1, close: middle + 0.5, volume: 1 })
  }
  return { source: "s", rows }
}

type Fetch = BarSource["fetch"]

/** The engine over a source that answers as `fetch` does, and the slot that it is asked to run. */
const engineOver = (fetch: Fetch, messages: Announce["Service"]["messages"] = () => Effect.succeed([])) =>
  PredictionEngine.layer.pipe(
    Layer.provide(Layer.mergeAll(
      Layer.succeed(BarSources, BarSources.of({ get: () => ({ name: "s", fetch }) })),
      Layer.succeed(Announce, Announce.of({ messages }))
    ))
  )

const slot = (change: Partial<CycleSlot> = {}): CycleSlot => ({
  slotAt,
  origin: "LIVE",
  readUntil: slotAt + 4000,
  since: null,
  onOutage: "store",
  ...change
})

const cycle = (change: Partial<CycleSlot> = {}) =>
  Effect.flatMap(PredictionEngine, (engine) => engine.cycle(watch, slot(change), "worker"))

const it = effectTest(TestDatabase.layer)

/** As another worker would, had the lease run out. */
const takeOver = ({ run }: Sql["Service"]) =>
  Effect.orDie(run("take over", (sql) => sql`update slots set owner = 'other', fence = fence + 1 returning fence`))

const nothingStored = Effect.gen(function*() {
  expect(yield* (yield* RunStore).recent({ origin: "ALL", limit: 1 })).toEqual([])
  expect(yield* (yield* SignalStore).recent({ origin: "ALL", limit: 1 })).toEqual([])
})

describe("a cycle", () => {
  it.live("that was taken over writes nothing, and leaves the slot to the other worker", () =>
    Effect.gen(function*() {
      const sql = yield* Sql
      const late: Fetch = (request) => Effect.as(takeOver(sql), barsBetween(request))
      const error = yield* Effect.flip(Effect.provide(cycle(), engineOver(late)))
      expect(error._tag).toBe("LeaseLost")
      yield* nothingStored
      expect(yield* (yield* SlotStore).counts).toMatchObject([{ state: "running", count: 1 }])
    }))

  it.effect("stops by itself when its lease is gone, while the source still keeps it waiting", () =>
    Effect.gen(function*() {
      const asked = yield* Deferred.make<void>()
      const silent: Fetch = () => Effect.andThen(Deferred.succeed(asked, undefined), Effect.never)
      const fiber = yield* Effect.forkChild(Effect.provide(cycle(), engineOver(silent)))
      yield* Deferred.await(asked)
      yield* takeOver(yield* Sql)
      yield* TestClock.adjust("3 seconds")
      const error = yield* Effect.flip(Fiber.join(fiber))
      expect(error._tag).toBe("LeaseLost")
      yield* nothingStored
    }))

  it.live("asks no other symbol when the source is away, says it once, and is failed for lack of data", () =>
    Effect.gen(function*() {
      const asked: Array<string> = []
      const away: Fetch = ({ symbol }) => {
        asked.push(symbol)
        return Effect.fail(new SourceUnavailable({ source: "s", detail: "no route" }))
      }
      const result = yield* Effect.provide(cycle(), engineOver(away))
      expect(asked).toEqual(["A"])
      expect(result?.run).toMatchObject({
        status: "FAILED",
        symbolsProcessed: 0,
        errors: ["source s is not available: no route (3 symbols)"]
      })
      expect(result?.run.gates.map(({ gate }) => gate)).toEqual(["NO_DATA", "NO_DATA", "NO_DATA"])
      expect(yield* (yield* SlotStore).counts).toMatchObject([{ state: "failed", reason: "no_data" }])
      expect(yield* Effect.provide(cycle(), engineOver(away))).toBeNull()
    }))

  it.live("gives a slot back at an outage when it is told to, and runs it when the source is there again", () =>
    Effect.gen(function*() {
      const away: Fetch = () => Effect.fail(new SourceUnavailable({ source: "s", detail: "no route" }))
      const error = yield* Effect.flip(Effect.provide(cycle({ onOutage: "fail" }), engineOver(away)))
      expect(error._tag).toBe("SourceUnavailable")
      yield* nothingStored
      const result = yield* Effect.provide(cycle(), engineOver((request) => Effect.succeed(barsBetween(request))))
      expect(result?.run.status).toBe("SUCCESS")
    }))

  it.live("that cannot learn who is to be told writes nothing, and is run when it can", () =>
    Effect.gen(function*() {
      const there: Fetch = (request) => Effect.succeed(barsBetween(request))
      const away = () => new AnnounceUnavailable({ detail: "the database is away" })
      const error = yield* Effect.flip(Effect.provide(cycle(), engineOver(there, away)))
      expect(error.message).toBe("who is to be told could not be decided: the database is away")
      yield* nothingStored
      expect(yield* (yield* SlotStore).counts).toMatchObject([{ state: "running", count: 1 }])
      yield* (yield* SlotStore).release("worker")
      const result = yield* Effect.provide(cycle(), engineOver(there))
      expect(result?.run.status).toBe("SUCCESS")
    }))

  it.live("runs on without a symbol whose bar is late, and shows it that bar at the next slot", () =>
    Effect.gen(function*() {
      const late: Fetch = (request) =>
        Effect.succeed({
          source: "s",
          rows: barsBetween(request).rows.filter(({ openTime }) =>
            request.symbol !== "B" || request.asOf > slotAt + step || openTime < slotAt - step
          )
        })
      const [first, second] = yield* Effect.provide(
        Effect.all([cycle(), cycle({ slotAt: slotAt + step, readUntil: slotAt + step + 4000 })]),
        engineOver(late)
      )
      expect(first?.run).toMatchObject({ status: "PARTIAL", symbolsProcessed: 2, errors: [] })
      expect(first?.run.gates.find(({ symbol }) => symbol === "B")).toMatchObject({ gate: "NO_DATA" })
      expect(second?.run).toMatchObject({ status: "SUCCESS", symbolsProcessed: 3 })
      // A and B are the same walk, so from here on they stand the same.
      const about = (symbol: string) => {
        const gate = second?.run.gates.find((one) => one.symbol === symbol)
        const signal = second?.signals.find((one) => one.symbol === symbol)
        return gate === undefined ? signal?.entryPrice : { gate: gate.gate, detail: gate.detail }
      }
      expect(about("B")).toEqual(about("A"))
    }))

  it.live("asks for the last three bars that it has and what comes after them, and never beyond its own instant", () =>
    Effect.gen(function*() {
      const asked: Array<BarRequest> = []
      const fetch: Fetch = (request) => {
        asked.push(request)
        return Effect.succeed(barsBetween(request))
      }
      yield* Effect.provide(
        Effect.all([cycle(), cycle({ slotAt: slotAt + step, readUntil: slotAt + step + 4000 })]),
        engineOver(fetch)
      )
      const [cold, , , next] = asked
      expect(asked).toHaveLength(6)
      expect(cold!.to).toBe(slotAt + 4000)
      expect(next!.from).toBe(slotAt - 3 * step)
      // Another process finds in the store what this one read.
      yield* Effect.provide(cycle({ slotAt: slotAt + 2 * step, readUntil: slotAt + 2 * step }), engineOver(fetch))
      expect(asked[6]!.from).toBe(slotAt - 2 * step)
    }))
})

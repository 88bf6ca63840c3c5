/** Stored runs computed again: over the same bars, over revised and added ones, and after a change of logic. */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { RunStore } from "@dgas/db/RunStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { Announce } from "@dgas/domain/Announce"
import type { RawBar } from "@dgas/domain/Bar"
import { decodeConfig } from "@dgas/domain/Config"
import { defaultRules } from "@dgas/domain/Rules"
import type { BarRequest } from "@dgas/market/BarSource"
import { BarSources } from "@dgas/market/BarSources"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { firstDifference } from "../src/Difference.ts"
import { PredictionEngine } from "../src/PredictionEngine.ts"
import { recompute, storedRun } from "../src/Recompute.ts"
import { watchOf } from "../src/Watch.ts"
import { seededBars } from "./bars.ts"

const step = 1_800_000
const first = Date.UTC(2026, 0, 5, 12)
const config = Effect.runSync(decodeConfig("test", {
  sources: { s: { kind: "csv", folder: "none" } },
  universes: {
    u: { source: "s", calendar: "24/7", instruments: [{ symbol: "A" }, { symbol: "B" }, { symbol: "C" }] }
  },
  schedules: [{
    name: "test",
    universe: "u",
    trading: "30m",
    higher: "4h",
    filters: { maxSignals: 1 },
    alerts: [{ level: "envelope", timeframe: "30m", on: "exit" }]
  }],
  // Rules under which a walk makes many signals.
  rules: { entryStrength: 0.3, zoneWeight: 1.5, entryAlignment: 0.6, fillBars: 3, holdBars: 12 }
}))
const watch = watchOf(config, config.schedules[0])
const walks = new Map(["A", "B", "C"].map((symbol, seed) => [symbol, seededBars(seed + 1, 2000)]))
const walkFrom = first - 1500 * step

const barsBetween = ({ from, symbol, to }: BarRequest): Array<RawBar> =>
  walks.get(symbol)!.map((bar, index) => ({ ...bar, openTime: walkFrom + index * step })).filter(
    ({ openTime }) => openTime >= from && openTime < to
  )

const engine = PredictionEngine.layer.pipe(
  Layer.provide(Layer.mergeAll(
    Layer.succeed(
      BarSources,
      BarSources.of({
        get: () => ({ name: "s", fetch: (request) => Effect.succeed({ source: "s", rows: barsBetween(request) }) })
      })
    ),
    Layer.succeed(Announce, Announce.of({ messages: () => Effect.succeed([]) }))
  ))
)
const it = effectTest(engine.pipe(Layer.provideMerge(TestDatabase.layer)))
const slots = 60

/** Runs the slots one after the other, as a worker does, and gives the stored runs. */
const played = Effect.gen(function*() {
  const engine = yield* PredictionEngine
  for (let index = 0; index < slots; index++) {
    const slotAt = first + index * step
    yield* engine.cycle(
      watch,
      { slotAt, origin: "LIVE", readUntil: slotAt + 4000, since: null, onOutage: "store" },
      "worker"
    )
  }
  return yield* (yield* RunStore).recent({ limit: slots })
})

const lastBars = (symbol: string, limit: number, asOf: number) =>
  Effect.gen(function*() {
    const ids = yield* (yield* InstrumentStore).ensure("s", watch.instruments)
    return { id: ids.get(symbol)!, bars: yield* (yield* BarStore).latest(ids.get(symbol)!, "30m", limit, asOf) }
  })

describe("a run computed again", () => {
  it.live("is identical, signals, exits, filtered and live ones included, whether the state was carried or built", () =>
    Effect.gen(function*() {
      const runs = yield* played
      const signals = yield* (yield* SignalStore).recent({ limit: 1000 })
      expect(new Set(signals.map(({ type }) => type)).size).toBeGreaterThan(1)
      expect(new Set(runs.flatMap(({ gates }) => gates.map(({ gate }) => gate)))).toContain("LIVE_SIGNAL")
      for (const run of runs) {
        const found = yield* recompute(yield* storedRun(run.id))
        expect(found).toMatchObject({ differences: [], changes: [], sameBars: true, symbols: 3, logic: null })
        expect(found.bars).toBe(run.inputs!.bars)
      }
    }))

  it.live("names the bar that was revised since, and is identical with the bars as they were", () =>
    Effect.gen(function*() {
      yield* played
      const signals = yield* (yield* SignalStore).recent({ limit: 100 })
      const { runId, symbol, type } = signals.find((signal) => signal.type === "LONG" || signal.type === "SHORT")!
      const run = yield* storedRun(runId)
      const { bars, id } = yield* lastBars(symbol, 1, run.slotAt)
      const bar = bars[0]!
      const revised = { ...bar, high: bar.high * 1.5, close: bar.close * 1.4 }
      yield* (yield* BarStore).upsert([{ instrumentId: id, timeframe: "30m", bars: [revised] }])
      const found = yield* recompute(run)
      expect(found.sameBars).toBe(false)
      expect(found.differences[0]).toMatchObject({ symbol })
      expect(found.differences[0]!.stored).toContain(type)
      expect(found.changes).toMatchObject([{ symbol, kind: "revised", before: bar, after: revised }])
      expect(found.logic).toEqual([])
      // An older run has not seen that bar.
      const older = (yield* (yield* RunStore).recent({ limit: slots })).find(({ slotAt }) => slotAt < run.slotAt)!
      expect(yield* recompute(older)).toMatchObject({ sameBars: true, differences: [], changes: [] })
    }))

  it.live("names the bar that came after it", () =>
    Effect.gen(function*() {
      const [run] = yield* played
      const { bars, id } = yield* lastBars("C", 2, run!.slotAt)
      const { run: sql } = yield* Sql
      yield* sql("forget", (client) =>
        client`delete from bars where instrument_id = ${id} and open_time = ${bars[0]!.openTime}::timestamptz`)
      const gone = yield* recompute(run!)
      expect(gone).toMatchObject({ sameBars: false, changes: [] })
      yield* (yield* BarStore).upsert([{ instrumentId: id, timeframe: "30m", bars: [bars[0]!] }])
      // It is back with the same values, so the run comes out as it did.
      expect(yield* recompute(run!)).toMatchObject({ sameBars: true, differences: [] })
      const other = { ...bars[0]!, close: bars[0]!.low }
      yield* sql("forget", (client) =>
        client`delete from bars where instrument_id = ${id} and open_time = ${other.openTime}::timestamptz`)
      yield* (yield* BarStore).upsert([{ instrumentId: id, timeframe: "30m", bars: [other] }])
      expect((yield* recompute(run!)).changes).toMatchObject([{
        symbol: "C",
        kind: "added",
        before: null,
        after: other
      }])
    }))

  it.live("names a bar that was revised before the run, but after its states had read it", () =>
    Effect.gen(function*() {
      const engine = yield* PredictionEngine
      const play = (from: number, to: number) =>
        Effect.forEach(
          Array.from({ length: to - from }, (_, index) => first + (from + index) * step),
          (slotAt) =>
            engine.cycle(
              watch,
              { slotAt, origin: "LIVE", readUntil: slotAt + 4000, since: null, onOutage: "store" },
              "worker"
            )
        )
      yield* play(0, 20)
      const { bars, id } = yield* lastBars("A", 1, first + 18 * step)
      const bar = bars[0]!
      const revised = { ...bar, high: bar.high * 1.5, close: bar.close * 1.4 }
      yield* (yield* BarStore).upsert([{ instrumentId: id, timeframe: "30m", bars: [revised] }])
      yield* play(20, 30)
      for (const run of yield* (yield* RunStore).recent({ limit: 10 })) {
        const found = yield* recompute(run)
        expect(found.changes).toMatchObject([{ symbol: "A", kind: "revised", before: bar, after: revised }])
        expect(found).toMatchObject({ sameBars: false, known: true })
        expect(found.logic ?? []).toEqual([])
      }
    }))

  it.live("does not blame the logic when not all former values are known", () =>
    Effect.gen(function*() {
      yield* played
      const signals = yield* (yield* SignalStore).recent({ limit: 100 })
      const { runId, symbol } = signals.find((signal) => signal.type === "LONG" || signal.type === "SHORT")!
      const run = yield* storedRun(runId)
      const { bars, id } = yield* lastBars(symbol, 2, run.slotAt)
      const { run: sql } = yield* Sql
      yield* sql("tamper", (client) =>
        client`
          update bars set high = high * 1.5, close = close * 1.4
          where instrument_id = ${id} and open_time = ${bars[1]!.openTime}::timestamptz`)
      yield* (yield* BarStore).upsert([{ instrumentId: id, timeframe: "30m", bars: [{ ...bars[0]!, volume: 7 }] }])
      const found = yield* recompute(run)
      expect(found.differences.map((one) => one.symbol)).toContain(symbol)
      expect(found).toMatchObject({ sameBars: false, known: false, logic: null })
    }))

  it.live("leaves what is watched now as it is", () =>
    Effect.gen(function*() {
      const [run] = yield* played
      const instruments = yield* InstrumentStore
      yield* instruments.ensure("s", [{ ...watch.instruments[0]!, tick: 0.05, basis: "split" }])
      const before = yield* instruments.find("A")
      yield* recompute(run!)
      expect(yield* instruments.find("A")).toEqual(before)
    }))

  it.live("says by which number a stored signal differs when the bars are the same", () =>
    Effect.gen(function*() {
      yield* played
      const [signal] = yield* (yield* SignalStore).recent({ limit: 1 })
      const { run: sql } = yield* Sql
      yield* sql("tamper", (client) =>
        client`
          update generated_signals set pattern_context = jsonb_set(pattern_context, '{higherStrength}', '0.125')
          where id = ${signal!.id}`)
      const found = yield* recompute(yield* storedRun(signal!.runId))
      expect(found.sameBars).toBe(true)
      expect(found.differences).toEqual([{
        symbol: signal!.symbol,
        what: `${signal!.type}.patternContext.higherStrength`,
        stored: "0.125",
        now: JSON.stringify(signal!.patternContext["higherStrength"])
      }])
    }))

  it.live("is computed with the rules of its time, and refused when its inputs were not kept", () =>
    Effect.gen(function*() {
      const [run] = yield* played
      expect(config.rules).not.toEqual(defaultRules)
      expect((yield* recompute(run!)).differences).toEqual([])
      const error = yield* Effect.flip(recompute({ ...run!, inputs: null }))
      expect(error.message).toContain("was stored without its inputs")
      expect((yield* Effect.flip(storedRun("nothing"))).message).toContain("no run nothing is stored")
    }))
})

describe("firstDifference", () => {
  const cases: ReadonlyArray<readonly [stored: unknown, now: unknown, what: string | null]> = [
    [{ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }, null],
    [{ a: 1 }, { a: 1, b: null }, "x.b"],
    [{ b: [1, { c: 2 }] }, { b: [1, { c: 3 }] }, "x.b[1].c"],
    [[1, 2], [1], "x[1]"],
    [0.1 + 0.2, 0.3, "x"],
    [{}, [], "x"]
  ]
  for (const [stored, now, what] of cases) {
    test(`of ${JSON.stringify(stored)} and ${JSON.stringify(now)} is ${what ?? "none"}`, () =>
      expect(firstDifference(stored, now, "x")?.what ?? null).toBe(what))
  }
})

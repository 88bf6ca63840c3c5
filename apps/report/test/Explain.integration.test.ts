/** `report why` and `report replay` as processes, over runs that the cycle itself stored. */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { RunStore } from "@dgas/db/RunStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { Announce } from "@dgas/domain/Announce"
import { decodeConfig } from "@dgas/domain/Config"
import { Gate } from "@dgas/domain/Gate"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { watchOf } from "@dgas/engine/Watch"
import { BarSources } from "@dgas/market/BarSources"
import * as Odds from "@dgas/monitor/Odds"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { json, report } from "./project.ts"

const step = 1_800_000
const first = Date.UTC(2026, 0, 5, 12)
const slots = 40
const config = Effect.runSync(decodeConfig("test", {
  sources: { sim: { kind: "sim", seed: 3 } },
  universes: {
    sim: {
      source: "sim",
      calendar: "24/7",
      instruments: [{ symbol: "SIM-A" }, { symbol: "SIM-B" }, { symbol: "SIM-C" }]
    }
  },
  schedules: [{ name: "sim", universe: "sim", trading: "30m", higher: "4h", filters: { maxSignals: 1 } }],
  rules: { entryStrength: 0.5 }
}))
const watch = watchOf(config, config.schedules[0])

const played = Effect.gen(function*() {
  const engine = yield* PredictionEngine
  for (let index = 0; index < slots; index++) {
    const slotAt = first + index * step
    yield* engine.cycle(watch, { slotAt, origin: "LIVE", readUntil: slotAt, since: null, onOutage: "store" }, "worker")
  }
  return yield* (yield* RunStore).recent({ limit: slots })
})

const it = effectTest(
  PredictionEngine.layer.pipe(
    Layer.provide(Layer.mergeAll(
      BarSources.layer(config.sources, { root: "/" }),
      Odds.layer,
      Layer.succeed(Announce, Announce.of({ messages: () => Effect.succeed([]) }))
    )),
    Layer.provideMerge(TestDatabase.layer)
  )
)

const isoText = (at: number) => new Date(at).toISOString()

/** The last bar of a symbol at a slot, made into another one. */
const revised = (symbol: string, slotAt: number) =>
  Effect.gen(function*() {
    const ids = yield* (yield* InstrumentStore).ensure("sim", watch.instruments)
    const instrumentId = ids.get(symbol)!
    const [bar] = yield* (yield* BarStore).latest(instrumentId, "30m", 1, slotAt)
    const bars = [{ ...bar!, high: bar!.high * 1.5, close: bar!.high * 1.4 }]
    yield* (yield* BarStore).upsert([{ instrumentId, timeframe: "30m", bars }])
    return isoText(bar!.openTime)
  })

describe("report why", () => {
  it.live("tells the whole path of a symbol without a signal, down to the gate that was stored", () =>
    Effect.gen(function*() {
      const runs = yield* played
      for (const run of runs.slice(0, 12)) {
        const stop = run.gates.find(({ gate }) => gate !== "FILTERED")!
        const [found] = [yield* json("why", "--symbol", stop.symbol, "--at", isoText(run.slotAt))].flat()
        expect(found).toMatchObject({ symbol: stop.symbol, run: run.id, same: true })
        const path = found!["path"] as ReadonlyArray<Record<string, unknown>>
        expect(path.at(-1)).toMatchObject({ gate: stop.gate, passed: false, detail: stop.detail })
        for (const check of path.slice(0, -1)) expect(check["passed"]).toBe(true)
      }
      const shown = yield* report("why", "--symbol", "SIM-A")
      expect(shown.code).toBe(0)
      expect(shown.out).toContain("SIM-A  sim: 30m with 4h, bar close 2026-01-06 02:30 America/New_York")
      expect(shown.out).toContain("Gates")
      expect(shown.out).not.toContain("today's bars say")
    }))

  it.live("tells every gate of a signal as passed, and of one that a filter dropped the filter", () =>
    Effect.gen(function*() {
      const runs = yield* played
      const signals = yield* (yield* SignalStore).recent({ limit: 100 })
      const entry = signals.find(({ type }) => type === "LONG" || type === "SHORT")!
      const [found] = [yield* json("why", "--symbol", entry.symbol, "--at", isoText(entry.signalTimestamp))].flat()
      expect(found).toMatchObject({ stored: expect.stringContaining(`${entry.type} entry `), same: true })
      const odds = "not calibrated: 0 of 200 outcomes known"
      expect(found).toMatchObject({ probability: null, calibration: null, odds })
      const shown = yield* report("why", "--symbol", entry.symbol, "--at", isoText(entry.signalTimestamp))
      expect(shown.out).toContain(`\nodds: ${odds}\n`)
      const path = found!["path"] as ReadonlyArray<Record<string, unknown>>
      expect(path.map(({ passed }) => passed)).toEqual(path.map(() => true))
      expect(path.map(({ gate }) => gate)).toEqual([...Gate.literals])
      expect(entry.patternContext["checks"]).toMatchObject(path.map(({ gate }) => ({ gate, passed: true })))
      const dropped = runs.flatMap((run) =>
        run.gates.filter(({ gate }) => gate === "FILTERED").map(({ symbol }) => ({ run, symbol }))
      )
      for (const { run, symbol } of dropped.slice(0, 2)) {
        const out = (yield* report("why", "--symbol", symbol, "--at", isoText(run.slotAt), "--format", "csv")).out
        expect(out.trim().split("\n").at(-1)).toMatch(/^FILTERED,false,\d,1,"rank \d of/)
      }
      expect(dropped.length).toBeGreaterThan(0)
    }))

  it.live("says when today's bars say something else, and which command tells more", () =>
    Effect.gen(function*() {
      yield* played
      const signals = yield* (yield* SignalStore).recent({ limit: 100 })
      const entry = signals.find(({ type }) => type === "LONG" || type === "SHORT")!
      yield* revised(entry.symbol, entry.signalTimestamp)
      const { code, out } = yield* report("why", "--symbol", entry.symbol, "--at", isoText(entry.signalTimestamp))
      expect(code).toBe(0)
      expect(out).toContain(`stored: ${entry.type} entry `)
      expect(out).toContain("today's bars say: ")
      expect(out).toContain(`bun run report replay --run ${entry.runId}`)
    }))

  it.live("ends with one line for a symbol that no run looked at, and for an instant before all runs", () =>
    Effect.gen(function*() {
      yield* played
      for (const args of [["--symbol", "NOPE"], ["--symbol", "SIM-A", "--at", "2020-01-01"]]) {
        const { code, err, out } = yield* report("why", ...args)
        expect({ code, out, lines: err.trim().split("\n").length }).toEqual({ code: 1, out: "", lines: 1 })
        expect(err).toContain("no live run up to")
      }
      expect((yield* report("why", "--symbol", "SIM-A", "--at", "noon")).code).toBe(2)
    }))
})

describe("report replay", () => {
  it.live("says identical, and after a revision names symbol, bar and first difference, and ends with 1", () =>
    Effect.gen(function*() {
      yield* played
      const signals = yield* (yield* SignalStore).recent({ limit: 100 })
      const { runId, signalTimestamp, symbol, type } = signals.find((one) =>
        one.type === "LONG" || one.type === "SHORT"
      )!
      const before = yield* report("replay", "--run", runId)
      expect(before).toMatchObject({ code: 0, err: "" })
      expect(before.out).toContain(`run ${runId}: 3 symbols from `)
      expect(before.out).toContain("Identical: every gate and signal comes out as it was stored.")
      expect(before.out).toContain("The stored bars are those that the run saw.")

      const openTime = yield* revised(symbol, signalTimestamp)
      const after = yield* report("replay", "--run", runId)
      expect(after.code).toBe(1)
      expect(after.err).toMatch(/^error: run .+ comes out differently for \d of 3 symbols\n$/)
      expect(after.out).toContain("1 bar was added or revised after the run")
      expect(after.out).toContain("the data changed, not the logic")
      const { code, out } = yield* report("replay", "--run", runId, "--format", "json")
      expect(code).toBe(1)
      const found = JSON.parse(out)
      expect(found).toMatchObject({
        run: runId,
        identical: false,
        sameBars: false,
        changes: [{ symbol, openTime, change: "revised" }],
        withBarsAsTheyWere: { identical: true, differences: [] }
      })
      expect(found.differences).toContainEqual(
        expect.objectContaining({ symbol, stored: expect.stringContaining(type) })
      )
      const rows = (yield* report("replay", "--run", runId, "--format", "csv")).out.trim().split("\n")
      expect(rows[0]).toBe("symbol,what,stored,now")
      expect(rows.length).toBe(1 + found.differences.length)
    }))

  it.live("ends with one line for a run that is not stored", () =>
    Effect.gen(function*() {
      const { code, err, out } = yield* report("replay", "--run", "nope")
      expect({ code, out }).toEqual({ code: 1, out: "" })
      expect(err).toBe("error: no run nope is stored, expected an id as report runs --format json shows it\n")
    }))
})

/** `report parity` as a process, over live runs that the cycle itself stored. */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { RunStore } from "@dgas/db/RunStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { Announce } from "@dgas/domain/Announce"
import { decodeConfig } from "@dgas/domain/Config"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { watchOf } from "@dgas/engine/Watch"
import { BarSources } from "@dgas/market/BarSources"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { json, report } from "./project.ts"

const step = 1_800_000
const first = Date.UTC(2026, 0, 5, 12)
const slots = 12
const config = Effect.runSync(decodeConfig("test", {
  sources: { sim: { kind: "sim", seed: 3 } },
  universes: {
    sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A" }, { symbol: "SIM-B" }] }
  },
  schedules: [{ name: "sim", universe: "sim", trading: "30m", higher: "4h" }],
  rules: { entryStrength: 0.5 }
}))
const watch = watchOf(config, config.schedules[0])

const it = effectTest(
  PredictionEngine.layer.pipe(
    Layer.provide(Layer.mergeAll(
      BarSources.layer(config.sources, { root: "/" }),
      Layer.succeed(Announce, Announce.of({ messages: () => Effect.succeed([]) }))
    )),
    Layer.provideMerge(TestDatabase.layer)
  )
)

const played = Effect.gen(function*() {
  const engine = yield* PredictionEngine
  for (let index = 0; index < slots; index++) {
    const slotAt = first + index * step
    yield* engine.cycle(watch, { slotAt, origin: "LIVE", readUntil: slotAt, since: null, onOutage: "store" }, "worker")
  }
  return (yield* (yield* RunStore).recent({ limit: slots })).toReversed()
})

/** The last bar of a symbol at a slot, made into another one. */
const revise = (symbol: string, slotAt: number) =>
  Effect.gen(function*() {
    const ids = yield* (yield* InstrumentStore).ensure("sim", watch.instruments)
    const bars = yield* BarStore
    const [bar] = yield* bars.latest(ids.get(symbol)!, "30m", 1, slotAt)
    yield* bars.upsert([{
      instrumentId: ids.get(symbol)!,
      timeframe: "30m",
      bars: [{ ...bar!, high: bar!.high * 1.5, close: bar!.high * 1.4 }]
    }])
  })

const since = ["--since", "2026-01-05"] as const

describe("report parity", () => {
  it.live(
    "tells differences of data and of logic apart, and ends with 1 for logic alone",
    () =>
      Effect.gen(function*() {
        const runs = yield* played
        const same = yield* json("parity", ...since)
        expect(same.map(({ barsChanged, different, parity, run }) => [run, parity, different, barsChanged])).toEqual(
          runs.map(({ id }) => [id, "same", 0, 0])
        )

        // Whoever saw the bar of the last signal would say something else today.
        const [signal] = yield* (yield* SignalStore).recent({ limit: 1 })
        const at = runs.findIndex(({ slotAt }) => slotAt === signal!.signalTimestamp)
        yield* revise(signal!.symbol, signal!.signalTimestamp)
        const data = yield* json("parity", ...since)
        expect(data.slice(0, at).every(({ barsChanged, parity }) => parity === "same" && barsChanged === 0)).toBe(true)
        expect(data[at]).toMatchObject({ parity: "data", barsChanged: 1, different: 1, symbol: signal!.symbol })
        expect(data.slice(at).every(({ barsChanged, parity }) => barsChanged === 1 && parity !== "logic")).toBe(true)

        // A stored gate that these rules do not give: as if it had been computed otherwise.
        const { run } = yield* Sql
        yield* run(
          "another logic",
          (sql) =>
            sql`update prediction_runs set gates = jsonb_set(gates, '{0,detail}', '"another"') where id = ${
              runs[3]!.id
            }`
        )
        const found = yield* report("parity", ...since)
        expect(found.code).toBe(1)
        expect(found.err).toContain("1 of 12 live runs come out differently over the bars that they saw")
        expect(found.out).toMatch(/logic +differ over the bars that they saw: the logic changed +1\n/)
        expect(found.out).toContain("First of logic: sim 2026-01-05 08:30 America/New_York")
        expect(found.out).toContain(`bun run report replay --run ${runs[3]!.id}`)
      }),
    60_000
  )
})

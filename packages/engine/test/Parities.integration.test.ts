/** Runs of a schedule compared one after the other: as each by itself, and without its history for each. */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { RunStore } from "@dgas/db/RunStore"
import { Sql } from "@dgas/db/Sql"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { Announce } from "@dgas/domain/Announce"
import { decodeConfig } from "@dgas/domain/Config"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import { BarSources } from "@dgas/market/BarSources"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { runParities, type RunParity } from "../src/Parity.ts"
import { PredictionEngine } from "../src/PredictionEngine.ts"
import { watchOf } from "../src/Watch.ts"

const step = 1_800_000
const first = Date.UTC(2026, 0, 5, 12)
const slots = 40
const config = Effect.runSync(decodeConfig("test", {
  sources: { sim: { kind: "sim", seed: 3 } },
  universes: {
    sim: { source: "sim", calendar: "24/7", instruments: [{ symbol: "SIM-A" }, { symbol: "SIM-B" }] }
  },
  schedules: [{ name: "sim", universe: "sim", trading: "30m", higher: "4h" }],
  rules: { entryStrength: 0.5 }
}))
const watch = watchOf(config, config.schedules[0])

const engine = PredictionEngine.layer.pipe(
  Layer.provide(Layer.mergeAll(
    BarSources.layer(config.sources, { root: "/" }),
    Layer.succeed(Announce, Announce.of({ messages: () => Effect.succeed([]) }))
  ))
)
const it = effectTest(TestDatabase.layer)

const play = (from: number, to: number) =>
  Effect.provide(
    Effect.gen(function*() {
      const { cycle } = yield* PredictionEngine
      for (let index = from; index < to; index++) {
        const slotAt = first + index * step
        yield* cycle(watch, { slotAt, origin: "LIVE", readUntil: slotAt, since: null, onOutage: "store" }, "worker")
      }
    }),
    Layer.fresh(engine)
  )

/** As two processes run them, one after the other; oldest first. */
const played = Effect.gen(function*() {
  yield* play(0, 15)
  yield* play(15, slots)
  return (yield* (yield* RunStore).recent({ limit: slots })).toReversed()
})

const eachByItself = (runs: ReadonlyArray<PredictionRun>) =>
  Effect.forEach(runs, (run) => Effect.map(runParities([run]), ([found]) => found!))

const found = (all: ReadonlyArray<RunParity>) => all.map(({ run, ...rest }) => ({ id: run.id, ...rest }))

/** The last bar of a symbol at a slot: its volume alone, or its prices too. */
const revise = (slotAt: number, prices: number) =>
  Effect.gen(function*() {
    const id = (yield* (yield* InstrumentStore).ensure("sim", watch.instruments)).get("SIM-A")!
    const store = yield* BarStore
    const [bar] = yield* store.latest(id, "30m", 1, slotAt)
    const { close, high } = bar!
    const other = { ...bar!, high: high * prices, close: close * prices, volume: bar!.volume + 1 }
    yield* store.upsert([{ instrumentId: id, timeframe: "30m", bars: [other] }])
  })

describe("runs compared one after the other", () => {
  it.live(
    "read the history of a symbol once for each process that ran them, and are all the same",
    () =>
      Effect.gen(function*() {
        const runs = yield* played
        const store = yield* BarStore
        const reads: Array<number> = []
        const counted = BarStore.of({
          ...store,
          rangeMany: (ids, timeframe, from, to) => {
            reads.push((to - from) / step)
            return store.rangeMany(ids, timeframe, from, to)
          }
        })
        const all = yield* Effect.provideService(runParities(runs), BarStore, counted)
        expect(new Set(all.map(({ parity }) => parity))).toEqual(new Set(["same"]))
        expect(reads).toHaveLength(slots)
        expect(reads.filter((bars) => bars > 2)).toHaveLength(2)
        expect(found(all)).toEqual(found(yield* eachByItself(runs)))
      }),
    60_000
  )

  it.live(
    "come out as each by itself, whatever became of their bars and of what is stored of them",
    () =>
      Effect.gen(function*() {
        const runs = yield* played
        const { run } = yield* Sql
        yield* run(
          "another logic",
          (sql) =>
            sql`update prediction_runs set gates = jsonb_set(gates, '{0,detail}', '"another"') where id = ${
              runs[4]!.id
            }`
        )
        yield* run(
          "another hash",
          (sql) => sql`update prediction_runs set inputs_hash = 'another' where id = ${runs[8]!.id}`
        )
        yield* run("gone", (sql) => sql`delete from prediction_runs where id = ${runs[20]!.id}`)
        yield* revise(runs[25]!.slotAt, 1)
        yield* revise(runs[32]!.slotAt, 1.5)
        const stored = (yield* (yield* RunStore).recent({ limit: slots })).toReversed()
        const unkept = stored.map((one, index) => index === 12 ? { ...one, inputs: null } : one)
        const all = yield* runParities(unkept)
        expect(found(all)).toEqual(found(yield* eachByItself(unkept)))
        const parities = all.map(({ parity }) => parity)
        expect(parities[4]).toBe("logic")
        expect(parities[12]).toBe("unkept")
        expect(parities.slice(32)).toContain("data")
        // Volumes decide nothing, but the bars are not those that were seen.
        expect(all[26]).toMatchObject({ parity: "same", changes: [{ symbol: "SIM-A" }] })
      }),
    60_000
  )
})

/**
 * A whole cycle with warm states: one closed bar of each of three timeframes for every symbol is validated, stored and
 * analysed, and run, gates and signals are stored. Against a raw COPY of the same bars, and against fewer symbols.
 */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { Announce } from "@dgas/domain/Announce"
import { decodeConfig } from "@dgas/domain/Config"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { type Watch, watchOf } from "@dgas/engine/Watch"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import postgres from "postgres"
import { sourceOf, universeOf } from "./Market.ts"
import { type Figure, figure, walk } from "./Measure.ts"

const lower = 900_000
const history = walk(700, lower)
const first = history[0]!.openTime
/** A close of the 4h bar, so that all three timeframes have one; what is stored before is warm enough to decide. */
const slotAt = (turn: number) => first + 9600 * lower / 16 + turn * 14_400_000
const rounds = 3

const watchOfSize = (symbols: number): Watch => {
  const config = Effect.runSync(decodeConfig("bench", {
    sources: { bench: { kind: "csv", folder: "none" } },
    universes: universeOf(symbols),
    schedules: [{ name: `all-${symbols}`, universe: "all", trading: "30m", higher: "4h", lower: "15m" }]
  }))
  return watchOf(config, config.schedules[0])
}

const layer = PredictionEngine.layer.pipe(
  Layer.provide(Layer.mergeAll(
    sourceOf(history),
    Layer.succeed(Announce, Announce.of({ messages: () => Effect.succeed([]) }))
  )),
  Layer.provideMerge(TestDatabase.layerDurable())
)

/** Milliseconds of a cycle that brings one bar of each timeframe to each of `symbols`, the median of a few. */
const cycleMs = Effect.fn("bench.cycle")(function*(symbols: number) {
  const engine = yield* PredictionEngine
  const watch = watchOfSize(symbols)
  const run = (at: number) =>
    engine.cycle(watch, { slotAt: at, origin: "LIVE", readUntil: at, since: null, onOutage: "store" }, "bench")
  yield* run(slotAt(0))
  const taken: Array<number> = []
  for (let turn = 1; turn <= rounds; turn++) {
    // The slot before it brings all but the last half hour.
    yield* run(slotAt(turn) - 1_800_000)
    const started = performance.now()
    const result = yield* run(slotAt(turn))
    taken.push(performance.now() - started)
    if (result?.run.symbolsProcessed !== symbols) throw new Error("not every symbol had its bar")
  }
  return taken.toSorted((a, b) => a - b)[rounds >> 1]!
})

/** The bars that such a cycle stores, by COPY: two of the lower timeframe, one of the trading and one of the higher. */
const copyMs = Effect.fn("bench.copy")(function*(symbols: number) {
  const { url } = yield* TestDatabase
  const ids = yield* (yield* InstrumentStore).ensure(
    "floor",
    Array.from({ length: symbols }, (_, index) => ({
      symbol: `F${index}`,
      calendar: "24/7" as const,
      tick: null,
      basis: "raw" as const,
      simulated: false
    }))
  )
  const sql = postgres(Redacted.value(url), { max: 1 })
  const taken: Array<number> = []
  for (let turn = 0; turn < rounds; turn++) {
    const lines = [...ids.values()].flatMap((id) =>
      (["15m", "15m", "30m", "4h"] as const).map((timeframe, place) => {
        const bar = history[turn * 8 + place]!
        const times = [new Date(bar.openTime).toISOString(), new Date(bar.closeTime).toISOString()]
        return [id, timeframe, ...times, bar.open, bar.high, bar.low, bar.close, bar.volume].join("\t")
      })
    )
    const started = performance.now()
    yield* Effect.promise(async () => {
      const writable = await sql`
        copy bars (instrument_id, timeframe, open_time, close_time, open, high, low, close, volume) from stdin`
        .writable()
      await pipeline(Readable.from([`${lines.join("\n")}\n`]), writable)
    })
    taken.push(performance.now() - started)
  }
  yield* Effect.promise(() => sql.end())
  yield* BarStore
  return taken.toSorted((a, b) => a - b)[rounds >> 1]!
})

export const run = (): Promise<ReadonlyArray<Figure>> =>
  Effect.gen(function*() {
    const floor = yield* copyMs(10_000)
    const small = yield* cycleMs(100)
    const large = yield* cycleMs(10_000)
    return [
      figure("cycle of 10,000 symbols x 3 timeframes", "ms", large, floor, { goal: 5, most: 2000 }),
      figure("a symbol of 10,000 in a cycle, to one of 100", "ms", large / 10_000, small / 100, { goal: 1.5 })
    ]
  }).pipe(Effect.provide(layer), Effect.runPromise)

/** Bars a second through `BarStore.upsert` into an empty table, against a raw COPY of the same rows. */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import postgres from "postgres"
import { type Figure, figure, walk } from "./Measure.ts"

const count = 100_000
const rounds = 5
const minute = 60_000

const seconds = (since: number) => (performance.now() - since) / 1000

export const run = (): Promise<ReadonlyArray<Figure>> =>
  Effect.gen(function*() {
    const { url } = yield* TestDatabase
    const store = yield* BarStore
    const bars = walk(count, minute)
    const symbols = Array.from({ length: 2 * rounds + 2 }, (_, index) => `SIM-${index}`)
    const ids = yield* (yield* InstrumentStore).ensure(
      "bench",
      symbols.map((symbol) => ({
        symbol,
        calendar: "24/7" as const,
        tick: null,
        basis: "raw" as const,
        simulated: true
      }))
    )
    const sql = postgres(Redacted.value(url), { max: 1 })
    const copied: Array<number> = []
    const stored: Array<number> = []
    // Interleaved, so that a busy moment of the machine hits both.
    for (let round = 0; round <= rounds; round++) {
      const copyId = ids.get(symbols[2 * round]!)!
      const storeId = ids.get(symbols[2 * round + 1]!)!
      const lines = bars.map((bar) =>
        [
          copyId,
          "1m",
          new Date(bar.openTime).toISOString(),
          new Date(bar.closeTime).toISOString(),
          bar.open,
          bar.high,
          bar.low,
          bar.close,
          bar.volume
        ].join("\t")
      )
      const text = `${lines.join("\n")}\n`
      const beforeCopy = performance.now()
      yield* Effect.promise(async () => {
        const writable = await sql`
          copy bars (instrument_id, timeframe, open_time, close_time, open, high, low, close, volume) from stdin`
          .writable()
        await pipeline(Readable.from([text]), writable)
      })
      const copyTook = seconds(beforeCopy)
      const beforeStore = performance.now()
      yield* store.upsert([{ instrumentId: storeId, timeframe: "1m", bars }])
      const storeTook = seconds(beforeStore)
      // The first round warms server and driver up.
      if (round === 0) continue
      copied.push(count / copyTook)
      stored.push(count / storeTook)
    }
    yield* Effect.promise(() => sql.end())
    const middle = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[values.length >> 1]!
    return [figure("bars stored", "bars/s", middle(stored), middle(copied), { higherIsBetter: true })]
  }).pipe(Effect.provide(TestDatabase.layerDurable()), Effect.runPromise)

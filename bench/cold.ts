/** A cold start: the bars of 5,000 symbols x 200 read back in bulk, against a raw COPY of the same rows to nowhere. */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import postgres from "postgres"
import { type Figure, figure, walk } from "./Measure.ts"

const symbols = 5000
const bars = 200
const step = 1_800_000
const rounds = 3

const median = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[values.length >> 1]!

export const run = (): Promise<ReadonlyArray<Figure>> =>
  Effect.gen(function*() {
    const { url } = yield* TestDatabase
    const store = yield* BarStore
    const names = Array.from({ length: symbols }, (_, index) => `SIM-${index}`)
    const ids = yield* (yield* InstrumentStore).ensure(
      "bench",
      names.map((symbol) => ({ symbol, calendar: "24/7" as const, tick: null, basis: "raw" as const, simulated: true }))
    )
    const series = walk(bars, step)
    const from = series[0]!.openTime
    const to = series.at(-1)!.closeTime
    for (let at = 0; at < symbols; at += 50) {
      yield* store.upsert(
        names.slice(at, at + 50).map((name) => ({
          instrumentId: ids.get(name)!,
          timeframe: "30m" as const,
          bars: series
        }))
      )
    }
    const sql = postgres(Redacted.value(url), { max: 1 })
    yield* Effect.promise(() => sql`analyze bars`)
    const copied: Array<number> = []
    const read: Array<number> = []
    for (let round = 0; round <= rounds; round++) {
      const beforeCopy = performance.now()
      yield* Effect.promise(async () => {
        const rows = await sql`
          copy (select * from bars where timeframe = '30m' order by instrument_id, open_time) to stdout`.readable()
        await new Promise<void>((resolve, reject) => {
          rows.on("data", () => undefined).on("end", resolve).on("error", reject)
        })
      })
      const copyTook = performance.now() - beforeCopy
      const beforeRead = performance.now()
      const found = yield* store.rangeMany([...ids.values()], "30m", from, to)
      const readTook = performance.now() - beforeRead
      if (found.size !== symbols || found.get(ids.get(names[0]!)!)?.length !== bars) throw new Error("rows are missing")
      if (round === 0) continue
      copied.push(copyTook)
      read.push(readTook)
    }
    yield* Effect.promise(() => sql.end())
    return [
      figure("5,000 symbols x 200 bars read for a cold start", "ms", median(read), median(copied), { goal: 2 })
    ]
  }).pipe(Effect.provide(TestDatabase.layerDurable()), Effect.runPromise)

/**
 * A worker that was down for a day on 1m bars: how fast it is up to date again, and that nothing is missing then.
 * At most the 50 ms of 20 slots a second, and against three commits of one row: claim, bars and run need no less.
 */
import { DbClock } from "@dgas/db/DbClock"
import { SlotStore } from "@dgas/db/SlotStore"
import { TestDatabase } from "@dgas/db/TestDatabase"
import { decodeConfig } from "@dgas/domain/Config"
import { BaseRates } from "@dgas/engine/BaseRates"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { watchOf } from "@dgas/engine/Watch"
import { Destinations } from "@dgas/notify/Destinations"
import * as Router from "@dgas/notify/Router"
import { pass } from "@dgas/scheduler/Live"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as TestConsole from "effect/testing/TestConsole"
import postgres from "postgres"
import { sourceOf, universeOf } from "./Market.ts"
import { type Figure, figure, walk } from "./Measure.ts"

const minute = 60_000
const away = 1440
const symbols = 10
const allowedMs = 50
const history = walk(away + 2000, minute)
const back = history.at(-1)!.closeTime
const settled = 1000

const config = Effect.runSync(decodeConfig("bench", {
  sources: { bench: { kind: "csv", folder: "none", settleMs: settled } },
  universes: universeOf(symbols),
  schedules: [{ name: "minutes", universe: "all", trading: "1m", higher: "15m" }]
}))

const engine = PredictionEngine.layer.pipe(
  Layer.provide(Layer.mergeAll(
    sourceOf(history),
    Router.layer(config).pipe(Layer.provide([BaseRates.layer, Destinations.none]))
  ))
)

/** One pass at `at`, as a process that just started. */
const passAt = (at: number) =>
  Effect.andThen(TestClock.setTime(at), pass([watchOf(config, config.schedules[0])], "bench", "UTC")).pipe(
    Effect.provide(Layer.fresh(engine))
  )

/** Milliseconds of three commits, one after the other. */
const threeCommits = Effect.gen(function*() {
  const { url } = yield* TestDatabase
  return yield* Effect.promise(async () => {
    const sql = postgres(Redacted.value(url), { max: 1 })
    await sql`create table floor (at integer)`
    const started = performance.now()
    for (let at = 0; at < 300; at++) await sql`insert into floor values (${at})`
    const took = performance.now() - started
    await sql.end()
    return took / 100
  })
})

const caughtUp = Effect.gen(function*() {
  yield* passAt(back - away * minute + settled)
  const started = performance.now()
  yield* passAt(back + settled)
  const took = performance.now() - started
  const final = (yield* (yield* SlotStore).counts).reduce((sum, { count }) => sum + count, 0)
  const digests = (yield* TestConsole.logLines).filter((line) => String(line).includes("digest of")).length
  if (final !== away + 1) throw new Error(`${final} slots are final, expected ${away + 1}`)
  if (digests !== 1) throw new Error(`${digests} digests were told, expected 1`)
  return took / away
})

const layer = Layer.fresh(TestDatabase.layerDurable(DbClock.layerVirtual)).pipe(
  Layer.provideMerge(Layer.mergeAll(TestClock.layer(), TestConsole.layer))
)

export const run = (): Promise<ReadonlyArray<Figure>> =>
  Effect.all([caughtUp, threeCommits]).pipe(
    Effect.map(([ms, floor]) => [figure("a 1m slot of a day that was missed", "ms", ms, floor, { most: allowedMs })]),
    Effect.provide(layer),
    Effect.runPromise
  )

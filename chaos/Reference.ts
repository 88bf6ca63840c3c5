/**
 * The run that nobody disturbs: one process, one slot after the other, each at its own time, in a database of its own.
 *
 * It is the worker's own `pass`, as origin LIVE, over the same simulated bars; so ids and rows must be those of the
 * disturbed one.
 */
import { DbClock } from "@dgas/db/DbClock"
import { Sql } from "@dgas/db/Sql"
import * as Stores from "@dgas/db/Stores"
import type { Config } from "@dgas/domain/Config"
import { BaseRates } from "@dgas/engine/BaseRates"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import type { Watch } from "@dgas/engine/Watch"
import { BarSources } from "@dgas/market/BarSources"
import { Destinations } from "@dgas/notify/Destinations"
import * as Router from "@dgas/notify/Router"
import { pass } from "@dgas/scheduler/Live"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"

/** The slots of one schedule: closes from `first` to `last`, epoch milliseconds. */
export interface Stretch {
  readonly watch: Watch
  readonly first: number
  readonly last: number
}

const silent: Console.Console = { ...console, log: () => undefined, error: () => undefined }

/** Runs the stretches into the database at `url`; says after each slot how many of how many are done. */
export const runReference = Effect.fn("runReference")(function*(
  url: string,
  config: Config,
  secrets: Readonly<Record<string, string>>,
  stretches: ReadonlyArray<Stretch>,
  tell: (done: number, of: number) => void
) {
  let at = 0
  const clock = Layer.succeed(DbClock, DbClock.of({ now: Effect.sync(() => at), instant: Effect.succeed(null) }))
  const told = Destinations.layer(config).pipe(
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: secrets })))
  )
  const layer = PredictionEngine.layer.pipe(
    Layer.provideMerge(Layer.mergeAll(
      Router.layer(config).pipe(Layer.provide([BaseRates.layer, told])),
      BarSources.layer(config.sources, { root: "/" })
    )),
    Layer.provideMerge(Stores.layer),
    Layer.provideMerge(clock),
    Layer.provideMerge(Sql.layer({ url: Redacted.make(url), pool: "reference" }))
  )
  const slots = stretches.map(({ first, last, watch }) => ({
    watch,
    closes: watch.tradingGrid.closes(first - 1, last)
  }))
  const of = slots.reduce((sum, { closes }) => sum + closes.length, 0)
  let done = 0
  yield* Effect.gen(function*() {
    for (const { closes, watch } of slots) {
      for (const close of closes) {
        at = close + watch.settleMs
        yield* pass([watch], "reference", config.timeZone)
        tell(++done, of)
      }
    }
  }).pipe(
    Effect.provideService(Console.Console, silent),
    Effect.provide(Layer.merge(layer, Logger.layer([]))),
    Effect.orDie
  )
})

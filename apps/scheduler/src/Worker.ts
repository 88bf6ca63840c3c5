/** Everything that a cycle needs, wired for one configuration. */
import * as Database from "@dgas/db/Database"
import { type Config, ConfigInvalid, type ScheduleConfig } from "@dgas/domain/Config"
import { BaseRates } from "@dgas/engine/BaseRates"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { type Watch, watchOf } from "@dgas/engine/Watch"
import { BarSources } from "@dgas/market/BarSources"
import { calendarMistakes } from "@dgas/market/TradingCalendar"
import * as Odds from "@dgas/monitor/Odds"
import { Destinations } from "@dgas/notify/Destinations"
import * as Router from "@dgas/notify/Router"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { hostname } from "node:os"

/** `root` is the folder of the configuration file. `stopWhenDone` ends an embedded server that this started. */
export const workerLayer = (
  config: Config,
  options: { readonly root: string; readonly stopWhenDone?: boolean }
) =>
  PredictionEngine.layer.pipe(
    Layer.provideMerge(Layer.mergeAll(
      Router.layer(config).pipe(Layer.provide(BaseRates.layer)),
      BarSources.layer(config.sources, { root: options.root, universes: config.universes }),
      Odds.layer
    )),
    Layer.provideMerge(Destinations.layer(config)),
    Layer.provideMerge(Database.layer({
      root: options.root,
      migrate: config.migrate,
      pool: "scheduler",
      stopWhenDone: options.stopWhenDone ?? false
    }))
  )

/** Host, process and a random part: no two workers, and no two lives of one, are the same owner. */
export const makeOwner = Effect.map(
  Random.nextIntBetween(0, 2 ** 31),
  (random) => `${hostname()}/${process.pid}/${random.toString(36)}`
)

/** The watches of all schedules, or of the one named. Fails with every override that does not fit its calendar, too. */
export const watchesOf = (
  file: string,
  config: Config,
  name: string | null
): Effect.Effect<ReadonlyArray<Watch>, ConfigInvalid> => {
  const mistakes = calendarMistakes(config)
  if (mistakes.length > 0) return Effect.fail(new ConfigInvalid({ file, detail: mistakes.join("\n") }))
  const chosen: ReadonlyArray<ScheduleConfig> = config.schedules.filter((one) => name === null || one.name === name)
  return chosen.length > 0
    ? Effect.succeed(chosen.map((schedule) => watchOf(config, schedule)))
    : Effect.fail(
      new ConfigInvalid({
        file,
        detail: `no schedule ${name}, expected one of ${config.schedules.map((one) => one.name).join(", ")}`
      })
    )
}

/** The worker's own layers over a fresh database. */
import { TestDatabase } from "@dgas/db/TestDatabase"
import type { Config } from "@dgas/domain/Config"
import { decodeConfig } from "@dgas/domain/Config"
import { BaseRates } from "@dgas/engine/BaseRates"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { BarSources } from "@dgas/market/BarSources"
import * as Odds from "@dgas/monitor/Odds"
import { Destinations } from "@dgas/notify/Destinations"
import * as Router from "@dgas/notify/Router"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** A decoded configuration from what a test cares about. */
export const configOf = (value: unknown): Config => Effect.runSync(decodeConfig("test", value))

/** The engine alone, as a process that just started has it: nothing carried over from a slot before. */
export const engineLayer = (config: Config, root: string) =>
  Layer.fresh(
    PredictionEngine.layer.pipe(
      Layer.provideMerge(Layer.mergeAll(
        Router.layer(config).pipe(Layer.provide([BaseRates.layer, Destinations.none])),
        BarSources.layer(config.sources, { root, universes: config.universes }),
        Odds.layer
      ))
    )
  )

/** With a database of its own, also inside a test that has one: a layer is shared unless it is made fresh. */
export const worldLayer = (config: Config, root = "/") =>
  Layer.fresh(engineLayer(config, root).pipe(Layer.provideMerge(TestDatabase.layer)))

/** One day of a simulated market, small enough to run in a moment. */
export const simSource = {
  sources: { sim: { kind: "sim", seed: 3 } },
  universes: {
    sim: {
      source: "sim",
      calendar: "24/7",
      instruments: [{ symbol: "SIM-A", tick: 0.01 }, { symbol: "SIM-B" }, { symbol: "SIM-C" }]
    }
  },
  schedules: [
    { name: "with-lower", universe: "sim", trading: "30m", higher: "4h", lower: "5m" },
    { name: "plain", universe: "sim", trading: "30m", higher: "4h" }
  ]
}

export const simConfig = configOf(simSource)

/** Forty slots of a simulated market, run by the cycle itself. */
import { Announce } from "@dgas/domain/Announce"
import { decodeConfig } from "@dgas/domain/Config"
import { PredictionEngine } from "@dgas/engine/PredictionEngine"
import { watchOf } from "@dgas/engine/Watch"
import { BarSources } from "@dgas/market/BarSources"
import * as Odds from "@dgas/monitor/Odds"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { configInput } from "./apiWorld.ts"

export const step = 1_800_000
export const first = Date.UTC(2026, 0, 5, 12)
export const slots = 40

const config = Effect.runSync(decodeConfig("test", { ...configInput, rules: { entryStrength: 0.5 } }))
export const watch = watchOf(config, config.schedules[0])

const engine = PredictionEngine.layer.pipe(
  Layer.provide(Layer.mergeAll(
    BarSources.layer(config.sources, { root: "/" }),
    Odds.layer,
    Layer.succeed(Announce, Announce.of({ messages: () => Effect.succeed([]) }))
  ))
)

/** Comes back with the runs, oldest first. */
export const played = Effect.gen(function*() {
  const { cycle } = yield* PredictionEngine
  return yield* Effect.forEach(
    Array.from({ length: slots }, (_, index) => first + index * step),
    (slotAt) => cycle(watch, { slotAt, origin: "LIVE", readUntil: slotAt, since: null, onOutage: "store" }, "worker")
  )
}).pipe(Effect.provide(engine))

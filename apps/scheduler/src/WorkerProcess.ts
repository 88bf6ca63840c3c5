/**
 * A worker as a process that is left running: the loop of `Live`, and everything by which others know how it does.
 *
 * Ends with 130 when it is told to stop, with 1 when it could not start, and with 70 by a bug that nobody caught. Whoever
 * started it starts it again; the slot that it held is run by whoever comes first.
 */
import type { LoadedConfig } from "@dgas/domain/ConfigFile"
import * as DeliveryWake from "@dgas/notify/DeliveryWake"
import { hiding } from "@dgas/notify/Secrets"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { makeConfigChange } from "./ConfigChange.ts"
import { endAtUncaught } from "./Crash.ts"
import { makeDeadMan } from "./DeadMan.ts"
import { delivering } from "./Delivery.ts"
import { endAtSecondSignal } from "./GracefulStop.ts"
import { serveHealth } from "./HealthServer.ts"
import { judging } from "./Judging.ts"
import { live } from "./Live.ts"
import * as Log from "./Log.ts"
import { makePulse } from "./Pulse.ts"
import { makeReadiness } from "./Readiness.ts"
import { makeSkewGuard } from "./SkewGuard.ts"
import * as Telemetry from "./Telemetry.ts"
import { upkeep } from "./Upkeep.ts"
import { makeOwner, watchesOf, workerLayer } from "./Worker.ts"

/** `schedule` is the only one to run, null for all. */
export const workerProcess = Effect.fn("scheduler.live")(
  function*(loaded: LoadedConfig, schedule: string | null, format: Log.Format) {
    const { config, file, root } = loaded
    const hide = yield* hiding(config)
    yield* endAtUncaught(format, hide)
    yield* endAtSecondSignal
    const all = yield* watchesOf(file, config, null)
    const watches = yield* watchesOf(file, config, schedule)
    const owner = yield* makeOwner

    const work = Effect.gen(function*() {
      const pulse = yield* makePulse
      const { deadMan, health: { host, port }, timeZone } = config
      if (port !== null) {
        const url = yield* serveHealth({ host, port }, pulse, (yield* makeReadiness(all)).look)
        yield* Effect.logInfo(`health: ${url}/livez and ${url}/readyz`)
      }
      const cycled = deadMan === null ? Effect.void : (yield* makeDeadMan(deadMan)).cycled
      const changed = yield* makeConfigChange(file)
      const skewed = yield* makeSkewGuard
      yield* Effect.forkScoped(upkeep(config, all, owner, root))
      yield* Effect.forkScoped(judging(config, root))
      const refusal = Effect.andThen(changed, skewed())
      return yield* Effect.raceFirst(
        live(watches, owner, timeZone, { all, pulse, cycled, refusal }),
        delivering(config, all, root)
      )
    })
    const layer = workerLayer(config, { root }).pipe(
      Layer.provideMerge(Layer.mergeAll(Log.layer(format, hide), Telemetry.layer, DeliveryWake.layer))
    )
    return yield* work.pipe(Effect.scoped, Effect.provide(layer))
  },
  Effect.scoped
)

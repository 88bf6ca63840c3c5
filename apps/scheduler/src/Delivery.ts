/**
 * The part of a worker that brings messages to their destinations and tells of what is wrong.
 *
 * It runs beside the slots over connections of its own, so neither holds up the other. It ends only by a bug, and then the
 * process ends with it: a worker that runs slots and tells nobody is worse than none.
 */
import * as Database from "@dgas/db/Database"
import type { Config } from "@dgas/domain/Config"
import type { LoadedConfig } from "@dgas/domain/ConfigFile"
import type { Watch } from "@dgas/engine/Watch"
import * as DeliveryWake from "@dgas/notify/DeliveryWake"
import { Destinations } from "@dgas/notify/Destinations"
import { dispatch } from "@dgas/notify/Dispatcher"
import { hiding } from "@dgas/notify/Secrets"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { watchForAlarms } from "./AlarmWatch.ts"
import { endAtUncaught } from "./Crash.ts"
import { endAtSecondSignal } from "./GracefulStop.ts"
import * as Log from "./Log.ts"
import { watchesOf } from "./Worker.ts"

/** Never ends. `watches` are all schedules of the configuration, `root` is the folder of the project. */
export const delivering = (config: Config, watches: ReadonlyArray<Watch>, root: string) =>
  Effect.all([dispatch(), watchForAlarms(config, watches, root)], { concurrency: "unbounded", discard: true }).pipe(
    // Of its own: stores that were built for the slots would be taken for these, pool and all.
    Effect.provide(Database.layer({ root, migrate: config.migrate, pool: "delivery" }), { local: true }),
    Effect.andThen(Effect.never)
  )

/** A process that delivers and runs no slots, beside workers or while none is. */
export const deliverProcess = Effect.fn("scheduler.deliverOnly")(function*(loaded: LoadedConfig, format: Log.Format) {
  const { config, file, root } = loaded
  const hide = yield* hiding(config)
  yield* endAtUncaught(format, hide)
  yield* endAtSecondSignal
  const watches = yield* watchesOf(file, config, null)
  const names = Object.keys(config.destinations)
  const work = Effect.gen(function*() {
    yield* Effect.logInfo(
      names.length === 0
        ? "the configuration has no destinations: nothing will be delivered"
        : `delivering to ${names.join(", ")}`
    )
    return yield* delivering(config, watches, root)
  })
  return yield* work.pipe(
    Effect.provide(Layer.mergeAll(Destinations.layer(config), DeliveryWake.layer, Log.layer(format, hide)))
  )
}, Effect.scoped)

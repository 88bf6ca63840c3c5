#!/usr/bin/env bun
/**
 * One worker of the suite: the parts of the scheduler's `WorkerProcess` over the layers of `WorkerLayers`, with its log as
 * JSON, which tells each message with its id. The harness starts it.
 */
import { runCli } from "@dgas/cli/runCli"
import * as DeliveryWake from "@dgas/notify/DeliveryWake"
import { dispatch } from "@dgas/notify/Dispatcher"
import { endAtUncaught } from "@dgas/scheduler/Crash"
import { endAtSecondSignal } from "@dgas/scheduler/GracefulStop"
import { live } from "@dgas/scheduler/Live"
import * as Log from "@dgas/scheduler/Log"
import { makeSkewGuard } from "@dgas/scheduler/SkewGuard"
import { makeOwner } from "@dgas/scheduler/Worker"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { makeGuide } from "./Guide.ts"
import { configOf, watchesOf } from "./Market.ts"
import { readSetup } from "./Setup.ts"
import { deliveryLayer, destinationsLayer, workerLayer } from "./WorkerLayers.ts"

const lookForParentMs = 1000
const nothingToHide = (text: string) => text

const worker = Command.make("chaos-worker", { setup: Flag.String("setup") }, (flags) =>
  Effect.gen(function*() {
    const setup = readSetup(flags.setup)
    const guide = makeGuide(setup)
    // A harness that was killed cannot end its workers.
    setInterval(() => {
      if (process.ppid !== setup.parent) process.exit(0)
    }, lookForParentMs).unref()
    yield* endAtUncaught("json", nothingToHide)
    yield* endAtSecondSignal
    const config = yield* configOf(setup.seed)
    const owner = yield* makeOwner
    guide.note({ what: "started", owner })
    const skewed = yield* makeSkewGuard
    // Of its own: layers that were built for the slots would be taken for these, pool and all.
    const delivering = Effect.provide(dispatch(), deliveryLayer(setup, guide), { local: true })
    return yield* Effect.raceFirst(
      live(watchesOf(config), owner, config.timeZone, { refusal: skewed() }),
      delivering
    ).pipe(
      Effect.provide(
        workerLayer(config, setup, guide).pipe(
          Layer.provideMerge(destinationsLayer(config, guide)),
          Layer.provideMerge(Layer.merge(Log.layer("json", nothingToHide), DeliveryWake.layer))
        )
      )
    )
  }).pipe(Effect.scoped))

runCli(worker)

/** What the worker's command line does and ends with, once its flags and its configuration are read. */
import type { LoadedConfig } from "@dgas/domain/ConfigFile"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { judgeNow } from "./Judging.ts"
import { once } from "./Once.ts"
import { type Range, replay, type Replayed } from "./Replay.ts"
import { makeOwner, watchesOf, workerLayer } from "./Worker.ts"

/** There were no bars to run on. */
export class NoData extends Schema.TaggedError<NoData>()("NoData", { detail: Schema.String }) {
  override get message() {
    return this.detail
  }
}

export const onceRun = Effect.fn("scheduler.once")(
  function*(loaded: LoadedConfig, schedule: string | null, asOf: number | null) {
    const { config, file, root } = loaded
    const watches = yield* watchesOf(file, config, schedule)
    const owner = yield* makeOwner
    const failed = yield* once(watches, { asOf, owner, zone: config.timeZone }).pipe(
      Effect.tap(judgeNow(config, watches, asOf === null ? "LIVE" : "REPLAY")),
      Effect.provide(workerLayer(config, { root }))
    )
    if (failed.length > 0) return yield* new NoData({ detail: failed.join("; ") })
  }
)

export const replayRun = Effect.fn("scheduler.replay")(
  function*(loaded: LoadedConfig, schedule: string | null, range: Range) {
    const { config, file, root } = loaded
    const watches = yield* watchesOf(file, config, schedule)
    const owner = yield* makeOwner
    const { done, outcomes } = yield* replay(watches, range, { origin: "REPLAY", owner, title: "replay" }).pipe(
      Effect.flatMap((done) => Effect.map(judgeNow(config, watches, "REPLAY"), (outcomes) => ({ done, outcomes }))),
      Effect.catchTag(
        "SourceUnavailable",
        (error) => Effect.fail(new NoData({ detail: `${error.message} (bun run demo needs no network)` }))
      ),
      Effect.provide(workerLayer(config, { root }))
    )
    yield* Console.log(`${summaryText(done)}\n${outcomes}: bun run report outcomes --origin replay`)
    if (done.runs.FAILED > 0 && done.runs.SUCCESS + done.runs.PARTIAL === 0) {
      return yield* new NoData({ detail: "no slot had data, the source has no bars there" })
    }
  }
)

export const summaryText = (done: Replayed): string => {
  const total = done.runs.SUCCESS + done.runs.PARTIAL + done.runs.FAILED
  return [
    `${total} runs: ${done.runs.SUCCESS} SUCCESS, ${done.runs.PARTIAL} PARTIAL, ${done.runs.FAILED} FAILED; ${done.signals} signals`,
    ...(done.before > 0 ? [`${done.before} slots had been run before`] : []),
    ...(done.barsOutsideSessions > 0 ? [`${done.barsOutsideSessions} bars outside sessions left out`] : []),
    ...(done.barsQuarantined > 0 ? [`${done.barsQuarantined} bars quarantined`] : []),
    "see them: bun run report runs --origin replay, bun run report signals --origin replay"
  ].join("\n")
}

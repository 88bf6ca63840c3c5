/**
 * Reports that take seconds to compute, without keeping others waiting.
 *
 * Each is computed in a thread of its own, one at a time, and kept until an outcome of its signals or the last slot is
 * another. Who goes away ends the work that nobody else waits for; who would wait too long is told to come again.
 */
import { type JudgedFilter, OutcomeHistory } from "@dgas/db/OutcomeHistory"
import type { SqlFailure } from "@dgas/db/Sql"
import { SqlFailureJson } from "@dgas/db/SqlFailure"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import { Busy } from "./ApiError.ts"
import type { Ask, Reports } from "./EvidenceWork.ts"

/** A connection on which nothing is said for a minute is closed. */
const longest = "50 seconds"
const mostWaiting = 8
/** Filters whose reports are kept. */
const mostKept = 64

export class Evidence extends Context.Service<Evidence, {
  /** `since` is the instant of the filter as it is to be said. */
  readonly calibration: Report<"calibration">
  readonly edge: Report<"edge">
}>()("@dgas/api/Evidence") {
  /** `url` is where the database is now. */
  static readonly layer = <E, R>(url: Effect.Effect<Redacted.Redacted<string>, E, R>) =>
    Layer.effect(Evidence, make(url))
}

type Report<Kind extends keyof Reports> = (
  filter: JudgedFilter,
  since: string | null
) => Effect.Effect<Reports[Kind], SqlFailure | Busy>

const make = Effect.fnUntraced(function*<E, R>(url: Effect.Effect<Redacted.Redacted<string>, E, R>) {
  const history = yield* OutcomeHistory
  const context = yield* Effect.context<R>()
  const one = yield* Semaphore.make(1)
  const kept = new Map<string, { readonly stamp: string; readonly found: unknown }>()
  let waiting = 0

  const known = (key: string, stamp: string): unknown => {
    const found = kept.get(key)
    return found?.stamp === stamp ? found.found : undefined
  }

  const compute = (ask: Ask, key: string, stamp: string) =>
    Effect.gen(function*() {
      // Somebody may have waited for the same, and got it.
      const before = known(key, stamp)
      if (before !== undefined) return before
      const found = yield* inThread(ask, Redacted.value(yield* Effect.orDie(Effect.provide(url, context))))
      kept.delete(key)
      kept.set(key, { stamp, found })
      for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - mostKept))) kept.delete(oldest)
      return found
    })

  const report = <Kind extends keyof Reports>(kind: Kind): Report<Kind> =>
    Effect.fn(`Evidence.${kind}`)(function*(filter: JudgedFilter, since: string | null) {
      const ask = { kind, filter, since }
      const key = JSON.stringify(ask)
      const stamp = yield* history.stamp(filter)
      const found = known(key, stamp) ?? (yield* turn(one.withPermits(1)(compute(ask, key, stamp))))
      // What is kept under a key is what was computed for its kind.
      return found as Reports[Kind]
    })

  const turn = <A, E2>(work: Effect.Effect<A, E2>): Effect.Effect<A, E2 | Busy> =>
    Effect.suspend(() => {
      if (waiting >= mostWaiting) return Effect.fail(busy)
      waiting++
      return Effect.ensuring(
        Effect.timeoutOrElse(work, { duration: longest, orElse: () => Effect.fail(busy) }),
        Effect.sync(() => waiting--)
      )
    })

  return Evidence.of({ calibration: report("calibration"), edge: report("edge") })
})

const busy = new Busy({ detail: "this takes long, and others wait for it: ask for less, or later", retryAfterS: 30 })

const inThread = (ask: Ask, url: string): Effect.Effect<unknown, SqlFailure> =>
  Effect.acquireUseRelease(
    Effect.sync(() => new Worker(new URL("./EvidenceWorker.ts", import.meta.url))),
    (worker) =>
      Effect.callback<unknown, SqlFailure>((resume) => {
        worker.addEventListener("message", ({ data }) => resume(told(data)))
        worker.addEventListener("error", ({ message }) => resume(Effect.die(new Error(message))))
        worker.postMessage({ ask, url })
      }),
    (worker) => Effect.sync(() => worker.terminate())
  )

const Told = Schema.Union([
  Schema.Struct({ found: Schema.Unknown }),
  Schema.Struct({ failure: SqlFailureJson }),
  Schema.Struct({ defect: Schema.String })
])

const told = (data: unknown): Effect.Effect<unknown, SqlFailure> =>
  Effect.flatMap(Effect.orDie(Schema.decodeUnknownEffect(Told)(data)), (said) =>
    "found" in said
      ? Effect.succeed(said.found)
      : "failure" in said
      ? Effect.fail(said.failure)
      : Effect.die(new Error(said.defect)))

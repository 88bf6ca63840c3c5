/**
 * Reports that take seconds to compute, without keeping others waiting.
 *
 * Each is computed in a thread of its own, one at a time, and kept until an outcome of its signals or the last slot is
 * another. Whoever would wait too long is told to come again, and the work goes on meanwhile; a failure that nobody waits for
 * any more is in the log. Few may be under way at once, and fewer of one caller, so that nobody keeps it from all others.
 */
import { type JudgedFilter, OutcomeHistory } from "@dgas/db/OutcomeHistory"
import type { SqlFailure } from "@dgas/db/Sql"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Semaphore from "effect/Semaphore"
import { Busy } from "./ApiError.ts"
import { inThread } from "./EvidenceThread.ts"
import type { Ask, Reports } from "./EvidenceWork.ts"

/** A connection on which nothing is said for a minute is closed. */
const longest = "50 seconds"
/** Computed or waiting for it. */
const mostComing = 8
/** Of these, begun by one caller: a page asks for both reports. */
const mostOfOne = 2
/** Filters whose reports are kept. */
const mostKept = 64

export class Evidence extends Context.Service<Evidence, {
  /** `caller` tells those who ask apart; instants are said in `zone`. */
  readonly calibration: Report<"calibration">
  readonly edge: Report<"edge">
}>()("@dgas/api/Evidence") {
  /** `url` is where the database is now. */
  static readonly layer = <E, R>(url: Effect.Effect<Redacted.Redacted<string>, E, R>) =>
    Layer.effect(Evidence, make(url))
}

type Report<Kind extends keyof Reports> = (
  filter: JudgedFilter,
  caller: string,
  zone: string
) => Effect.Effect<Reports[Kind], SqlFailure | Busy>

/** What is computed or waits for it, who began it, and how many wait for it still. */
interface Coming {
  readonly caller: string
  readonly found: Deferred.Deferred<unknown, SqlFailure | Busy>
  waiting: number
}

const make = Effect.fnUntraced(function*<E, R>(url: Effect.Effect<Redacted.Redacted<string>, E, R>) {
  const history = yield* OutcomeHistory
  const context = yield* Effect.context<R>()
  const scope = yield* Effect.scope
  const one = yield* Semaphore.make(1)
  const kept = new Map<string, { readonly stamp: string; readonly found: unknown }>()
  /** By key and stamp: those that are computed or wait for it. */
  const coming = new Map<string, Coming>()

  const compute = (ask: Ask, key: string, stamp: string) =>
    Effect.gen(function*() {
      const found = yield* inThread(ask, Redacted.value(yield* Effect.orDie(Effect.provide(url, context))))
      kept.delete(key)
      kept.set(key, { stamp, found })
      if (kept.size > mostKept) kept.delete(kept.keys().next().value!)
      return found
    })

  /** Of all who ask for the same the first begins it. */
  const begun = Effect.fnUntraced(function*(ask: Ask, caller: string, key: string, stamp: string) {
    const name = `${key}/${stamp}`
    const known = coming.get(name)
    if (known !== undefined) return known
    const own = [...coming.values()].filter((one) => one.caller === caller)
    if (own.length >= mostOfOne) return yield* busyWith(`${mostOfOne} of yours are being computed`)
    if (coming.size >= mostComing) return yield* busyWith("those of others are being computed")
    const begun: Coming = { caller, found: Deferred.makeUnsafe(), waiting: 0 }
    yield* one.withPermits(1)(compute(ask, key, stamp)).pipe(
      Effect.onExit((exit) => {
        coming.delete(name)
        Deferred.doneUnsafe(begun.found, exit)
        return Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause) && begun.waiting === 0
          ? Effect.logError(`evidence: ${ask.kind} failed, and nobody waited for it: ${Cause.pretty(exit.cause)}`)
          : Effect.void
      }),
      Effect.forkIn(scope)
    )
    coming.set(name, begun)
    return begun
  })

  const waited = (coming: Coming) =>
    Effect.suspend(() => {
      coming.waiting++
      return Effect.ensuring(Deferred.await(coming.found), Effect.sync(() => coming.waiting--))
    })

  const report = <Kind extends keyof Reports>(kind: Kind): Report<Kind> =>
    Effect.fn(`Evidence.${kind}`)(function*(filter: JudgedFilter, caller: string, zone: string) {
      const ask = { kind, filter, zone }
      const key = JSON.stringify(ask)
      const stamp = yield* history.stamp(filter)
      const known = kept.get(key)
      const found = known?.stamp === stamp
        ? known.found
        : yield* Effect.timeoutOrElse(Effect.flatMap(begun(ask, caller, key, stamp), waited), {
          duration: longest,
          orElse: () => busyWith("this is being computed")
        })
      // What is kept under a key is what was computed for its kind.
      return found as Reports[Kind]
    })

  return Evidence.of({ calibration: report("calibration"), edge: report("edge") })
})

const busyWith = (why: string) =>
  Effect.fail(new Busy({ detail: `${why}, which takes long: ask again later, or for less`, retryAfterS: 30 }))

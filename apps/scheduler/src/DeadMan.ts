/**
 * Tells somebody else that cycles still come, so that their end is noticed where this machine cannot tell of it.
 *
 * The configured address is asked after each cycle that had data, at most every 30 s, beside the work. What comes of it
 * stops nothing: a failure is told once, and its end. The address is a secret and shows nowhere.
 */
import type { DeadManConfig } from "@dgas/domain/WorkerConfig"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FiberHandle from "effect/FiberHandle"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

const everyMs = 30_000
const timeoutMs = 10_000

class PingFailed extends Schema.TaggedError<PingFailed>()("PingFailed", { detail: Schema.String }) {
  override get message() {
    return `the dead-man address ${this.detail}`
  }
}

/** The words of such an error may hold the address, its code does not. */
const codeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "no connection"

const ask = ({ method, url }: DeadManConfig): Effect.Effect<void, PingFailed> =>
  Effect.tryPromise({
    try: async (signal) => {
      const answer = await fetch(Redacted.value(url), { method, signal, redirect: "manual" })
      await answer.body?.cancel()
      return answer
    },
    catch: (cause) => new PingFailed({ detail: `could not be reached (${codeOf(cause)})` })
  }).pipe(
    Effect.timeoutOrElse({
      duration: timeoutMs,
      orElse: () => new PingFailed({ detail: `did not answer within ${timeoutMs / 1000} s` })
    }),
    Effect.flatMap(({ ok, status }) =>
      ok ? Effect.void : new PingFailed({ detail: `answered with status ${status}, expected 2xx` })
    )
  )

/** `cycled` is to be run after each such cycle, and comes back at once. Asking ends with the scope. */
export const makeDeadMan = Effect.fnUntraced(function*(config: DeadManConfig) {
  const asking = yield* FiberHandle.make<void>()
  let askedAt = Number.NEGATIVE_INFINITY
  let failing = false

  const once = Effect.gen(function*() {
    const failure = yield* Effect.match(ask(config), { onFailure: (error) => error, onSuccess: () => null })
    if (failure === null && failing) yield* Effect.logInfo("the dead-man address answers again")
    if (failure !== null && !failing) yield* Effect.logWarning(`${failure.message}; told once, the worker goes on`)
    failing = failure !== null
  })

  const cycled = Effect.gen(function*() {
    const now = Number(yield* Clock.monotonicTimeNanos) / 1e6
    if (now - askedAt < everyMs) return
    askedAt = now
    yield* FiberHandle.run(asking, once, { onlyIfMissing: true })
  })
  return { cycled }
})

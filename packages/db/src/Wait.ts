/**
 * Waiting by the machine's own clock.
 *
 * A server that starts and a connection that hangs do not know of a virtual clock, so these waits do not either.
 */
import * as Effect from "effect/Effect"

/** Waits for `ms` milliseconds of real time. */
export const pause = (ms: number): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const timer = setTimeout(() => resume(Effect.void), ms)
    return Effect.sync(() => clearTimeout(timer))
  })

/**
 * Asks `look` every `everyMs` until it has an answer, for at most `forMs`; then null. `look` says null for not yet.
 */
export const waitFor = Effect.fnUntraced(function*<A, E, R>(
  look: Effect.Effect<A | null, E, R>,
  { everyMs, forMs }: { readonly everyMs: number; readonly forMs: number }
) {
  const until = performance.now() + forMs
  while (true) {
    const answer = yield* look
    if (answer !== null) return answer
    if (performance.now() >= until) return null
    yield* pause(everyMs)
  }
})

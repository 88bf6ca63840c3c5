/**
 * Long work in slices: a lease is renewed and a signal to stop is heard while thousands of symbols are gone through.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

const sliceNanos = 20_000_000n

/** Works on each item in order. After every 20 ms timers and sockets get their turn, and an interruption is heard. */
export const inSlices = <A>(items: ReadonlyArray<A>, work: (item: A) => void): Effect.Effect<void> =>
  Effect.gen(function*() {
    let began = yield* Clock.monotonicTimeNanos
    for (const item of items) {
      work(item)
      const now = yield* Clock.monotonicTimeNanos
      if (now - began < sliceNanos) continue
      yield* Effect.sleep(0)
      began = yield* Clock.monotonicTimeNanos
    }
  })

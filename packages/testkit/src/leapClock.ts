/**
 * A clock for clients of real servers: waits pass at once, and limits only when a test lets them.
 *
 * A real answer takes real time, so a test cannot know when to move a clock that stands still. Here a sleep moves the
 * clock itself, unless it is as long as the client's limit for one request: that one lasts until `pass`, which a test
 * calls when its server has stalled. Not for clients that sleep in several fibers at once.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

export interface LeapClock extends Clock.Clock {
  /** Lets the limits of the requests under way run out. */
  readonly pass: Effect.Effect<void>
  /** Moves the clock on by so many milliseconds. */
  readonly leap: (ms: number) => void
}

export const leapClock = (options: { readonly startsAt: number; readonly limitMs: number }): LeapClock => {
  let now = options.startsAt
  const limits = new Set<Deferred.Deferred<void>>()
  const leap = (ms: number) => {
    now += ms
  }

  const sleep = (duration: Duration.Duration): Effect.Effect<void> => {
    const ms = Duration.toMillis(duration)
    if (ms !== options.limitMs) return Effect.andThen(Effect.sync(() => leap(ms)), Effect.yieldNow)
    const limit = Deferred.makeUnsafe<void>()
    limits.add(limit)
    return Effect.ensuring(Deferred.await(limit), Effect.sync(() => limits.delete(limit)))
  }

  const nanos = () => BigInt(Math.round(now * 1_000_000))
  return {
    currentTimeMillisUnsafe: () => now,
    currentTimeMillis: Effect.sync(() => now),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: nanos,
    monotonicTimeNanos: Effect.sync(nanos),
    sleep: (duration) => Effect.suspend(() => sleep(duration)),
    leap,
    pass: Effect.suspend(() => {
      leap(options.limitMs)
      return Effect.forEach([...limits], (limit) => Deferred.succeed(limit, undefined), { discard: true })
    })
  }
}

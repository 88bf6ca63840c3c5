/** The present clock, of which `set` moves what it says the time is, as somebody does who sets the clock of a machine. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

export interface SettableClock {
  readonly clock: Clock.Clock
  /** Moves it by so many milliseconds. Sleeps and durations go on as they were. */
  readonly set: (ms: number) => void
}

export const settableClock: Effect.Effect<SettableClock> = Clock.clockWith((real) => {
  let aheadMs = 0
  const millis = () => real.currentTimeMillisUnsafe() + aheadMs
  const nanos = () => real.currentTimeNanosUnsafe() + BigInt(aheadMs) * 1_000_000n
  return Effect.succeed({
    clock: {
      currentTimeMillisUnsafe: millis,
      currentTimeMillis: Effect.sync(millis),
      currentTimeNanosUnsafe: nanos,
      currentTimeNanos: Effect.sync(nanos),
      monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
      monotonicTimeNanos: real.monotonicTimeNanos,
      sleep: (duration) => real.sleep(duration)
    },
    set: (ms) => {
      aheadMs += ms
    }
  })
})

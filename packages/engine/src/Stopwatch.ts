/** Milliseconds since it was asked last, by the monotonic clock. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

export class Stopwatch {
  private last: bigint
  constructor(started: bigint) {
    this.last = started
  }
  readonly lap = Effect.map(Clock.monotonicTimeNanos, (now) => {
    const ms = Number(now - this.last) / 1e6
    this.last = now
    return ms
  })
}

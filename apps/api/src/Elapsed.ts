/** Time that only goes on, in milliseconds: by a clock that is set back what is over would be kept. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

export const elapsedMs = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1e6)

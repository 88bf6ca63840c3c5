/** Whether the clocks of this machine and of the database agree well enough to run slots. */
import { clockSkew, refuseSkewMs, warnSkewMs } from "@dgas/db/ClockSkew"
import { durationText } from "@dgas/domain/TimeText"
import * as Effect from "effect/Effect"

/** Which of the two is wrong cannot be known from here. */
export const skewText = (skewMs: number): string =>
  `the clock of this machine is ${durationText(Math.abs(skewMs))} ${
    skewMs > 0 ? "behind" : "ahead of"
  } the database's, expected at most ${durationText(warnSkewMs)}; set both by a time service`

/**
 * An effect that asks both clocks, and comes back with the reason why no slot may be run now, or null. A difference that
 * does no harm yet is warned of once, until it is gone.
 */
export const makeSkewGuard = Effect.sync(() => {
  let warned = false
  return Effect.fn("skewGuard")(function*() {
    const skew = yield* clockSkew()
    const size = Math.abs(skew)
    if (size > refuseSkewMs) return `no slot is run while ${skewText(skew)}`
    if (size > warnSkewMs && !warned) yield* Effect.logWarning(skewText(skew))
    warned = size > warnSkewMs
    return null
  })
})

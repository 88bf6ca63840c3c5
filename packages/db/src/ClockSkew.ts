/**
 * How far the clock of this machine is from the database's.
 *
 * What is due and what is leased goes by the database's clock, so a wrong clock of a worker does no harm at once; but one
 * of the two is wrong, and bars may be asked for that are not there yet.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { DbClock } from "./DbClock.ts"

/** From here on somebody should look at the clocks. */
export const warnSkewMs = 2000
/** From here on no slot should be run. */
export const refuseSkewMs = 30_000

/**
 * Milliseconds by which the database's clock is ahead of this machine's, negative when it is behind. An answer that took
 * long leaves open when it was right: half of the time it took is taken off, so the skew is at least this.
 */
export const clockSkew = Effect.fn("clockSkew")(function*() {
  const clock = yield* DbClock
  const asked = yield* Clock.currentTimeMillis
  const told = yield* clock.now
  const answered = yield* Clock.currentTimeMillis
  const skew = told - (asked + answered) / 2
  const open = Math.abs(answered - asked) / 2
  return Math.sign(skew) * Math.max(0, Math.abs(skew) - open)
})

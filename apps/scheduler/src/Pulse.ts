/**
 * Whether a worker's loop still turns.
 *
 * It does while its last sign of life is younger than two intervals. Signs are the end of a pass, whether it went well or
 * not, and the beginning and end of each cycle in it; so a database or a source that is away is no reason to call
 * a worker dead, since another start would find it away too. Durations are those of the monotonic clock.
 */
import { isoText } from "@dgas/domain/TimeText"
import { runId } from "@dgas/engine/SignalRow"
import type { Watch } from "@dgas/engine/Watch"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** A pass without a cycle is a few statements, and ends with the first that is not answered within 7.5 s. */
const passMs = 10_000
/** A request to a source ends within 20 s, and four are made at once; states and stores take no longer than one. */
const requestMs = 20_000
const requestsAtOnce = 4

/** The longest that a cycle may take, which asks each symbol of every source that the universe has. */
export const cycleBoundMs = ({ instruments, universe }: Pick<Watch, "instruments" | "universe">): number =>
  requestMs * (1 + Math.ceil(instruments.length / requestsAtOnce) * (1 + universe.fallbacks.length))

/** A sign of life, and how long after it the next one is expected at the latest. */
interface Sign {
  readonly at: number
  readonly intervalMs: number
  readonly cycle: { readonly schedule: string; readonly slot: string; readonly run: string } | null
}

export interface PulseView {
  readonly alive: boolean
  /** Since the last sign, and how old it may become. */
  readonly silentMs: number
  readonly allowedMs: number
  /** What is being run. */
  readonly cycle: Sign["cycle"]
}

export interface Pulse {
  readonly cycleBegun: (watch: Watch, slotAt: number) => Effect.Effect<void>
  readonly cycleEnded: Effect.Effect<void>
  /** A pass has ended, and the next one begins in so many milliseconds. */
  readonly passEnded: (waitMs: number) => Effect.Effect<void>
  readonly view: Effect.Effect<PulseView>
}

const monotonicMs = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos / 1_000_000n))

/** Begins to beat now. */
export const makePulse: Effect.Effect<Pulse> = Effect.gen(function*() {
  const sign = (intervalMs: number, cycle: Sign["cycle"] = null) =>
    Effect.map(monotonicMs, (at): Sign => ({ at, intervalMs, cycle }))
  let last = yield* sign(passMs)
  const set = (next: Effect.Effect<Sign>) =>
    Effect.map(next, (found) => {
      last = found
    })
  return {
    cycleBegun: (watch, slotAt) => {
      const schedule = watch.schedule.name
      const run = runId(schedule, slotAt, "LIVE")
      return set(sign(cycleBoundMs(watch), { schedule, slot: isoText(slotAt), run }))
    },
    cycleEnded: set(sign(passMs)),
    passEnded: (waitMs) => set(sign(waitMs + passMs)),
    view: Effect.map(monotonicMs, (now) => {
      const silentMs = now - last.at
      const allowedMs = 2 * last.intervalMs
      return { alive: silentMs < allowedMs, silentMs, allowedMs, cycle: last.cycle }
    })
  }
})

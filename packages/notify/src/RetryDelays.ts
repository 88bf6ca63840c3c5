/**
 * When a message is tried again, and what a try says of its destination.
 *
 * Delays are those of the channel, each moved by up to a fifth so that messages do not come back in step, and never before
 * the receiver's own `Retry-After`. A mail is not tried after 23 hours: the provider forgets its idempotency key, and a try
 * that had arrived would arrive twice.
 */
import type { Claimed } from "@dgas/db/Delivery/Claim"
import type { Settlement } from "@dgas/db/Delivery/Settle"
import type { ChannelName } from "@dgas/domain/DestinationConfig"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { Tried } from "./Channel.ts"

const s = 1000
const m = 60 * s
const h = 60 * m

const chat = [s, 5 * s, 30 * s, 2 * m, 10 * m, 30 * m, h, 3 * h, 6 * h, 12 * h]

/** After which waits a message is tried again, milliseconds. */
export const retryDelays: Readonly<Record<ChannelName, ReadonlyArray<number>>> = {
  webhook: [5 * s, 30 * s, 2 * m, 5 * m, 15 * m, 30 * m, h, 2 * h, 4 * h, 8 * h, 12 * h, 20 * h, 24 * h],
  email: [2 * s, 10 * s, 30 * s, 2 * m, 10 * m, 30 * m, h, 3 * h, 6 * h, 12 * h],
  discord: chat,
  slack: chat,
  telegram: chat,
  desktop: [],
  console: []
}

/** How often one message is tried while a destination fails. A desktop is asked with each message: asking is all it costs. */
export const probeMs = (channel: ChannelName): number => retryDelays[channel].length === 0 ? 0 : m

const mailStopMs = 23 * h
/** A receiver that has too many and does not say for how long. */
const limitedMs = 10 * s
/** Whatever a receiver asks for: less would be no wait at all, more would be never. A quota may last until tomorrow. */
const leastWaitMs = s
const longestWaitMs = { limited: h, parked: 24 * h, again: h, unusable: h }
const jitter = 0.2

/** Whether a claimed message may not be sent any more. */
export const isTooLate = (channel: ChannelName, { claimedAt, firstAttemptAt }: Claimed): boolean =>
  channel === "email" && claimedAt - firstAttemptAt >= mailStopMs

const jittered = (ms: number) => Effect.map(Random.next, (share) => ms * (1 - jitter + 2 * jitter * share))

/** What of a settlement follows from a try. */
type Judged = Pick<Settlement, "verdict" | "health" | "afterMs" | "probeMs" | "blockMs">

const nothing = { afterMs: 0, probeMs: 0, blockMs: null }

/** `retries` are the tries before this one that count. */
export const judge = Effect.fnUntraced(
  function*(channel: ChannelName, retries: number, { outcome, retryAfterMs: asked }: Tried) {
    const within = (most: number) => asked === null ? null : Math.min(Math.max(asked, leastWaitMs), most)
    switch (outcome) {
      case "taken":
        return { ...nothing, verdict: "done", health: "well" } satisfies Judged
      case "never":
        return { ...nothing, verdict: "dead", health: null } satisfies Judged
      case "gone":
        return { ...nothing, verdict: "wait", health: "disabled" } satisfies Judged
      case "limited":
      case "parked": {
        const waitMs = within(longestWaitMs[outcome]) ?? (yield* jittered(limitedMs))
        return { ...nothing, verdict: "wait", health: null, afterMs: waitMs, blockMs: waitMs } satisfies Judged
      }
      case "again":
      case "unusable": {
        const retryAfterMs = within(longestWaitMs[outcome])
        const delays = retryDelays[channel]
        const delay = delays[retries]
        if (delays.length === 0) return { ...nothing, verdict: "expired", health: "failing" } satisfies Judged
        const firstProbeMs = Math.max(yield* jittered(delays[0] ?? m), retryAfterMs ?? 0)
        const blockMs = retryAfterMs
        return (delay === undefined
          ? { verdict: "usedUp", health: "failing", afterMs: 0, probeMs: firstProbeMs, blockMs }
          : {
            verdict: "again",
            health: "failing",
            afterMs: Math.max(yield* jittered(delay), retryAfterMs ?? 0),
            probeMs: firstProbeMs,
            blockMs
          }) satisfies Judged
      }
    }
  }
)

/**
 * Work under a claim that other workers respect only while it is renewed.
 *
 * The lease lasts 10 s and is renewed every 3 s; the work is interrupted when the claim was taken over, and by
 * itself 1 s before the lease would run out. What it then still writes is refused by the fence.
 */
import { LeaseLost, type SlotStore } from "@dgas/db/SlotStore"
import type { SlotClaim } from "@dgas/domain/Slot"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

export const leaseMs = 10_000
const renewEveryMs = 3000
const stopBeforeMs = 1000

/** Fails with `LeaseLost` when the claim could not be kept until `work` was done. */
export const holding = <A, E, R>(
  slots: SlotStore["Service"],
  claim: SlotClaim,
  work: Effect.Effect<A, E, R>
): Effect.Effect<A, E | LeaseLost, R> => Effect.raceFirst(work, keep(slots, claim))

const monotonicMs = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos / 1_000_000n))

const keep = Effect.fnUntraced(function*(slots: SlotStore["Service"], claim: SlotClaim) {
  let renewedAt = yield* monotonicMs
  let wait = renewEveryMs
  while (true) {
    yield* Effect.sleep(wait)
    const asked = yield* monotonicMs
    const left = leaseMs - stopBeforeMs - (asked - renewedAt)
    if (left <= 0) return yield* lost(claim)
    // An answer that does not come counts as one that says nothing: the next try, or the end of the lease, decides.
    const renewed = yield* slots.renew(claim, leaseMs).pipe(
      Effect.timeout(left),
      Effect.orElseSucceed(() => null)
    )
    if (renewed === false) return yield* lost(claim)
    if (renewed === true) renewedAt = asked
    wait = renewed === true ? renewEveryMs : 500
  }
})

const lost = ({ fence, schedule, slotAt }: SlotClaim) => new LeaseLost({ schedule, slotAt, fence })

/**
 * Brings messages from the outbox to the destinations.
 *
 * Each try runs by itself, so a destination that does not answer holds up no other. A message is settled after its
 * channel has taken it, so a crash in between sends it once more with the same id, and loses none. A database that is
 * away is waited for: what was tried meanwhile is tried again when its lease has run out.
 */
import { type Claimed, type Line } from "@dgas/db/Delivery/Claim"
import { DeliveryStore } from "@dgas/db/DeliveryStore"
import type { SqlFailure } from "@dgas/db/SqlFailure"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type { Tried } from "./Channel.ts"
import { DeliveryWake } from "./DeliveryWake.ts"
import { type Destination, Destinations } from "./Destinations.ts"
import { isTooLate, judge, probeMs } from "./RetryDelays.ts"

const pollMs = 1000
const sweepMs = 5000
const retryMs = 5000
/** For what is on its way when it is stopped. */
const graceMs = 5000
const turnMs = 200
/** Over the time-out of a try: a statement has ended by then. */
export const leaseMarginMs = 10_000

const lineOf = ({ channel: { channel, timeoutMs }, name, wishes: { ratePerSecond } }: Destination): Line => ({
  name,
  channel,
  ratePerSecond,
  burst: Math.max(1, ratePerSecond),
  leaseMs: timeoutMs + leaseMarginMs,
  probeMs: probeMs(channel)
})

const tooLate: Tried = {
  outcome: "never",
  status: null,
  answer: "not sent: 23 hours have passed since its first try, and it might arrive twice",
  durationMs: 0,
  retryAfterMs: null,
  receipt: null
}

const reasonOf = ({ answer, outcome, status }: Tried): string | null =>
  outcome === "taken" ? null : `${status === null ? "" : `${status} `}${answer}`.split("\n")[0]!.slice(0, 300)

/** `deliver` tries one message and settles it; `recovered` is run when its destination does well again. */
const makeDeliver = Effect.gen(function*() {
  const store = yield* DeliveryStore
  const destinations = new Map((yield* Destinations).all.map((one) => [one.name, one.channel]))
  return Effect.fn("Dispatcher.deliver")(function*(message: Claimed) {
    const channel = destinations.get(message.destination)
    // Claimed by the lines of these destinations, so there is one.
    if (channel === undefined) return yield* Effect.die(new Error(`no destination ${message.destination}`))
    const tried = isTooLate(channel.channel, message) ? tooLate : yield* channel.deliver(message)
    const { answer, durationMs, receipt, status } = tried
    return yield* store.settle({
      id: message.id,
      destination: message.destination,
      channel: channel.channel,
      token: message.token,
      attempt: message.attempt,
      reason: reasonOf(tried),
      ...yield* judge(channel.channel, message.retries, tried),
      receipt,
      status,
      durationMs,
      answer
    })
  })
})

/** Delivers for ever. Failures of the database are told at most once a minute. */
export const dispatch = Effect.fn("Dispatcher.dispatch", { root: true })(function*() {
  const lines = (yield* Destinations).all.map(lineOf)
  if (lines.length === 0) return yield* Effect.never
  const store = yield* DeliveryStore
  const { wake, woken } = yield* DeliveryWake
  const deliver = yield* makeDeliver
  const running = yield* FiberSet.make<void>()
  // What is on its way when a worker is stopped would be sent again by the next one.
  yield* Effect.addFinalizer(() => Effect.timeoutOption(FiberSet.awaitEmpty(running), graceMs))
  let sweepAt = Number.NEGATIVE_INFINITY
  let begun = false
  let toldAt = Number.NEGATIVE_INFINITY

  const tell = ({ message }: SqlFailure) =>
    Effect.gen(function*() {
      const now = yield* monotonicMs
      if (now - toldAt < 60_000) return
      toldAt = now
      yield* Effect.logWarning(`delivery: ${message}; trying again`)
    })

  const one = (message: Claimed) =>
    deliver(message).pipe(
      Effect.tap(({ recovered }) =>
        Effect.sync(() => {
          if (recovered) sweepAt = Number.NEGATIVE_INFINITY
        })
      ),
      Effect.catch(tell),
      Effect.andThen(wake)
    )

  const round = Effect.gen(function*() {
    const now = yield* monotonicMs
    if (!begun) yield* store.begin(lines)
    begun = true
    if (now - sweepAt >= sweepMs) {
      yield* store.sweep(lines)
      sweepAt = now
    }
    const claimed = yield* store.claim(lines)
    for (const message of claimed) yield* FiberSet.run(running, one(message))
    return claimed.length === 0
  })

  while (true) {
    const idle = yield* Effect.catch(round, (failure) => Effect.andThen(tell(failure), Effect.succeed(null)))
    if (idle === null) yield* Effect.sleep(retryMs)
    else if (idle) yield* Effect.timeoutOption(woken, pollMs)
  }
}, Effect.scoped)

/**
 * Delivers what is due at destinations that do well, and comes back with how many tries there were. What failed, and what
 * waits for a destination that fails, is left to whoever comes next.
 */
export const deliverDue = Effect.fn("Dispatcher.deliverDue")(function*() {
  const lines = (yield* Destinations).all.map(lineOf)
  if (lines.length === 0) return 0
  const store = yield* DeliveryStore
  const deliver = yield* makeDeliver
  yield* store.begin(lines)
  yield* store.sweep(lines)
  let tries = 0
  while (true) {
    const claimed = yield* store.claim(lines)
    tries += claimed.length
    yield* Effect.forEach(claimed, deliver, { concurrency: "unbounded", discard: true })
    if (claimed.length > 0) continue
    if ((yield* store.inLine(lines)) === 0) return tries
    // Only their rate, or another process that has them, keeps them.
    yield* Effect.sleep(turnMs)
  }
})

const monotonicMs = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1e6)

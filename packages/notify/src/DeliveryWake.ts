/**
 * Tells the dispatcher of this process that there may be messages. It is a hint: without it, and for what others write, the
 * dispatcher finds them at its next look.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"

export interface Wake {
  readonly wake: Effect.Effect<void>
  /** Done at the next `wake`, or at once when there was one since the last time. */
  readonly woken: Effect.Effect<void>
}

/** Nobody is woken unless `layer` is there. */
export const DeliveryWake = Context.Reference<Wake>("@dgas/notify/DeliveryWake", {
  defaultValue: () => ({ wake: Effect.void, woken: Effect.never })
})

export const layer = Layer.effect(
  DeliveryWake,
  Effect.map(Queue.sliding<void>(1), (queue) => ({
    wake: Effect.asVoid(Queue.offer(queue, undefined)),
    woken: Queue.take(queue)
  }))
)

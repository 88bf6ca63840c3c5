/**
 * How a worker ends when it is told to.
 *
 * The first SIGTERM or SIGINT lets what is at work come to its end, for some seconds, and then interrupts it; a second
 * one ends the process at once. One key press may come twice, since a terminal signals the whole group of processes and
 * `bun run` passes on what it got; so the second one counts when it comes half a second later or more.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** With what follows (giving back, the last word, closing connections) a stop takes less than 10 s. */
export const graceMs = 5000
const samePressMs = 500

/**
 * Runs `work` until it ends or is interrupted. Interrupted, it is told so by `tell`, has `graceMs` to come to an end by
 * itself, and is interrupted then.
 */
export const untilStopped = <A, E, R, R2>(
  work: Effect.Effect<A, E, R>,
  tell: Effect.Effect<void, never, R2>
): Effect.Effect<A, E, R | R2> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function*() {
      const fiber = yield* Effect.forkDetach(Effect.interruptible(work))
      const stop = tell.pipe(
        Effect.andThen(Effect.timeoutOption(Effect.interruptible(Fiber.await(fiber)), graceMs)),
        Effect.andThen(Fiber.interrupt(fiber))
      )
      return yield* restore(Fiber.join(fiber)).pipe(Effect.onInterrupt(() => stop))
    })
  )

/** From now until the scope closes a second signal ends this process with 130, whatever it is doing. */
export const endAtSecondSignal = Effect.acquireRelease(
  Effect.sync(() => {
    let first: number | undefined
    const heard = () => {
      const at = performance.now()
      first ??= at
      if (at - first >= samePressMs) process.exit(130)
    }
    process.on("SIGTERM", heard)
    process.on("SIGINT", heard)
    return heard
  }),
  (heard) =>
    Effect.sync(() => {
      process.off("SIGTERM", heard)
      process.off("SIGINT", heard)
    })
)

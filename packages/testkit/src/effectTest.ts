/** Runs Effect programs as `bun:test` tests. */
import { test } from "bun:test"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as TestConsole from "effect/testing/TestConsole"

const virtual = Layer.mergeAll(TestClock.layer(), TestConsole.layer)

const run = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.runPromiseExit(effect).then((exit) => {
    if (Exit.isFailure(exit)) throw Cause.squash(exit.cause)
  })

/**
 * `it.effect` (virtual clock, starts at the epoch) and `it.live` (real clock) for one layer. The layer is
 * built afresh for every test, so tests share nothing and can run in any order.
 */
export const effectTest = <R, E>(layer: Layer.Layer<R, E>) => ({
  effect: <A, E2>(name: string, body: () => Effect.Effect<A, E2, R | Scope.Scope>, timeoutMs?: number) =>
    test(
      name,
      () => run(Effect.suspend(body).pipe(Effect.scoped, Effect.provide(Layer.provideMerge(layer, virtual)))),
      timeoutMs
    ),
  live: <A, E2>(name: string, body: () => Effect.Effect<A, E2, R | Scope.Scope>, timeoutMs?: number) =>
    test(name, () => run(Effect.suspend(body).pipe(Effect.scoped, Effect.provide(layer))), timeoutMs)
})

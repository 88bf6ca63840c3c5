/** Threads that do not do what they are for. */
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { inThread, mostMinutes } from "../src/EvidenceThread.ts"

const it = effectTest(Layer.empty)

const ask = { kind: "edge", filter: {}, zone: "UTC" } as const
const of = (name: string) => inThread(ask, "", new URL(`./threads/${name}.ts`, import.meta.url))

describe("a thread", () => {
  it.live("that ends without a word is a bug, and is waited for no more", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(of("quits"))
      expect(Exit.isFailure(exit) && Cause.pretty(exit.cause)).toContain("the thread ended without a word")
    }))

  it.live("that is not there is one too", () =>
    Effect.gen(function*() {
      expect(Exit.hasDies(yield* Effect.exit(of("none")))).toBe(true)
    }))

  it.effect("that takes too long is given up", () =>
    Effect.gen(function*() {
      const waiting = yield* Effect.forkChild(Effect.flip(of("never")))
      yield* Effect.yieldNow
      yield* TestClock.adjust(`${mostMinutes} minutes`)
      expect(yield* Fiber.join(waiting)).toMatchObject({
        _tag: "Busy",
        detail: "this takes longer than 3 minutes: ask for less",
        retryAfterS: 180
      })
    }))
})

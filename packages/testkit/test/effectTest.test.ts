import { describe, expect, test } from "bun:test"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { effectTest } from "../src/effectTest.ts"

class Counter extends Context.Service<Counter, { readonly next: () => number }>()("test/Counter") {}

let closed = 0
const layer = Layer.effect(
  Counter,
  Effect.acquireRelease(
    Effect.sync(() => {
      let count = 0
      return Counter.of({ next: () => ++count })
    }),
    () => Effect.sync(() => closed++)
  )
)

describe("effectTest", () => {
  const it = effectTest(layer)

  for (const name of ["first", "second"]) {
    it.effect(`builds the layer afresh for the ${name} test`, () =>
      Effect.gen(function*() {
        expect((yield* Counter).next()).toBe(1)
      }))
  }

  it.effect("runs under virtual time, from the epoch", () =>
    Effect.gen(function*() {
      expect(yield* Clock.currentTimeMillis).toBe(0)
      yield* TestClock.adjust("3 hours")
      expect(yield* Clock.currentTimeMillis).toBe(3 * 3_600_000)
    }))

  it.live("runs under real time when asked to", () =>
    Effect.gen(function*() {
      expect(yield* Clock.currentTimeMillis).toBeGreaterThan(1_700_000_000_000)
    }))

  test("has closed the layer of each test before the next", () => {
    expect(closed).toBe(4)
  })
})

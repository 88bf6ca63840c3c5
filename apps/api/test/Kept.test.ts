import { effectTest } from "@dgas/testkit/effectTest"
import { expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Kept } from "../src/Kept.ts"

const it = effectTest(Layer.empty)

/** Counts how often it computes. */
const counting = () => {
  let computed = 0
  return Effect.sync(() => ++computed)
}

it.effect("what was computed is kept for a minute", () =>
  Effect.gen(function*() {
    const kept = new Kept<number>(2)
    const work = counting()
    expect(yield* kept.of("a", work)).toBe(1)
    yield* TestClock.adjust(59_999)
    expect(yield* kept.of("a", work)).toBe(1)
    yield* TestClock.adjust(1)
    expect(yield* kept.of("a", work)).toBe(2)
  }))

it.effect("and no longer where the clock is set back", () =>
  Effect.gen(function*() {
    const kept = new Kept<number>(2)
    const work = counting()
    yield* TestClock.setTime(3_600_000)
    expect(yield* kept.of("a", work)).toBe(1)
    yield* TestClock.setTime(0)
    yield* TestClock.adjust(60_000)
    expect(yield* kept.of("a", work)).toBe(2)
  }))

it.effect("the oldest goes when there are too many, and a failure is not kept", () =>
  Effect.gen(function*() {
    const kept = new Kept<number>(2)
    const work = counting()
    for (const key of ["a", "b", "c", "b"]) yield* kept.of(key, work)
    expect(yield* kept.of("c", work)).toBe(3)
    expect(yield* kept.of("a", work)).toBe(4)
    expect(yield* Effect.flip(kept.of("d", Effect.fail("no")))).toBe("no")
    expect(yield* kept.of("d", work)).toBe(5)
  }))

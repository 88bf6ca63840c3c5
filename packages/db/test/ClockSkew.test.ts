import { describe, expect, test } from "bun:test"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { clockSkew } from "../src/ClockSkew.ts"
import { DbClock } from "../src/DbClock.ts"

/** The skew found when the database is `aheadMs` ahead, and takes as long as told to be asked and to answer. */
const found = (aheadMs: number, askMs = 0, answerMs = 0) =>
  Effect.gen(function*() {
    yield* TestClock.setTime(Date.UTC(2026, 0, 5))
    const now = TestClock.adjust(askMs).pipe(
      Effect.andThen(Clock.currentTimeMillis),
      Effect.tap(() => TestClock.adjust(answerMs)),
      Effect.map((at) => at + aheadMs)
    )
    return yield* Effect.provideService(clockSkew(), DbClock, DbClock.of({ now, instant: Effect.succeed(null) }))
  }).pipe(Effect.provide(TestClock.layer()), Effect.runPromise)

describe("clockSkew", () => {
  test.each([0, 1500, -1500, 45_000, -3_600_000])("is what the database is ahead: %d ms", async (ahead) => {
    expect(await found(ahead)).toBe(ahead)
    expect(await found(ahead, 100, 100)).toBe(ahead === 0 ? 0 : ahead - Math.sign(ahead) * 100)
  })

  test("is not made up by an answer that took long on one of its ways", async () => {
    expect(await found(0, 6000, 0)).toBe(0)
    expect(await found(0, 0, 6000)).toBeCloseTo(0)
    expect(Math.abs(await found(5000, 6000, 0))).toBeLessThanOrEqual(5000)
  })
})

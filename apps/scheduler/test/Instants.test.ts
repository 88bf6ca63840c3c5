import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { asOfInstant, replayRange } from "../src/Instants.ts"

const now = Date.UTC(2026, 5, 15, 12)

const at = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.andThen(TestClock.setTime(now), effect).pipe(Effect.provide(TestClock.layer()), Effect.runPromiseExit)

describe("--replay", () => {
  test.each([
    ["2026-01-01..2026-01-31", Date.UTC(2026, 0, 1), Date.UTC(2026, 1, 1)],
    ["2026-01-01T14:30Z..2026-01-01T16:00-05:00", Date.UTC(2026, 0, 1, 14, 30), Date.UTC(2026, 0, 1, 21)],
    ["2026-06-14..2026-06-15", Date.UTC(2026, 5, 14), now]
  ])("%s ends with the day it names, or now", async (text, from, to) => {
    expect(await at(replayRange(text))).toEqual(Exit.succeed({ from, to }))
  })

  test.each([
    "2026-01-01",
    "2026-01-01..",
    "..2026-01-01",
    "2026-01-01..2026-02-01..2026-03-01",
    "2026-02-30..x",
    "2026-02-28..2026-02-31",
    "2026-02-30T10:00Z..2026-03-05",
    "2026-01-02T00:00Z..2026-01-01T00:00Z",
    "2026-01-01..2026-12-31",
    "01/02/2026..02/02/2026"
  ])("%s is refused", async (text) => {
    expect(Exit.isFailure(await at(replayRange(text)))).toBe(true)
  })
})

describe("--as-of", () => {
  test("is an instant of the past", async () => {
    expect(await at(asOfInstant(Option.none()))).toEqual(Exit.succeed(null))
    expect(await at(asOfInstant(Option.some("2026-01-05T14:30:00+01:00")))).toEqual(
      Exit.succeed(Date.UTC(2026, 0, 5, 13, 30))
    )
    expect(Exit.isFailure(await at(asOfInstant(Option.some("2026-07-01"))))).toBe(true)
    expect(Exit.isFailure(await at(asOfInstant(Option.some("yesterday"))))).toBe(true)
  })
})

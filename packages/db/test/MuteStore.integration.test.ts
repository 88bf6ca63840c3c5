import type { Mute } from "@dgas/domain/Mute"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import { DbClock } from "../src/DbClock.ts"
import { MuteStore, type NewMute } from "../src/MuteStore.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { minute, monday } from "./rows.ts"

const it = effectTest(TestDatabase.layerBy(DbClock.layerVirtual))

const aMute = (change: Partial<NewMute> = {}): NewMute => ({
  schedule: null,
  symbol: "BTCUSDT",
  destination: null,
  endsAt: monday + 60 * minute,
  author: "ann",
  reason: "a fork of the chain",
  ...change
})
const ids = (mutes: ReadonlyArray<Mute>) => mutes.map(({ id }) => id)

describe("MuteStore", () => {
  it.effect("holds from its beginning until its end, which is no part of it", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const mutes = yield* MuteStore
      const added = yield* mutes.add(aMute({ id: "one", startsAt: monday + 10 * minute }))
      expect(added).toEqual({
        ...aMute({ id: "one" }),
        id: "one",
        startsAt: monday + 10 * minute,
        createdAt: monday,
        liftedAt: null
      })
      for (const [at, holds] of [[9.999, false], [10, true], [59.999, true], [60, false]] as const) {
        expect(ids(yield* mutes.active(monday + at * minute))).toEqual(holds ? ["one"] : [])
        yield* TestClock.setTime(monday + at * minute)
        expect(ids(yield* mutes.active(null))).toEqual(holds ? ["one"] : [])
      }
    }))

  it.effect("begins now unless told, and ends when it is lifted, once", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const mutes = yield* MuteStore
      yield* mutes.add(aMute({ id: "one" }))
      yield* mutes.add(aMute({ id: "two", symbol: null, schedule: "crypto", destination: "desk" }))
      expect(ids(yield* mutes.active(null))).toEqual(["one", "two"])
      yield* TestClock.adjust("1 minute")
      expect(yield* mutes.lift("one")).toMatchObject({ id: "one", startsAt: monday, liftedAt: monday + minute })
      expect(yield* mutes.lift("one")).toBeNull()
      expect(yield* mutes.lift("three")).toBeNull()
      expect(ids(yield* mutes.active(null))).toEqual(["two"])
      yield* TestClock.adjust("1 hour")
      expect(yield* mutes.lift("two")).toBeNull()
    }))

  it.effect("lists what holds or is to come, or all there was, newest first", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const mutes = yield* MuteStore
      yield* mutes.add(aMute({ id: "over", endsAt: monday + 1 }))
      yield* TestClock.adjust("1 second")
      yield* mutes.add(aMute({ id: "lifted" }))
      yield* mutes.lift("lifted")
      yield* TestClock.adjust("1 second")
      yield* mutes.add(aMute({ id: "coming", startsAt: monday + 30 * minute }))
      expect(ids(yield* mutes.list({ all: false }))).toEqual(["coming"])
      expect(ids(yield* mutes.list({ all: true }))).toEqual(["coming", "lifted", "over"])
    }))

  it.effect("draws a short name, and another one where that is taken", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const mutes = yield* MuteStore
      const seeded = mutes.add(aMute()).pipe(Random.withSeed("twice"))
      const first = yield* seeded
      const second = yield* seeded
      expect(first?.id).toMatch(/^[b-z2-9]{5}$/)
      expect(second?.id).toMatch(/^[b-z2-9]{5}$/)
      expect(second?.id).not.toBe(first?.id)
    }))

  it.effect("leaves a given name alone that is taken, and refuses one that ends before it begins", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const mutes = yield* MuteStore
      yield* mutes.add(aMute({ id: "one" }))
      expect(yield* mutes.add(aMute({ id: "one", reason: "another" }))).toBeNull()
      expect((yield* mutes.active(null))[0]?.reason).toBe("a fork of the chain")
      expect((yield* Effect.flip(mutes.add(aMute({ endsAt: monday }))))._tag).toBe("StoreRefused")
    }))
})

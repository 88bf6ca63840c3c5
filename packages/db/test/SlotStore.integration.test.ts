import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { DbClock } from "../src/DbClock.ts"
import { SlotStore } from "../src/SlotStore.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aSlot, minute, monday } from "./rows.ts"

const it = effectTest(TestDatabase.layer)
const virtual = effectTest(TestDatabase.layerBy(DbClock.layerVirtual))

describe("SlotStore", () => {
  it.live("gives a slot to exactly one of many that ask at once", () =>
    Effect.gen(function*() {
      const slots = yield* SlotStore
      const claims = yield* Effect.all(
        Array.from({ length: 20 }, (_, index) => slots.claim(aSlot, `worker ${index}`, 10_000)),
        { concurrency: "unbounded" }
      )
      const held = claims.filter((claim) => claim !== null)
      expect(held.map(({ fence }) => fence)).toEqual([1])
    }))

  virtual.effect(
    "gives a slot to another worker when the lease runs out, and not to its first holder again",
    () =>
      Effect.gen(function*() {
        const slots = yield* SlotStore
        const stale = yield* slots.claim(aSlot, "a", 10_000)
        yield* TestClock.adjust("9999 millis")
        expect(yield* slots.claim(aSlot, "b", 10_000)).toBeNull()
        yield* TestClock.adjust("1 millis")
        const current = yield* slots.claim(aSlot, "b", 10_000)
        expect(current).toEqual({ ...aSlot, owner: "b", fence: 2 })

        expect(yield* slots.renew(stale!, 10_000)).toBe(false)
        const lost = yield* Effect.flip(slots.fail(stale!, "error"))
        expect(lost._tag).toBe("LeaseLost")
        expect(lost.message).toContain("crypto")
        expect(yield* slots.renew(current!, 10_000)).toBe(true)
      })
  )

  virtual.effect("holds a slot for as long as it is renewed", () =>
    Effect.gen(function*() {
      const slots = yield* SlotStore
      const claim = yield* slots.claim(aSlot, "a", 10_000)
      for (let times = 0; times < 5; times++) {
        yield* TestClock.adjust("8 seconds")
        expect(yield* slots.renew(claim!, 10_000)).toBe(true)
        expect(yield* slots.claim(aSlot, "b", 10_000)).toBeNull()
      }
    }))

  it.live("gives a slot whose lease ran out to one of many that ask at once", () =>
    Effect.gen(function*() {
      const slots = yield* SlotStore
      yield* slots.claim(aSlot, "dead", 0)
      const claims = yield* Effect.all(
        Array.from({ length: 20 }, (_, index) => slots.claim(aSlot, `worker ${index}`, 10_000)),
        { concurrency: "unbounded" }
      )
      expect(claims.filter((claim) => claim !== null).map(({ fence }) => fence)).toEqual([2])
    }))

  it.live("never gives out a slot that has its final state, however old its lease", () =>
    Effect.gen(function*() {
      const slots = yield* SlotStore
      const claim = yield* slots.claim(aSlot, "a", 0)
      yield* slots.fail(claim!, "no_data")
      yield* slots.fail(claim!, "no_data")
      expect(yield* slots.claim(aSlot, "a", 10_000)).toBeNull()
      expect((yield* Effect.flip(slots.fail(claim!, "error")))._tag).toBe("LeaseLost")
      expect(yield* slots.counts).toEqual([
        { schedule: "crypto", origin: "LIVE", state: "failed", reason: "no_data", count: 1 }
      ])
    }))

  it.live("tells the final slots of a range, ends included, of one schedule and origin", () =>
    Effect.gen(function*() {
      const slots = yield* SlotStore
      for (let index = 0; index < 5; index++) {
        // A lease of no length leaves the third running, and held by nobody.
        const claim = yield* slots.claim({ ...aSlot, slotAt: monday + index * minute }, "a", index === 2 ? 0 : 10_000)
        if (index !== 2) yield* slots.fail(claim!, "error")
      }
      const final = yield* slots.final("crypto", "LIVE", monday + minute, monday + 3 * minute)
      expect([...final].toSorted()).toEqual([monday + minute, monday + 3 * minute])
      expect(yield* slots.final("crypto", "DEMO", monday, monday + 9 * minute)).toEqual(new Set())
      expect(yield* slots.claim({ ...aSlot, origin: "DEMO" }, "a", 10_000)).not.toBeNull()
    }))

  it.live("lets nobody past an older slot that is held, whose signals a later one must know", () =>
    Effect.gen(function*() {
      const slots = yield* SlotStore
      const later = { ...aSlot, slotAt: aSlot.slotAt + minute }
      const held = yield* slots.claim(aSlot, "a", 10_000)
      expect(yield* slots.claim(later, "b", 10_000)).toBeNull()
      expect(yield* slots.claim({ ...later, schedule: "other" }, "b", 10_000)).not.toBeNull()
      yield* slots.fail(held!, "error")
      expect(yield* slots.claim(later, "b", 10_000)).not.toBeNull()
    }))

  it.live("tells what is known around an instant, and keeps the fate of slots that nobody holds", () =>
    Effect.gen(function*() {
      const slots = yield* SlotStore
      const at = (index: number) => aSlot.slotAt + index * minute
      expect(yield* slots.around("crypto", "LIVE", at(2))).toEqual({ before: null, after: null, abandoned: [] })
      const done = yield* slots.claim(aSlot, "a", 10_000)
      yield* slots.fail(done!, "error")
      yield* slots.claim({ ...aSlot, slotAt: at(1) }, "dead", 0)
      yield* slots.claim({ ...aSlot, slotAt: at(3) }, "a", 10_000)
      expect(yield* slots.around("crypto", "LIVE", at(2))).toEqual({ before: at(1), after: at(3), abandoned: [at(1)] })
      expect(yield* slots.around("crypto", "LIVE", at(4))).toEqual({ before: at(3), after: null, abandoned: [at(1)] })
      expect(yield* slots.around("crypto", "DEMO", at(2))).toMatchObject({ before: null, after: null })

      expect(yield* slots.miss("crypto", "LIVE", [at(0), at(1), at(2), at(3)], "too_old")).toBe(2)
      expect(yield* slots.final("crypto", "LIVE", at(0), at(9))).toEqual(new Set([at(0), at(1), at(2)]))
      expect(yield* slots.counts).toMatchObject([
        { state: "running", count: 1 },
        { state: "missed", reason: "too_old", count: 2 },
        { state: "failed", reason: "error", count: 1 }
      ])
    }))
})

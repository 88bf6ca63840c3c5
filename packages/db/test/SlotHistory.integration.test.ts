import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { RunStore } from "../src/RunStore.ts"
import { SlotHistory } from "../src/SlotHistory.ts"
import { SlotStore } from "../src/SlotStore.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aRun, aSlot, minute, monday } from "./rows.ts"

const it = effectTest(TestDatabase.layer)
const at = (index: number) => monday + index * minute

/** One late, one failed, two missed, one held; and one of a demo. */
const filled = Effect.gen(function*() {
  const slots = yield* SlotStore
  const late = yield* slots.claim(aSlot, "a", 10_000)
  yield* (yield* RunStore).finish({
    claim: late!,
    run: aRun({ slotAt: at(0), lateMs: 90_000 }),
    signals: [],
    events: [],
    metrics: [],
    outbox: [],
    slot: { state: "late", reason: null }
  })
  const failed = yield* slots.claim({ ...aSlot, slotAt: at(1) }, "a", 10_000)
  yield* slots.fail(failed!, "no_data")
  expect(yield* slots.miss("crypto", "LIVE", [at(1), at(2), at(3)], "too_old")).toBe(2)
  expect(yield* slots.miss("crypto", "LIVE", [at(2), at(3)], "too_old")).toBe(0)
  yield* slots.claim({ ...aSlot, schedule: "other", slotAt: at(4) }, "b", 10_000)
  yield* slots.claim({ ...aSlot, origin: "DEMO", slotAt: at(5) }, "b", 10_000)
})

describe("SlotHistory", () => {
  it.live("counts by schedule, state and reason, and tells the newest of each", () =>
    Effect.gen(function*() {
      yield* filled
      const history = yield* SlotHistory
      expect(yield* history.tally({})).toEqual([
        { schedule: "crypto", origin: "LIVE", state: "late", reason: null, count: 1, latest: at(0) },
        { schedule: "crypto", origin: "LIVE", state: "missed", reason: "too_old", count: 2, latest: at(3) },
        { schedule: "crypto", origin: "LIVE", state: "failed", reason: "no_data", count: 1, latest: at(1) },
        { schedule: "other", origin: "LIVE", state: "running", reason: null, count: 1, latest: at(4) }
      ])
      expect(yield* history.tally({ state: "missed", since: at(3) })).toMatchObject([{ count: 1 }])
      expect(yield* history.tally({ origin: "ALL", schedule: "crypto" })).toHaveLength(4)
    }))

  it.live("tells the newest slots with who held them and how late they were run, and those that are held", () =>
    Effect.gen(function*() {
      yield* filled
      const history = yield* SlotHistory
      const recent = yield* history.recent({ limit: 10 })
      expect(recent.map(({ slotAt }) => slotAt)).toEqual([4, 3, 2, 1, 0].map(at))
      expect(recent.at(-1)).toMatchObject({ state: "late", owner: "a", fence: 1, lateMs: 90_000 })
      expect(recent[1]).toMatchObject({ state: "missed", reason: "too_old", owner: "nobody", lateMs: null })
      expect(yield* history.recent({ limit: 1, schedule: "crypto" })).toMatchObject([{ slotAt: at(3) }])
      expect(yield* history.recent({ limit: 10, origin: "DEMO" })).toHaveLength(1)
      const held = yield* history.held
      expect(held).toMatchObject([{ schedule: "other", slotAt: at(4), owner: "b" }])
      expect(held[0]!.leaseUntil - held[0]!.updatedAt).toBe(10_000)
    }))
})

describe("SlotStore.release", () => {
  it.live("gives back what its owner holds, and nothing else", () =>
    Effect.gen(function*() {
      const slots = yield* SlotStore
      const mine = yield* slots.claim(aSlot, "a", 10_000)
      yield* slots.claim({ ...aSlot, schedule: "other" }, "b", 10_000)
      yield* slots.release("a")
      expect(yield* slots.claim({ ...aSlot, schedule: "other" }, "c", 10_000)).toBeNull()
      expect(yield* slots.claim(aSlot, "c", 10_000)).toMatchObject({ owner: "c", fence: 2 })
      // Its former holder can no longer write.
      expect((yield* Effect.flip(slots.fail(mine!, "error")))._tag).toBe("LeaseLost")
    }))
})

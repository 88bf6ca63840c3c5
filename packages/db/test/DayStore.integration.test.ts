import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { DayStore } from "../src/DayStore.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aMessage, anEvent, aRun, minute, monday } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

const it = effectTest(TestDatabase.layer)
const hour = 60 * minute

describe("DayStore", () => {
  it.live("counts the slots, level events and messages of a time and of no other", () =>
    Effect.gen(function*() {
      const days = yield* DayStore
      for (const index of [0, 1, 24]) {
        const slotAt = monday + index * hour
        yield* storeRun({
          run: aRun({ id: `r${index}`, slotAt, executionTimeMs: 100 * (index + 1) }),
          events: [anEvent({ id: `e${index}`, eventTimestamp: slotAt })],
          outbox: [aMessage({ id: `m${index}`, signalIds: [] })]
        })
      }
      const span = { since: monday, until: monday + 24 * hour }
      expect(yield* days.slots(span)).toEqual([{ schedule: "crypto", state: "done", reason: null, count: 2 }])
      expect((yield* days.events(span)).map(({ count }) => count)).toEqual([2])
      expect(yield* days.messages(span)).toEqual([])
      const written = yield* days.messages({ since: 0, until: 8e12 })
      expect(written.reduce((sum, { count }) => sum + count, 0)).toBe(3)
      // 15:00 in London is the next day in Tokyo.
      const cycles = (zone: string) => days.cycles({ since: monday, until: monday + 48 * hour, zone })
      expect((yield* cycles("UTC")).map(({ day, p95Ms, runs }) => [day, runs, p95Ms])).toEqual([
        ["2024-01-08", 2, 195],
        ["2024-01-09", 1, 2500]
      ])
      expect((yield* cycles("Asia/Tokyo")).map(({ day }) => day)).toEqual(["2024-01-09", "2024-01-10"])
    }))
})

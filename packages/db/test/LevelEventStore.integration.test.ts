import { LevelEventKind, LevelTarget } from "@dgas/domain/Level"
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { LevelEventStore } from "../src/LevelEventStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { anEvent, aRun, minute, monday } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

const it = effectTest(TestDatabase.layer)

const stored = (events: ReadonlyArray<LevelEvent>) =>
  Effect.gen(function*() {
    expect(yield* storeRun({ events })).toEqual({ rejected: [] })
    return yield* LevelEventStore
  })

describe("LevelEventStore", () => {
  it.live("gives back every field as it went in, of every level, kind and side", () =>
    Effect.gen(function*() {
      const events = [
        ...LevelTarget.literals.map((level) => anEvent({ id: `1 ${level}`, level })),
        ...LevelEventKind.literals.map((kind) => anEvent({ id: `2 ${kind}`, kind })),
        ...([-1, 0, 1] as const).map((side) => anEvent({ id: `3 ${side + 1}`, side })),
        anEvent({ id: "4", low: -1.7976931348623157e308, high: 5e-324, close: 1 / 3, weight: 0.1 + 0.2, tick: null }),
        anEvent({ id: "5", low: 0, high: 0, eventTimestamp: 0 })
      ].toSorted((a, b) => b.eventTimestamp - a.eventTimestamp || (a.id < b.id ? -1 : 1))
      expect(yield* (yield* stored(events)).recent({ limit: 99 })).toEqual(events)
    }))

  it.live("stores an event once, with the run that found it first", () =>
    Effect.gen(function*() {
      const store = yield* stored([anEvent(), anEvent({ close: 99 })])
      yield* storeRun({ run: aRun({ id: "2", slotAt: monday + minute }), events: [anEvent({ close: 98 })] })
      expect(yield* store.recent({ limit: 99 })).toEqual([anEvent()])
      const { run } = yield* Sql
      yield* run("delete", (sql) => sql`delete from prediction_runs where id = ${aRun().id}`)
      expect(yield* store.recent({ limit: 99 })).toEqual([])
    }))

  it.live("gives the newest first, by symbol, schedule, time and origin", () =>
    Effect.gen(function*() {
      const given: ReadonlyArray<Partial<LevelEvent>> = [
        { id: "0" },
        { id: "1", symbol: "ETHUSDT" },
        { id: "2", schedule: "stocks" },
        { id: "3", origin: "DEMO" },
        { id: "4" },
        { id: "5", eventTimestamp: monday + 4 * minute }
      ]
      const store = yield* stored(
        given.map((change, index) => anEvent({ eventTimestamp: monday + index * minute, ...change }))
      )
      const ids = (filter: Parameters<typeof store.recent>[0]) =>
        Effect.map(store.recent(filter), (found) => found.map(({ id }) => id).join(""))
      expect(yield* ids({ limit: 99 })).toBe("45210")
      expect(yield* ids({ limit: 2 })).toBe("45")
      expect(yield* ids({ limit: 99, symbol: "ETHUSDT" })).toBe("1")
      expect(yield* ids({ limit: 99, schedule: "stocks" })).toBe("2")
      expect(yield* ids({ limit: 99, since: monday + 2 * minute })).toBe("452")
      expect(yield* ids({ limit: 99, origin: "DEMO" })).toBe("3")
      expect(yield* ids({ limit: 99, origin: "ALL", symbol: "BTCUSDT" })).toBe("45320")
      expect(yield* ids({ limit: 99, symbol: "' or true --" })).toBe("")
    }))
})

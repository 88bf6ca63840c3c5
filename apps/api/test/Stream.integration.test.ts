import { Sql } from "@dgas/db/Sql"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { aRun, aSignal } from "../../../packages/db/test/rows.ts"
import { storeRun } from "../../../packages/db/test/storeRun.ts"
import { it, listening } from "./apiWorld.ts"
import { openEvents } from "./events.ts"

const another = (slot: number) => {
  const at = Date.UTC(2024, 0, 9) + slot * 1_800_000
  const run = aRun({ id: `run ${slot}`, slotAt: at, runTimestamp: at })
  return storeRun({ run, signals: [aSignal({ id: `signal ${slot}`, signalTimestamp: at })] })
}

describe("the stream", () => {
  it.live("tells of what comes after it was opened, and of nothing before", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* another(0)
      const events = yield* openEvents(`${url}/v1/stream`)
      expect(events.response.headers.get("content-type")).toBe("text/event-stream")
      expect((yield* events.next)?.name).toBeNull()
      yield* another(1)
      const told = [yield* events.next, yield* events.next]
      expect(told.map((event) => JSON.parse(event?.data ?? "null").id).toSorted()).toEqual(["run 1", "signal 1"])
      expect(told.map((event) => event?.name).toSorted()).toEqual(["run", "signal"])
    }))

  it.live("goes on after the last event that a client had, each once, whoever else listens", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const other = yield* openEvents(`${url}/v1/stream`)
      yield* other.next
      const first = yield* openEvents(`${url}/v1/stream`)
      yield* first.next
      yield* another(0)
      const had = [yield* first.next, yield* first.next]
      first.close()
      yield* another(1)
      yield* another(2)
      const again = yield* openEvents(`${url}/v1/stream`, first.lastId())
      expect((yield* again.next)?.name).toBeNull()
      yield* another(3)
      const told: Array<string> = []
      while (told.length < 6) {
        const event = yield* again.next
        if (event?.data != null) told.push(JSON.parse(event.data).id)
      }
      expect(new Set(told)).toEqual(new Set([1, 2, 3].flatMap((slot) => [`run ${slot}`, `signal ${slot}`])))
      expect(had.length).toBe(2)
      const others: Array<string> = []
      while (others.length < 8) others.push(JSON.parse((yield* other.next)?.data ?? "null").id)
      expect(new Set(others).size).toBe(8)
    }))

  it.live("says when what came in between is not known any more", () =>
    Effect.gen(function*() {
      const url = yield* listening
      yield* another(0)
      const events = yield* openEvents(`${url}/v1/stream`)
      yield* events.next
      const last = events.lastId()
      yield* (yield* Sql).run("forget", (sql) => sql`delete from feed`)
      yield* another(1)
      const again = yield* openEvents(`${url}/v1/stream`, last)
      expect((yield* again.next)?.name).toBe("reset")
      const odd = yield* openEvents(`${url}/v1/stream`, "nonsense")
      expect((yield* odd.next)?.name).toBe("reset")
    }))

  it.live("says so to those who listen when a crash of the database has emptied the feed, and goes on", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const events = yield* openEvents(`${url}/v1/stream`)
      yield* events.next
      yield* another(0)
      yield* events.next
      yield* events.next
      yield* (yield* Sql).run("empty", (sql) => sql`truncate feed`)
      yield* another(1)
      expect((yield* events.next)?.name).toBe("reset")
      yield* events.next
      yield* another(2)
      while ((yield* events.next)?.data?.includes("\"run 2\"") !== true);
    }))
})

import { ApiKeyStore } from "@dgas/db/ApiKeyStore"
import { Sql } from "@dgas/db/Sql"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { aRun, aSignal } from "../../../packages/db/test/rows.ts"
import { storeRun } from "../../../packages/db/test/storeRun.ts"
import { StreamPace } from "../src/EventStream.ts"
import { Keys } from "../src/Keys.ts"
import { aKey, bearer, expire } from "./accessWorld.ts"
import { get, it, listening } from "./apiWorld.ts"
import { openEvents } from "./events.ts"

const seldom = { heartbeatMs: 3_600_000, checkMs: 3_600_000 }

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
      const again = yield* openEvents(`${url}/v1/stream`, { lastEventId: first.lastId() })
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
      const again = yield* openEvents(`${url}/v1/stream`, { lastEventId: last })
      expect((yield* again.next)?.name).toBe("reset")
      const odd = yield* openEvents(`${url}/v1/stream`, { lastEventId: "nonsense" })
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

  it.live("of a key that is revoked tells nothing more and ends", () =>
    Effect.gen(function*() {
      const url = yield* Effect.provideService(listening, StreamPace, seldom)
      const { key, stored } = yield* aKey()
      const events = yield* openEvents(`${url}/v1/stream`, { headers: bearer(key) })
      yield* events.next
      yield* another(0)
      yield* events.next
      yield* events.next
      yield* (yield* ApiKeyStore).revoke(stored.prefix)
      yield* (yield* Keys).forget
      yield* another(1)
      expect(yield* events.next).toBeNull()
    }))

  it.live("ends when its key has expired, while there is nothing to tell", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const { key, stored } = yield* aKey()
      const events = yield* openEvents(`${url}/v1/stream`, { headers: bearer(key) })
      yield* events.next
      yield* expire(stored.prefix)
      expect(yield* events.next).toBeNull()
    }))

  it.live("is held over heartbeats without news, and tells what comes then", () =>
    Effect.gen(function*() {
      const url = yield* Effect.provideService(listening, StreamPace, { heartbeatMs: 200, checkMs: 100 })
      const events = yield* openEvents(`${url}/v1/stream`)
      for (let beats = 0; beats < 2; beats++) expect(yield* events.beat).toBe(": still here")
      yield* another(0)
      expect((yield* events.next)?.data).toMatch(/"(run|signal) 0"/)
    }))

  it.live("is open at most 8 times for one key or address, and 200 times in all", () =>
    Effect.gen(function*() {
      const url = yield* listening
      const open = (headers: Readonly<Record<string, string>>) => openEvents(`${url}/v1/stream`, { headers })
      const statusOf = (headers: Readonly<Record<string, string>>) =>
        Effect.scoped(Effect.map(open(headers), ({ response }) => response.status))
      const first = bearer((yield* aKey()).key)
      // Held, as one that nobody has any more is closed with its garbage.
      const held = yield* Effect.forEach(Array.from({ length: 8 }), () => open(first))
      expect(held.map(({ response }) => response.status)).toEqual(Array<number>(8).fill(200))
      const refused = yield* open(first)
      expect([refused.response.status, refused.response.headers.get("retry-after")]).toEqual([429, "30"])
      expect((yield* get(`${url}/v1/stream`, { headers: first })).json.detail).toStartWith("too many streams are open")
      expect(yield* statusOf({})).toBe(200)
      held[0]!.close()
      let again = yield* open(first)
      while (again.response.status === 429) again = yield* open(first)
      expect(again.response.status).toBe(200)
      expect((yield* open(first)).response.status).toBe(429)

      const others = yield* Effect.forEach(Array.from({ length: 24 }), () => aKey())
      const more = yield* Effect.forEach(
        others.flatMap(({ key }) => Array.from({ length: 8 }, () => bearer(key))),
        open,
        { concurrency: 8 }
      )
      expect(more.filter(({ response }) => response.status === 200)).toHaveLength(192)
      expect(yield* statusOf(bearer((yield* aKey()).key))).toBe(429)
      expect(held.slice(1).every(({ response }) => response.status === 200)).toBe(true)
    }))
})

import type { OutboxMessage } from "@dgas/domain/Announce"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import { DbClock } from "../src/DbClock.ts"
import { OutboxStore } from "../src/OutboxStore.ts"
import { RunStore } from "../src/RunStore.ts"
import { SignalStore } from "../src/SignalStore.ts"
import { SlotStore } from "../src/SlotStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aMessage, aRun, aSignal, aSlot, monday } from "./rows.ts"

const it = effectTest(TestDatabase.layerBy(DbClock.layerAt(monday)))

const sent = (outbox: ReadonlyArray<OutboxMessage>) =>
  Effect.gen(function*() {
    const claim = (yield* (yield* SlotStore).claim(aSlot, "a", 10_000))!
    const slot = { state: "done", reason: null } as const
    const signals = [aSignal(), aSignal({ id: "other" })]
    yield* (yield* RunStore).finish({ claim, run: aRun(), signals, events: [], metrics: [], outbox, slot })
    return yield* OutboxStore
  })

describe("OutboxStore", () => {
  it.live("gives the messages of a channel in the order in which the cycle made them", () =>
    Effect.gen(function*() {
      const ids = ["9", "1", "5", "3"]
      const outbox = yield* sent([...ids.map((id) => aMessage({ id })), aMessage({ id: "mail", channel: "email" })])
      const pending = (limit: number) =>
        Effect.map(outbox.pending("console", limit), (found) => found.map(({ id }) => id))
      expect(yield* pending(99)).toEqual(ids)
      expect(yield* pending(2)).toEqual(["9", "1"])
      yield* outbox.markDone(["9", "5", "unknown"])
      yield* outbox.markDone(["9"])
      yield* outbox.markDone([])
      expect(yield* pending(99)).toEqual(["1", "3"])
    }))

  it.live("leaves a message alone that has its final state", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      const outbox = yield* sent([aMessage({ id: "1" }), aMessage({ id: "2" })])
      yield* run("suppress", (sql) => sql`update outbox set state = 'suppressed', finished_at = now() where id = '2'`)
      yield* outbox.markDone(["1", "2"])
      yield* outbox.markDone(["1"])
      const rows = yield* run("states", (sql) => sql`select state::text, attempts from outbox order by id`)
      expect(rows).toEqual([{ state: "done", attempts: 1 }, { state: "suppressed", attempts: 0 }])
    }))

  it.live("marks the signals of what was delivered, with every channel that took them", () =>
    Effect.gen(function*() {
      const outbox = yield* sent([aMessage({ id: "1" }), aMessage({ id: "2", channel: "email" })])
      yield* outbox.markDone(["2"])
      yield* outbox.markDone(["1"])
      const signals = yield* (yield* SignalStore).recent({ limit: 9, origin: "ALL" })
      const marks = new Map(signals.map((signal) => [signal.id, signal]))
      expect(marks.get(aSignal().id)).toMatchObject({
        notificationSent: true,
        notificationChannels: ["console", "email"],
        notificationTimestamp: monday
      })
      expect(marks.get("other")).toMatchObject({ notificationSent: false, notificationTimestamp: null })
    }))
})

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
      yield* run("expire", (sql) => sql`update outbox set state = 'expired', finished_at = now() where id = '2'`)
      yield* outbox.markDone(["1", "2"])
      yield* outbox.markDone(["1"])
      const rows = yield* run("states", (sql) => sql`select state::text, attempts from outbox order by id`)
      expect(rows).toEqual([{ state: "done", attempts: 1 }, { state: "expired", attempts: 0 }])
    }))

  it.live("keeps what is suppressed with its reason, and holds back what is to wait", () =>
    Effect.gen(function*() {
      const { run } = yield* Sql
      const later = Date.UTC(2100, 0, 1)
      const outbox = yield* sent([
        aMessage({ id: "muted", suppressed: "muted by ann" }),
        aMessage({ id: "now", repliesTo: "an entry" }),
        aMessage({ id: "waits", notBefore: later }),
        aMessage({ id: "waited", notBefore: monday })
      ])
      expect((yield* outbox.pending("console", 9)).map(({ id }) => id)).toEqual(["now", "waited"])
      const rows = yield* run("rows", (sql) =>
        sql`
          select id, state::text, reason, replies_to, finished_at is not null as finished, next_attempt_at,
            due_since = greatest(created_at, next_attempt_at) as "isDue"
          from outbox order by position`)
      const row = {
        state: "pending",
        reason: null,
        replies_to: null,
        finished: false,
        next_attempt_at: null,
        isDue: true
      }
      expect(rows).toEqual([
        { ...row, id: "muted", state: "suppressed", reason: "muted by ann", finished: true },
        { ...row, id: "now", replies_to: "an entry" },
        { ...row, id: "waits", next_attempt_at: later },
        { ...row, id: "waited", next_attempt_at: monday }
      ])
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

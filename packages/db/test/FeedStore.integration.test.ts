import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import postgres from "postgres"
import { DeliveryReplay } from "../src/DeliveryReplay.ts"
import { beginning, FeedStore } from "../src/FeedStore.ts"
import { OutcomeStore } from "../src/OutcomeStore.ts"
import { SignalStore } from "../src/SignalStore.ts"
import { SignalWords } from "../src/SignalWords.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { anotherDatabase } from "./fullDatabase.ts"
import { aMessage, anOutcome, aRun, aSignal } from "./rows.ts"
import { storeRun } from "./storeRun.ts"

const it = effectTest(TestDatabase.layer)

const kinds = (rows: ReadonlyArray<{ readonly kind: string; readonly id: string }>) =>
  rows.map(({ id, kind }) => `${kind} ${id}`)

describe("the feed", () => {
  it.live("tells of runs, signals and outcomes once each, and not of replays", () =>
    Effect.gen(function*() {
      const feed = yield* FeedStore
      expect(yield* feed.head).toBe(beginning)
      yield* storeRun({ signals: [aSignal()] })
      const replay = aRun({ id: "replay", origin: "REPLAY" })
      yield* storeRun({ run: replay, signals: [aSignal({ id: "other", origin: "REPLAY" })] })
      yield* (yield* OutcomeStore).write([{ update: anOutcome(), readOver: null }])
      const rows = yield* feed.after(beginning, 100)
      // A run and its signals are one statement, and come in no order.
      expect(kinds(rows.slice(0, 2)).toSorted()).toEqual([`run ${aRun().id}`, `signal ${aSignal().id}`])
      expect(kinds(rows.slice(2))).toEqual([`outcome ${aSignal().id}`])
      expect(yield* feed.after(rows.at(-1)!.place, 100)).toEqual([])
      expect(kinds(yield* feed.after(rows[0]!.place, 1))).toEqual(kinds([rows[1]!]))
    }))

  it.live("tells of an outcome whose R or prices alone are others, and of nothing where none is", () =>
    Effect.gen(function*() {
      const feed = yield* FeedStore
      const outcomes = yield* OutcomeStore
      yield* storeRun({ signals: [aSignal()] })
      yield* outcomes.write([{ update: anOutcome(), readOver: null }])
      const { run } = yield* Sql
      for (
        const change of [
          "r = r + 0.1",
          "fill_price = fill_price + 0.1",
          "exit_price = exit_price + 0.1",
          "pnl_pct = pnl_pct + 0.1",
          "exit_price = exit_price, evaluated_at = now()"
        ]
      ) {
        const before = yield* feed.head
        yield* run("revise", (sql) => sql`update generated_signals set ${sql.unsafe(change)}`)
        const isOther = !change.includes("evaluated_at")
        expect([change, kinds(yield* feed.after(before, 100))])
          .toEqual([change, isOther ? [`outcome ${aSignal().id}`] : []])
      }
    }))

  it.live("tells of a signal that was acknowledged, once", () =>
    Effect.gen(function*() {
      const feed = yield* FeedStore
      const words = yield* SignalWords
      yield* storeRun({ signals: [aSignal()] })
      const before = yield* feed.head
      yield* words.acknowledge(aSignal().id, "ann")
      yield* words.acknowledge(aSignal().id, "bob")
      expect(kinds(yield* feed.after(before, 100))).toEqual([`signal ${aSignal().id}`])
    }))

  it.live("tells of messages that ended, and of those that are let go again, but not of a try", () =>
    Effect.gen(function*() {
      const feed = yield* FeedStore
      const { run } = yield* Sql
      yield* storeRun({ outbox: [aMessage()] })
      const before = yield* feed.head
      const to = (change: string) => run("change", (sql) => sql`update outbox set ${sql.unsafe(change)}`)
      yield* to("state = 'leased', lease_token = gen_random_uuid(), lease_until = now()")
      yield* to("state = 'pending', lease_token = null, lease_until = null")
      expect(yield* feed.after(before, 100)).toEqual([])
      yield* to("state = 'dead', finished_at = now()")
      expect(yield* feed.after(before, 100)).toHaveLength(1)
      expect(yield* (yield* DeliveryReplay).one(aMessage().id)).toMatchObject({ replayed: true })
      expect(kinds(yield* feed.after(before, 100))).toEqual([
        `delivery ${aMessage().id}`,
        `delivery ${aMessage().id}`
      ])
    }))

  it.live("never goes past a transaction that is still at work", () =>
    Effect.gen(function*() {
      const feed = yield* FeedStore
      yield* storeRun()
      const { url } = yield* TestDatabase
      const other = yield* Effect.acquireRelease(
        Effect.sync(() => postgres(Redacted.value(url), { max: 1, onnotice: () => undefined })),
        (other) => Effect.promise(() => other.end({ timeout: 1 }))
      )
      yield* Effect.promise(() =>
        other.unsafe("begin; insert into feed (kind, id, origin) values ('run', 'slow', 'LIVE')")
      )
      yield* (yield* SignalStore).insertMany(aRun().id, [aSignal()])
      const before = yield* feed.after(beginning, 100)
      expect(kinds(before)).toEqual([`run ${aRun().id}`])
      yield* Effect.promise(() => other.unsafe("commit"))
      expect(kinds(yield* feed.after(before.at(-1)!.place, 100))).toEqual(["run slow", `signal ${aSignal().id}`])
    }))

  it.live("does not wait for what another database of the server is at", () =>
    Effect.gen(function*() {
      const feed = yield* FeedStore
      const { url } = yield* anotherDatabase
      const other = yield* Effect.acquireRelease(
        Effect.sync(() => postgres(Redacted.value(url), { max: 1, onnotice: () => undefined })),
        (other) => Effect.promise(() => other.end({ timeout: 1 }))
      )
      yield* Effect.promise(() =>
        other.unsafe("begin; insert into feed (kind, id, origin) values ('run', 'slow', 'LIVE')")
      )
      yield* storeRun()
      expect(kinds(yield* feed.after(beginning, 100))).toEqual([`run ${aRun().id}`])
      yield* Effect.promise(() => other.unsafe("rollback"))
    }))

  it.live("knows only places whose row is there", () =>
    Effect.gen(function*() {
      const feed = yield* FeedStore
      const { run } = yield* Sql
      yield* storeRun()
      const head = yield* feed.head
      expect(yield* feed.knows(head)).toBe(true)
      for (const place of [beginning, "", "x", "1-2-3", "99999999999999999999-1"]) {
        expect(yield* feed.knows(place)).toBe(false)
      }
      yield* run("forget", (sql) => sql`delete from feed`)
      expect(yield* feed.knows(head)).toBe(false)
    }))

  it.live("keeps three days", () =>
    Effect.gen(function*() {
      const feed = yield* FeedStore
      const { run } = yield* Sql
      yield* storeRun()
      yield* run("age", (sql) => sql`update feed set happened_at = now() - interval '73 hours'`)
      yield* storeRun({ run: aRun({ id: "new", slotAt: aRun().slotAt + 1 }) })
      yield* feed.forget
      expect(kinds(yield* feed.after(beginning, 100))).toEqual(["run new"])
    }))
})

import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import postgres from "postgres"
import { beginning, FeedStore } from "../src/FeedStore.ts"
import { OutcomeStore } from "../src/OutcomeStore.ts"
import { SignalStore } from "../src/SignalStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { anotherDatabase } from "./fullDatabase.ts"
import { anOutcome, aRun, aSignal } from "./rows.ts"
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

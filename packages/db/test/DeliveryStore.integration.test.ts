import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { DbClock } from "../src/DbClock.ts"
import type { Claimed } from "../src/Delivery/Claim.ts"
import { DeliveryReplay } from "../src/DeliveryReplay.ts"
import { DestinationStore } from "../src/DestinationStore.ts"
import { SignalStore } from "../src/SignalStore.ts"
import { Sql } from "../src/Sql.ts"
import { TestDatabase } from "../src/TestDatabase.ts"
import { aLine, failed, states, taken, toHook, written } from "./deliveries.ts"
import { aSignal, monday } from "./rows.ts"

const it = effectTest(TestDatabase.layerBy(DbClock.layerVirtual))
const hook = aLine("hook")
const other = aLine("other")
const ids = (claimed: ReadonlyArray<Claimed>) => claimed.map(({ id }) => id)
const range = (count: number) => Array.from({ length: count }, (_, index) => String(index).padStart(3, "0"))
const day = 86_400_000
const write = (id: string) =>
  Effect.flatMap(
    Sql,
    ({ run }) =>
      run("write", (sql) =>
        sql`insert into outbox (id, channel, destination, kind, payload) values (${id}, 'webhook', 'hook', 'signals', '{}')`)
  )
const health = (name: string) =>
  Effect.map(Effect.flatMap(DestinationStore, ({ list }) => list), (all) => all.find((one) => one.name === name)!)

describe("DeliveryStore", () => {
  it.effect("leases two of each destination, oldest first, and no more until one is settled", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const store = yield* written([hook, other], [
        ...["1", "2", "3"].map((id) => toHook(id)),
        toHook("x", { destination: "other" }),
        toHook("mail", { channel: "email" })
      ])
      const claimed = yield* store.claim([hook, other])
      expect(ids(claimed)).toEqual(["1", "2", "x"])
      expect(claimed[0]).toMatchObject({ attempt: 1, retries: 0, claimedAt: monday, firstAttemptAt: monday })
      expect(yield* store.claim([hook, other])).toEqual([])
      yield* taken(claimed[1]!)
      expect(ids(yield* store.claim([hook, other]))).toEqual(["3"])
      expect(yield* states).toEqual({ "1": "leased", "2": "done", "3": "leased", x: "leased", mail: "pending" })
    }))

  it.effect("gives a message to others when its lease has run out, and then takes its end from anybody", () =>
    Effect.gen(function*() {
      const store = yield* written([hook], [toHook("1")])
      const [first] = yield* store.claim([hook])
      yield* TestClock.adjust(24_999)
      expect(yield* store.claim([hook])).toEqual([])
      yield* TestClock.adjust(1)
      const [second] = yield* store.claim([hook])
      expect(second).toMatchObject({ id: "1", attempt: 2, retries: 0 })
      expect(yield* failed(first!)).toEqual({ state: "lost", recovered: false })
      expect((yield* states)["1"]).toBe("leased")
      // It has arrived, whoever brought it.
      expect(yield* taken(first!)).toMatchObject({ state: "done" })
      expect(yield* taken(second!)).toMatchObject({ state: "lost" })
      const { run } = yield* Sql
      const attempts = yield* run(
        "attempts",
        (sql) => sql`select attempt, status, answer from delivery_attempts order by attempt`
      )
      expect(attempts).toEqual([{ attempt: 1, status: 500, answer: "no" }, { attempt: 2, status: 200, answer: "ok" }])
    }))

  it.effect("marks the signals that a message tells of, with each channel that took them", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(monday)
      const store = yield* written([hook], [toHook("1", { signalIds: [aSignal().id] }), toHook("2", { signalIds: [] })])
      for (const message of yield* store.claim([hook])) yield* taken(message)
      const signals = yield* (yield* SignalStore).recent({ limit: 9, origin: "ALL" })
      const marks = new Map(signals.map((signal) => [signal.id, signal]))
      expect(marks.get(aSignal().id)).toMatchObject({
        notificationSent: true,
        notificationChannels: ["webhook"],
        notificationTimestamp: monday
      })
      expect(marks.get("other")).toMatchObject({ notificationSent: false, notificationChannels: [] })
    }))

  it.effect("lets as many leave as the rate allows, after a pause a burst of them", () =>
    Effect.gen(function*() {
      const store = yield* written([hook], range(30).map((id) => toHook(id)))
      const drain = Effect.gen(function*() {
        let count = 0
        while (true) {
          const claimed = yield* store.claim([hook])
          if (claimed.length === 0) return count
          count += claimed.length
          for (const message of claimed) yield* taken(message)
        }
      })
      expect(yield* drain).toBe(5)
      yield* TestClock.adjust(1000)
      expect(yield* drain).toBe(5)
      yield* TestClock.adjust(400)
      expect(yield* drain).toBe(2)
      yield* TestClock.adjust(60_000)
      expect(yield* drain).toBe(5)
      expect(yield* store.hasLine([hook])).toBe(true)
    }))

  it.effect("tries one message of a destination that fails, those tried least first, and frees the backlog when it answers", () =>
    Effect.gen(function*() {
      const store = yield* written([hook], ["1", "2", "3"].map((id) => toHook(id)))
      const [one, two] = yield* store.claim([hook])
      yield* failed(one!)
      expect(yield* failed(two!)).toEqual({ state: "held", recovered: false })
      expect(yield* store.sweep).toEqual({ held: 1, released: 0 })
      expect(yield* states).toEqual({ "1": "held", "2": "held", "3": "held" })
      expect(yield* store.claim([hook])).toEqual([])
      yield* TestClock.adjust(5000)
      const probe = yield* store.claim([hook])
      expect(ids(probe)).toEqual(["3"])
      yield* failed(probe[0]!)
      yield* TestClock.adjust(59_000)
      expect(yield* store.claim([hook])).toEqual([])
      yield* TestClock.adjust(1000)
      const [next] = yield* store.claim([hook])
      expect(next).toMatchObject({ id: "1", attempt: 2, retries: 1 })
      expect(yield* health("hook")).toMatchObject({ state: "failing", reason: "500 no", waiting: 3, failingSince: 0 })
      expect(yield* taken(next!)).toEqual({ state: "done", recovered: true })
      expect(yield* store.sweep).toEqual({ held: 0, released: 2 })
      yield* TestClock.adjust(20_000)
      expect(ids(yield* store.claim([hook]))).toEqual(["2", "3"])
      expect(yield* health("hook")).toMatchObject({ state: "well", reason: null, failingSince: null, done: 1 })
    }))

  it.effect("gives a message up whose tries are used up only where others arrived meanwhile", () =>
    Effect.gen(function*() {
      const store = yield* written([hook, other], [
        toHook("1"),
        toHook("2"),
        toHook("x", { destination: "other" })
      ])
      const [bad, good, alone] = yield* store.claim([hook, other])
      yield* TestClock.adjust(10)
      yield* taken(good!)
      expect(yield* failed(bad!, { verdict: "usedUp" })).toMatchObject({ state: "dead" })
      expect(yield* failed(alone!, { verdict: "usedUp" })).toMatchObject({ state: "held" })
      // It is a probe once a day, and so the destination is never left without one.
      yield* TestClock.adjust(3_600_000)
      expect(yield* store.claim([other])).toEqual([])
      yield* TestClock.adjust(23 * 3_600_000)
      expect(ids(yield* store.claim([other]))).toEqual(["x"])
    }))

  it.effect("waits as long as a receiver asks, for all that goes there, without using up a try", () =>
    Effect.gen(function*() {
      const store = yield* written([hook], ["1", "2", "3"].map((id) => toHook(id)))
      const [one] = yield* store.claim([hook])
      yield* failed(one!, { verdict: "wait", health: null, afterMs: 30_000, blockMs: 30_000, status: 429 })
      expect(yield* store.claim([hook])).toEqual([])
      yield* TestClock.adjust(30_000)
      expect(yield* store.claim([hook])).toMatchObject([{ id: "1", attempt: 2, retries: 0 }, { id: "2" }])
    }))

  it.effect("disables what is gone, and what only failed for five days; enabling lets its messages go", () =>
    Effect.gen(function*() {
      const store = yield* written([hook, other], [toHook("1"), toHook("2"), toHook("x", { destination: "other" })])
      const [one, two, x] = yield* store.claim([hook, other])
      yield* failed(one!, { verdict: "wait", health: "disabled", status: 410 })
      yield* failed(x!)
      expect(yield* health("hook")).toMatchObject({ state: "disabled", disabledAt: 0 })
      yield* TestClock.adjust(120 * 3_600_000)
      expect(ids(yield* store.claim([hook, other]))).toEqual(["x"])
      yield* failed(x!, { token: "stale" })
      expect(yield* health("other")).toMatchObject({ state: "disabled", failingSince: 0, disabledAt: 432_000_000 })
      // One that was on its way arrives: the rest stays until somebody wants it.
      expect(yield* taken(two!)).toMatchObject({ state: "done" })
      yield* store.sweep
      expect(yield* states).toMatchObject({ "1": "held", "2": "done" })
      const destinations = yield* DestinationStore
      expect(yield* destinations.enable("nobody")).toBe(false)
      expect(yield* destinations.enable("hook")).toBe(true)
      expect(yield* store.sweep).toMatchObject({ released: 1 })
      expect(ids(yield* store.claim([hook, other]))).toEqual(["1"])
    }))

  it.effect("sends an answer after what it answers, with the receipt of that one at the same destination", () =>
    Effect.gen(function*() {
      const signalIds = [aSignal().id]
      const store = yield* written([hook, other], [
        toHook("entry", { signalIds }),
        toHook("elsewhere", { signalIds, destination: "other" }),
        toHook("exit", { signalIds: ["other"], repliesTo: aSignal().id })
      ])
      const [entry, elsewhere] = yield* store.claim([hook, other])
      expect(yield* store.claim([hook])).toEqual([])
      yield* taken(elsewhere!, { receipt: { ts: "2" } })
      yield* taken(entry!, { receipt: { ts: "1" } })
      expect(yield* store.claim([hook, other])).toMatchObject([{ id: "exit", repliesTo: { ts: "1" } }])
    }))

  it.effect("holds what is not to leave yet, and never what was suppressed", () =>
    Effect.gen(function*() {
      const store = yield* written([hook], [
        toHook("quiet", { notBefore: 60_000 }),
        toHook("muted", { suppressed: "muted by ops: maintenance" })
      ])
      expect(yield* store.claim([hook])).toEqual([])
      yield* TestClock.adjust(60_000)
      expect(ids(yield* store.claim([hook]))).toEqual(["quiet"])
      expect(yield* states).toMatchObject({ muted: "suppressed" })
    }))

  it.effect("lets messages expire that no process has had a destination for since a day, and tells of replays anew", () =>
    Effect.gen(function*() {
      const former = toHook("old", { destination: "former" })
      const store = yield* written([hook, other], [toHook("1"), toHook("2", { destination: "other" }), former])
      const { run } = yield* Sql
      yield* run("age", (sql) => sql`update outbox set due_since = ${-day}::timestamptz`)
      // Another process has it.
      yield* TestClock.adjust(day - 1)
      expect(yield* store.expire([hook])).toBe(1)
      yield* TestClock.adjust(1)
      expect(yield* store.expire([hook])).toBe(1)
      expect(yield* states).toEqual({ "1": "pending", "2": "expired", old: "expired" })
      expect(yield* (yield* DeliveryReplay).one("old")).toEqual({ replayed: true, state: "expired" })
      expect(yield* store.expire([hook])).toBe(0)
    }))

  it.effect("leaves nothing in the hands of who died: neither of a former destination nor of one that was disabled", () =>
    Effect.gen(function*() {
      const store = yield* written([hook, other], [toHook("1"), toHook("2"), toHook("x", { destination: "other" })])
      const [one] = yield* store.claim([hook, other])
      yield* failed(one!, { verdict: "wait", health: "disabled", status: 410 })
      yield* TestClock.adjust(25_000)
      const { run } = yield* Sql
      yield* run("age", (sql) => sql`update outbox set due_since = ${-day}::timestamptz where id = 'x'`)
      yield* run("unseen", (sql) => sql`update destinations set seen_at = ${-day}::timestamptz where name = 'other'`)
      yield* store.sweep
      yield* store.expire([hook])
      expect(yield* states).toEqual({ "1": "held", "2": "held", x: "expired" })
    }))

  it.effect("lets a message that alone fails keep its own wait, and holds up the others for that moment only", () =>
    Effect.gen(function*() {
      const store = yield* written([hook], [toHook("bad"), toHook("1")])
      const [bad, good] = yield* store.claim([hook])
      yield* taken(good!)
      yield* failed(bad!, { afterMs: 120_000 })
      yield* TestClock.adjust(5000)
      yield* write("2")
      yield* store.sweep
      const [probe] = yield* store.claim([hook])
      expect(probe!.id).toBe("2")
      expect(yield* taken(probe!)).toMatchObject({ recovered: true })
      yield* store.sweep
      yield* TestClock.adjust(114_999)
      expect(yield* store.claim([hook])).toEqual([])
      yield* TestClock.adjust(1)
      expect(ids(yield* store.claim([hook]))).toEqual(["bad"])
    }))

  it.effect("keeps a wait that a receiver asked for when another message arrives meanwhile", () =>
    Effect.gen(function*() {
      const store = yield* written([hook], ["1", "2", "3"].map((id) => toHook(id)))
      const [one, two] = yield* store.claim([hook])
      yield* failed(one!, { verdict: "wait", health: null, afterMs: 60_000, blockMs: 60_000, status: 429 })
      yield* taken(two!)
      expect(yield* store.claim([hook])).toEqual([])
      yield* TestClock.adjust(60_000)
      const [again] = yield* store.claim([hook])
      // It has not been tried in earnest yet: a mail may still be sent for a day from now.
      expect(again).toMatchObject({ id: "1", attempt: 2, retries: 0, firstAttemptAt: 60_000 })
    }))

  it.live("gives no message to two of many that claim at once", () =>
    Effect.gen(function*() {
      const lines = range(5).map((name) => aLine(name, { ratePerSecond: 100, burst: 100 }))
      const messages = lines.flatMap(({ name }) =>
        range(20).map((id) => toHook(`${name}/${id}`, { destination: name, signalIds: [aSignal().id, "other"] }))
      )
      const store = yield* written(lines, messages)
      const seen: Array<string> = []
      let most = 0
      const underWay = new Map<string, number>()
      const worker = Effect.gen(function*() {
        while (seen.length < messages.length) {
          const claimed = yield* store.claim(lines)
          for (const { destination, id } of claimed) {
            seen.push(id)
            underWay.set(destination, (underWay.get(destination) ?? 0) + 1)
            most = Math.max(most, underWay.get(destination)!)
          }
          yield* Effect.forEach(claimed, (message) => {
            underWay.set(message.destination, underWay.get(message.destination)! - 1)
            return taken(message)
          }, { concurrency: 4 })
        }
      })
      yield* Effect.all([worker, worker, worker, worker], { concurrency: 4 })
      expect(new Set(seen).size).toBe(messages.length)
      expect(seen.length).toBe(messages.length)
      expect(most).toBeLessThanOrEqual(2)
      expect(Object.values(yield* states).every((state) => state === "done")).toBe(true)
    }))
})

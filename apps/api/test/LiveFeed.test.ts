import { beginning, type FeedRow, FeedStore } from "@dgas/db/FeedStore"
import { StoreUnavailable } from "@dgas/db/Sql"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { type Listener, LiveFeed } from "../src/LiveFeed.ts"

/** A feed in memory; `failing` is what becomes of every look at it. */
let rows: Array<FeedRow> = []
let failing: Effect.Effect<void, StoreUnavailable> = Effect.void

const away = Effect.fail(new StoreUnavailable({ target: "test", reason: "away" }))
const defect = Effect.die(new Error("relation \"feed\" does not exist"))

const feed = Layer.effect(
  FeedStore,
  Effect.sync(() => {
    rows = []
    failing = Effect.void
    const read = <A>(found: () => A) => Effect.andThen(Effect.suspend(() => failing), Effect.sync(found))
    return FeedStore.of({
      head: read(() => rows.at(-1)?.place ?? beginning),
      after: (place, limit) => read(() => rows.filter((row) => number(row.place) > number(place)).slice(0, limit)),
      knows: (place) => read(() => rows.some((row) => row.place === place)),
      forget: Effect.void
    })
  })
)
const it = effectTest(LiveFeed.layer.pipe(Layer.provide(feed)))

const number = (place: string) => Number(place.split("-")[0])
const add = (...numbers: ReadonlyArray<number>) => {
  for (const n of numbers) {
    rows.push({ place: `${n}-1`, kind: "run", id: `run ${n}`, origin: "LIVE", schedule: "desk", at: 0 })
  }
}

/** What a listener is told, in words. */
const ear = () => {
  const told: Array<string> = []
  const listener: Listener = {
    place: (place) => told.push(`at ${place}`),
    reset: () => told.push("reset"),
    rows: (found) => Effect.sync(() => void told.push(...found.map(({ id }) => id)))
  }
  return { told, listener }
}

const look = TestClock.adjust("1 second")

describe("the live feed", () => {
  for (const [what, failure] of [["a database that is away", away], ["a defect", defect]] as const) {
    it.effect(`goes on after ${what}, with all that came meanwhile`, () =>
      Effect.gen(function*() {
        const { listen } = yield* LiveFeed
        add(1)
        const { listener, told } = ear()
        yield* listen(null, listener)
        failing = failure
        yield* look
        add(2)
        yield* look
        expect(told).toEqual(["at 1-1"])
        failing = Effect.void
        yield* look
        expect(told).toEqual(["at 1-1", "run 2"])
      }))
  }

  it.effect("says to all that events are lost when the feed was emptied, and goes on from its head", () =>
    Effect.gen(function*() {
      const { listen } = yield* LiveFeed
      add(1)
      const ears = [ear(), ear()]
      for (const { listener } of ears) yield* listen(null, listener)
      rows = []
      add(3)
      yield* look
      add(4)
      yield* look
      for (const { told } of ears) expect(told).toEqual(["at 1-1", "reset", "at 3-1", "run 4"])
    }))

  it.effect("says so too when the database is another one, whose transactions have lower numbers", () =>
    Effect.gen(function*() {
      const { listen } = yield* LiveFeed
      add(1000)
      const { listener, told } = ear()
      yield* listen(null, listener)
      rows = []
      add(7)
      yield* look
      add(8)
      yield* look
      expect(told).toEqual(["at 1000-1", "reset", "at 7-1", "run 8"])
      rows = []
      yield* look
      yield* look
      expect(told.slice(4)).toEqual(["reset", `at ${beginning}`])
    }))

  it.effect("that began at no row says so after a look that failed, since what came may be gone again", () =>
    Effect.gen(function*() {
      const { listen } = yield* LiveFeed
      const { listener, told } = ear()
      yield* listen(null, listener)
      yield* look
      failing = away
      yield* look
      failing = Effect.void
      add(2)
      yield* look
      expect(told).toEqual([`at ${beginning}`, "reset", "at 2-1"])
    }))

  it.effect("tells the others also when one cannot be told", () =>
    Effect.gen(function*() {
      const { listen } = yield* LiveFeed
      const { listener, told } = ear()
      yield* listen(null, { ...listener, rows: () => Effect.die(new Error("gone")) })
      yield* listen(null, listener)
      add(1)
      yield* look
      add(2)
      yield* look
      expect(told.slice(2)).toEqual(["run 1", "run 2"])
    }))

  it.effect("tells a backlog of 5,000 rows, and of more that it is too much", () =>
    Effect.gen(function*() {
      const { listen } = yield* LiveFeed
      add(...Array.from({ length: 5002 }, (_, index) => index + 1))
      const few = ear()
      yield* listen("2-1", few.listener)
      expect(few.told).toHaveLength(5001)
      expect([few.told[0], few.told[1], few.told.at(-1)]).toEqual(["at 2-1", "run 3", "run 5002"])
      const many = ear()
      yield* listen("1-1", many.listener)
      expect(many.told).toEqual(["reset", "at 5002-1"])
    }))
})

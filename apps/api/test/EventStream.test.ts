import type { FeedRow } from "@dgas/db/FeedStore"
import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { eventStream, heartbeatMs, StreamPace } from "../src/EventStream.ts"
import { type Listener, LiveFeed } from "../src/LiveFeed.ts"
import { idleSeconds } from "../src/Server.ts"
import { openEvents, unread } from "./events.ts"

/** Who listens; the test tells them. */
const ears = new Set<Listener>()
const feed = Layer.effect(
  LiveFeed,
  Effect.sync(() => {
    ears.clear()
    return LiveFeed.of({
      listen: (_, listener) =>
        Effect.sync(() => {
          ears.add(listener)
          listener.place("0-0")
          return () => void ears.delete(listener)
        })
    })
  })
)
const it = effectTest(feed)

const row = (number: number): FeedRow => ({
  place: `${number}-1`,
  kind: "run",
  id: `run ${number}`,
  origin: "LIVE",
  schedule: "desk",
  at: 0
})
const tell = (...rows: ReadonlyArray<FeedRow>) =>
  Effect.forEach(ears, (listener) => listener.rows(rows), { discard: true })

/** Of a client that does not leave. */
const staying = () => new AbortController().signal

const seldom = { heartbeatMs: 3_600_000, checkMs: 3_600_000 }

describe("a stream of events", () => {
  it.live("asks before each batch of rows whether its caller may go on, and ends where it may not", () =>
    Effect.gen(function*() {
      let may = true
      let ended = 0
      const response = yield* eventStream(null, staying(), {
        mayGoOn: Effect.sync(() => may),
        ended: () => void ended++
      })
      yield* tell(row(1))
      may = false
      yield* tell(row(2), row(3))
      expect([ended, ears.size]).toEqual([1, 0])
      const text = yield* Effect.promise(() => response.text())
      expect(text).toContain("run 1")
      expect(text).not.toMatch(/run [23]/)
    }).pipe(Effect.provideService(StreamPace, seldom)))

  it.live("without rows asks as well", () =>
    Effect.gen(function*() {
      let asked = 0
      const response = yield* eventStream(null, staying(), {
        mayGoOn: Effect.sync(() => ++asked < 3),
        ended: () => undefined
      })
      expect(yield* Effect.promise(() => response.text())).toContain("id: 0-0")
      expect([asked, ears.size]).toEqual([3, 0])
    }).pipe(Effect.provideService(StreamPace, { ...seldom, checkMs: 1 })))

  it.live("ends when a defect keeps it from being known who may", () =>
    Effect.gen(function*() {
      const response = yield* eventStream(null, staying(), {
        mayGoOn: Effect.die(new Error("no such column")),
        ended: () => undefined
      })
      yield* Effect.promise(() => response.text())
      expect(ears.size).toBe(0)
    }).pipe(Effect.provideService(StreamPace, { ...seldom, checkMs: 1 })))

  it.live("ends at once for a client that left before it began", () =>
    Effect.gen(function*() {
      let ended = 0
      const response = yield* eventStream(null, AbortSignal.abort(), {
        mayGoOn: Effect.succeed(true),
        ended: () => void ended++
      })
      yield* Effect.promise(() => response.text())
      expect([ended, ears.size]).toEqual([1, 0])
    }).pipe(Effect.provideService(StreamPace, seldom)))

  it.live("that nobody reads is cut off when a megabyte waits, between two events", () =>
    Effect.gen(function*() {
      let ended = 0
      const response = yield* eventStream(null, staying(), {
        mayGoOn: Effect.succeed(true),
        ended: () => void ended++
      })
      let told = 0
      while (ears.size > 0) yield* tell(...Array.from({ length: 500 }, () => row(++told)))
      expect(ended).toBe(1)
      const text = yield* Effect.promise(() => response.text())
      expect(text.length).toBeWithin(1024 * 1024, 1024 * 1024 + 200)
      expect(text.endsWith("\n\n")).toBe(true)
      const whole = text.split("event: run").length - 1
      expect([...text.matchAll(/run \d+/g)].map(([found]) => found)).toEqual(
        Array.from({ length: whole }, (_, index) => `run ${index + 1}`)
      )
    }).pipe(Effect.provideService(StreamPace, seldom)))

  it.live(
    "whose client takes nothing from its socket is cut off, and the others hear all",
    () =>
      Effect.gen(function*() {
        const run = Effect.runPromiseWith(yield* Effect.context<LiveFeed>())
        const over: Array<string> = []
        const server = yield* Effect.acquireRelease(
          Effect.sync(() =>
            Bun.serve({
              hostname: "127.0.0.1",
              port: 0,
              fetch: ({ signal, url }) =>
                run(eventStream(null, signal, {
                  mayGoOn: Effect.succeed(true),
                  ended: () => over.push(new URL(url).pathname)
                }))
            })
          ),
          (server) => Effect.promise(() => server.stop(true))
        )
        const reader = yield* openEvents(`http://127.0.0.1:${server.port}/reader`)
        yield* reader.next
        const idle = yield* unread(`http://127.0.0.1:${server.port}/idle`)
        while (ears.size < 2) yield* Effect.yieldNow
        const kilobyte = "x".repeat(1000)
        let told = 0
        while (over.length === 0) {
          // Less at once than a megabyte, which is what may wait for whoever reads.
          const rows = Array.from({ length: 700 }, () => ({ ...row(++told), id: `${kilobyte} ${told}` }))
          yield* tell(...rows)
          let event = yield* reader.next
          while (event?.id !== `${told}-1`) {
            expect(event).not.toBeNull()
            event = yield* reader.next
          }
        }
        expect(over).toEqual(["/idle"])
        const text = yield* idle.rest
        expect(text).toEndWith("\r\n0\r\n\r\n")
        expect(text).toContain("x 1\"")
        expect(text).not.toContain(`x ${told}"`)
      }).pipe(Effect.provideService(StreamPace, seldom)),
    60_000
  )

  it.live("has heartbeats more often than the server closes connections on which nothing is said", () =>
    Effect.sync(() => expect(heartbeatMs * 2).toBeLessThan(idleSeconds * 1000)))
})

import type { DeadManConfig } from "@dgas/domain/WorkerConfig"
import { effectTest } from "@dgas/testkit/effectTest"
import { loopbackOnly } from "@dgas/testkit/loopbackOnly"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as TestConsole from "effect/testing/TestConsole"
import { makeDeadMan } from "../src/DeadMan.ts"
import * as Log from "../src/Log.ts"

loopbackOnly()

const it = effectTest(Log.layer("human", (text) => text))
const secret = "planted-secret-of-the-address"

/** Keeps what it was asked, and answers as told: a status, or nothing ever. */
const receiver = Effect.gen(function*() {
  const asked = yield* Queue.unbounded<string>()
  const answers: { status: number | "never" } = { status: 200 }
  const server = yield* Effect.acquireRelease(
    Effect.sync(() =>
      Bun.serve({
        port: 0,
        hostname: "127.0.0.1",
        idleTimeout: 0,
        fetch: (request) => {
          Queue.offerUnsafe(asked, `${request.method} ${new URL(request.url).pathname}`)
          return answers.status === "never"
            ? new Promise<Response>(() => {})
            : new Response("x", { status: answers.status, headers: { location: "/elsewhere" } })
        }
      })
    ),
    (server) => Effect.promise(() => server.stop(true))
  )
  const config = (method: DeadManConfig["method"] = "GET"): DeadManConfig => ({
    url: Redacted.make(`http://127.0.0.1:${server.port}/${secret}`),
    method
  })
  return { asked, answers, config, stop: Effect.promise(() => server.stop(true)) }
})

const told = Effect.map(Effect.all([TestConsole.logLines, TestConsole.errorLines]), (lines) => lines.flat().map(String))

/** The lines, once there are so many. */
const toldAtLeast = (count: number) =>
  Effect.andThen(
    Effect.repeat(Effect.andThen(Effect.yieldNow, told), { until: (lines) => lines.length >= count }),
    told
  )

describe("the dead-man address", () => {
  it.effect("is asked after a cycle, and then not for 30 s", () =>
    Effect.gen(function*() {
      const { asked, config } = yield* receiver
      const { cycled } = yield* makeDeadMan(config("POST"))
      yield* cycled
      expect(yield* Queue.take(asked)).toBe(`POST /${secret}`)
      yield* TestClock.adjust(29_999)
      yield* cycled
      yield* TestClock.adjust(1)
      yield* cycled
      expect(yield* Queue.take(asked)).toBe(`POST /${secret}`)
      expect(yield* Queue.size(asked)).toBe(0)
    }))

  it.effect("that fails is told once, as is that it answers again, and without the address", () =>
    Effect.gen(function*() {
      const { answers, asked, config } = yield* receiver
      const { cycled } = yield* makeDeadMan(config())
      // A request on its way must not be given up by a clock that is set on: first it has its time to arrive.
      const arrives = Effect.repeat(Effect.promise(() => Bun.sleep(5)), {
        times: 40,
        until: () => Effect.map(Queue.size(asked), (size) => size > 0)
      })
      // While the answer before is still being read a cycle asks nothing.
      const next = Effect.andThen(TestClock.adjust(30_000), cycled).pipe(
        Effect.andThen(arrives),
        Effect.repeat({ until: () => Effect.map(Queue.size(asked), (size) => size > 0) }),
        Effect.andThen(Queue.takeAll(asked))
      )
      for (const status of [500, 404, 302] as const) {
        answers.status = status
        yield* next
        yield* toldAtLeast(1)
      }
      answers.status = 200
      yield* next
      expect(yield* toldAtLeast(2)).toEqual([
        "the dead-man address answers again",
        "warning: the dead-man address answered with status 500, expected 2xx; told once, the worker goes on"
      ])
      expect((yield* told).join("\n")).not.toContain(secret)
    }))

  it.effect("that does not answer is given up after 10 s, and holds up nothing meanwhile", () =>
    Effect.gen(function*() {
      const { answers, asked, config } = yield* receiver
      answers.status = "never"
      const { cycled } = yield* makeDeadMan(config())
      yield* cycled
      yield* Queue.take(asked)
      expect(yield* told).toEqual([])
      yield* TestClock.adjust(10_000)
      expect(yield* toldAtLeast(1)).toEqual([expect.stringContaining("did not answer within 10 s")])
    }))

  it.effect("that is not there is told without the words of the client, which hold it", () =>
    Effect.gen(function*() {
      const { config, stop } = yield* receiver
      yield* stop
      const { cycled } = yield* makeDeadMan(config())
      yield* cycled
      const lines = (yield* toldAtLeast(1)).join("\n")
      expect(lines).toContain("could not be reached")
      expect(lines).not.toContain(secret)
      expect(lines).not.toContain("127.0.0.1")
    }))
})

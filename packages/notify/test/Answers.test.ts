import { effectTest } from "@dgas/testkit/effectTest"
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { outcomeOf, retryAfterMs, tried } from "../src/Answers.ts"
import { AddressRefused, type Answer, NoAnswer } from "../src/SafeHttp.ts"

const it = effectTest(Layer.empty)

const answer = (status: number, headers: Record<string, string> = {}, body = ""): Effect.Effect<Answer> =>
  Effect.succeed({ status, headers, body })

describe("outcomeOf", () => {
  const table: ReadonlyArray<readonly [outcome: string, ...statuses: ReadonlyArray<number>]> = [
    ["taken", 200, 201, 202, 204, 299],
    ["unusable", 301, 302, 304, 307, 308, 401, 403, 404],
    ["never", 400, 402, 405, 409, 413, 415, 418, 422, 451, 499],
    ["again", 408, 425, 500, 502, 503, 504, 529, 0],
    ["limited", 429],
    ["gone", 410]
  ]
  for (const [outcome, ...statuses] of table) {
    test(`${outcome}: ${statuses.join(" ")}`, () => {
      expect(statuses.map(outcomeOf)).toEqual(statuses.map(() => outcome as ReturnType<typeof outcomeOf>))
    })
  }
})

describe("retryAfterMs", () => {
  const now = Date.UTC(2026, 0, 5, 14, 30)
  const table: ReadonlyArray<readonly [value: string | undefined, ms: number | null]> = [
    ["7", 7000],
    [" 0 ", 0],
    ["0.25", 250],
    ["3600", 3_600_000],
    ["86400", 3_600_000],
    ["Mon, 05 Jan 2026 14:30:30 GMT", 30_000],
    ["Mon, 05 Jan 2026 14:29:30 GMT", 0],
    ["Tue, 06 Jan 2026 14:30:00 GMT", 3_600_000],
    ["-5", null],
    ["1e3", null],
    ["soon", null],
    ["", null],
    [undefined, null]
  ]
  for (const [value, ms] of table) test(`${value}: ${ms}`, () => expect(retryAfterMs(value, now)).toBe(ms))
})

describe("tried", () => {
  it.effect("keeps what the receiver asked for, where there is another try", () =>
    Effect.gen(function*() {
      const asked = { "retry-after": "20" }
      const waits = yield* Effect.forEach([429, 503, 500, 200, 400, 410, 404], (status) =>
        tried(answer(status, asked), []))
      expect(waits.map((wait) =>
        wait.retryAfterMs
      )).toEqual([20_000, 20_000, 20_000, null, null, null, null])
    }))

  it.effect("tells how long it took, and what was answered without secrets", () =>
    Effect.gen(function*() {
      const slow = Effect.delay(answer(422, {}, "no such token t0ken!"), "1500 millis")
      const trying = yield* Effect.forkChild(tried(slow, [Redacted.make("t0ken!")]))
      yield* TestClock.adjust("1500 millis")
      expect(yield* Fiber.join(trying)).toEqual({
        outcome: "never",
        status: 422,
        answer: "no such token [secret]",
        durationMs: 1500,
        retryAfterMs: null,
        receipt: null
      })
    }))

  it.effect("tells a refused address from an answer that did not come", () =>
    Effect.gen(function*() {
      const refused = yield* tried(Effect.fail(new AddressRefused({ detail: "it is no URL" })), [])
      expect([refused.outcome, refused.status]).toEqual(["unusable", null])
      expect(refused.answer).toBe("the address was refused: it is no URL")
      const none = yield* tried(Effect.fail(new NoAnswer({ detail: "ECONNRESET" })), [])
      expect([none.outcome, none.status, none.answer]).toEqual(["again", null, "no answer: ECONNRESET"])
    }))

  it.effect("lets a channel say what its service means", () =>
    Effect.gen(function*() {
      const read = ({ body }: Answer) =>
        body === "{\"ok\":false}" ? { outcome: "parked" as const } : { receipt: { id: body } }
      expect((yield* tried(answer(200, {}, "{\"ok\":false}"), [], read)).outcome).toBe("parked")
      expect(yield* tried(answer(200, {}, "7"), [], read)).toMatchObject({ outcome: "taken", receipt: { id: "7" } })
    }))
})

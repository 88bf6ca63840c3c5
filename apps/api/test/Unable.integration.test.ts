/** What the API could not do: an answer that tells a client what to do, and a line in the log under the same request id. */
import { SqlTimeout, StoreRefused, StoreUnavailable } from "@dgas/db/Sql"
import { CalendarOutOfSpan } from "@dgas/market/TradingCalendar/CalendarOutOfSpan"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { Access } from "../src/Access.ts"
import { NotFound } from "../src/ApiError.ts"
import { makeApp } from "../src/App.ts"
import { accessTest, reached } from "./accessWorld.ts"

const local = accessTest("127.0.0.1")

/** The answer where a handler comes to `end`, and what is logged. */
const answerOf = (end: Effect.Effect<never, NotFound | SqlTimeout | StoreRefused | StoreUnavailable>) =>
  Effect.gen(function*() {
    const lines: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => lines.push(`${logLevel} ${String(message)}`))
    const answer = yield* Effect.gen(function*() {
      const context = yield* Effect.context<Access>()
      const app = makeApp<never>({ ...reached, getCaller: () => end }, context)
      const request = new Request("http://localhost/v1/me", { headers: { host: "localhost" } })
      const response = yield* Effect.promise(async () => app.fetch(request, { peer: "::1" }))
      return {
        status: response.status,
        ...yield* Effect.promise(() => response.json()) as Effect.Effect<{
          readonly requestId: string
          readonly detail: string
        }>
      }
    }).pipe(Effect.provide(Logger.layer([logger])))
    return { ...answer, lines: lines.map((line) => line.replace(answer.requestId, "ID")) }
  })

describe("what the API could not do", () => {
  local.live("is in its log where somebody has to see to it, and nowhere else", () =>
    Effect.gen(function*() {
      const refused = new StoreRefused({ statement: "s", constraint: "c", detail: "secret" })
      const told = yield* answerOf(Effect.fail(refused))
      expect(told).toMatchObject({ status: 500, lines: [`Error ID getCaller: ${refused.message}`] })
      expect(told.detail).not.toContain("secret")
      const late = new SqlTimeout({ statement: "s", timeoutMs: 2000, detail: "busy" })
      expect(yield* answerOf(Effect.fail(late))).toMatchObject({
        status: 503,
        lines: [`Warn ID getCaller: ${late.message}`]
      })
      const away = new StoreUnavailable({ target: "t", reason: "r" })
      expect(yield* answerOf(Effect.fail(away))).toMatchObject({
        status: 503,
        lines: [`Warn ID getCaller: ${away.message}`]
      })
      expect(yield* answerOf(Effect.fail(new NotFound({ what: "run" })))).toMatchObject({ status: 404, lines: [] })
    }))

  local.live("for want of a calendar's years is not available, and a bug is one", () =>
    Effect.gen(function*() {
      const ended = new CalendarOutOfSpan({ calendar: "XNYS", year: 2040, first: 2000, last: 2030 })
      const told = yield* answerOf(Effect.die(ended))
      expect(told).toMatchObject({ status: 503, lines: [`Warn ID getCaller: ${ended.message}`] })
      expect(told.detail).toContain("XNYS")
      const bug = yield* answerOf(Effect.die(new Error("secret")))
      expect(bug.status).toBe(500)
      expect(bug.lines[0]).toContain("secret")
      expect(JSON.stringify({ ...bug, lines: [] })).not.toContain("secret")
    }))
})

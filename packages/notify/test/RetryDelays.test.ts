import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import type { Outcome, Tried } from "../src/Channel.ts"
import { isTooLate, judge, retryDelays } from "../src/RetryDelays.ts"

const s = 1000
const h = 3600 * s

const judged = (
  outcome: Outcome,
  retryAfterMs: number | null = null,
  retries = 0,
  channel: "webhook" | "email" | "desktop" = "webhook"
) => {
  const tried: Tried = { outcome, status: null, answer: "", durationMs: 1, retryAfterMs, receipt: null }
  return Effect.runSync(judge(channel, retries, tried))
}

describe("judge", () => {
  test("waits as the channel says, give or take a fifth, until its tries are used up", () => {
    for (const [retries, delay] of retryDelays.webhook.entries()) {
      const { afterMs, health, verdict } = judged("again", null, retries)
      expect({ health, verdict }).toEqual({ health: "failing", verdict: "again" })
      expect(afterMs / delay).toBeWithin(0.8, 1.2001)
    }
    expect(judged("again", null, retryDelays.webhook.length)).toMatchObject({ verdict: "usedUp", health: "failing" })
    expect(judged("again", null, 0, "desktop")).toMatchObject({ verdict: "expired", health: "failing" })
  })

  test("never comes back before a receiver's own time, within reason", () => {
    expect(judged("again", 10 * 60 * s)).toMatchObject({ afterMs: 10 * 60 * s, blockMs: 10 * 60 * s })
    expect(judged("again", 1e18)).toMatchObject({ afterMs: h, blockMs: h, probeMs: h })
    expect(judged("limited", 30 * s)).toMatchObject({ verdict: "wait", afterMs: 30 * s, blockMs: 30 * s, health: null })
    expect(judged("limited", 0)).toMatchObject({ afterMs: s, blockMs: s })
    expect(judged("limited", 1e18)).toMatchObject({ afterMs: h, blockMs: h })
    expect(judged("parked", 20 * h)).toMatchObject({ verdict: "wait", afterMs: 20 * h, blockMs: 20 * h })
    expect(judged("parked", 1e18)).toMatchObject({ afterMs: 24 * h })
    expect(judged("limited").afterMs).toBeWithin(8 * s, 12 * s + 1)
  })

  test("tells of the destination what the answer says of it", () => {
    expect(judged("taken")).toMatchObject({ verdict: "done", health: "well" })
    expect(judged("never")).toMatchObject({ verdict: "dead", health: null })
    expect(judged("gone")).toMatchObject({ verdict: "wait", health: "disabled" })
    expect(judged("unusable")).toMatchObject({ verdict: "again", health: "failing" })
  })
})

test("a mail is not sent any more 23 hours after its first try", () => {
  const message = {
    id: "m",
    destination: "mail",
    kind: "signals",
    payload: {},
    token: "t",
    attempt: 2,
    retries: 1,
    firstAttemptAt: 0,
    repliesTo: null
  }
  expect(isTooLate("email", { ...message, claimedAt: 23 * h - 1 })).toBe(false)
  expect(isTooLate("email", { ...message, claimedAt: 23 * h })).toBe(true)
  expect(isTooLate("webhook", { ...message, claimedAt: 100 * h })).toBe(false)
})

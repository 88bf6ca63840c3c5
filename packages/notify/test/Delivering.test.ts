import { discordServer } from "@dgas/testkit/DiscordServer"
import { effectTest } from "@dgas/testkit/effectTest"
import { loopbackOnly } from "@dgas/testkit/loopbackOnly"
import type { ReceiverServer, Reply } from "@dgas/testkit/ReceiverServer"
import { resendServer } from "@dgas/testkit/ResendServer"
import { said } from "@dgas/testkit/said"
import { slackServer } from "@dgas/testkit/SlackServer"
import { telegramServer } from "@dgas/testkit/TelegramServer"
import { describe, expect } from "bun:test"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Resend } from "resend"
import type { Alert } from "../src/Alert.ts"
import type { Channel, Delivery, Receipt, Tried } from "../src/Channel.ts"
import { discord } from "../src/Discord.ts"
import { email } from "../src/Email.ts"
import { SafeHttp } from "../src/SafeHttp.ts"
import { slack } from "../src/Slack.ts"
import { telegram } from "../src/Telegram.ts"
import * as alerts from "./alerts.ts"

loopbackOnly()

const it = effectTest(SafeHttp.layer({ allowLoopback: true }))

const deliveryOf = (channel: Channel, alert: Alert, repliesTo: Receipt | null = null): Delivery => ({
  id: alert.id,
  kind: alert.kind,
  payload: channel.render(alert)[0]!.payload,
  repliesTo
})

const send = (channel: Channel, alert: Alert, repliesTo: Receipt | null = null) =>
  channel.deliver(deliveryOf(channel, alert, repliesTo))

/** What a channel makes of each answer, and that none has the secret in it. */
const expectOutcomes = Effect.fnUntraced(function*(
  server: Pick<ReceiverServer, "answer">,
  channel: Channel,
  secret: string,
  cases: ReadonlyArray<readonly [Reply, Tried["outcome"], (number | null)?]>
) {
  for (const [reply, outcome, retryAfterMs] of cases) {
    server.answer(reply)
    const tried = yield* send(channel, alerts.one)
    const shown = reply.kind === "status" ? `${reply.status} ${reply.body}` : reply.kind
    expect([shown, tried.outcome]).toEqual([shown, outcome])
    if (retryAfterMs !== undefined) expect([shown, tried.retryAfterMs]).toEqual([shown, retryAfterMs])
    expect(tried.answer).not.toContain(secret)
    expect(tried.receipt).toBe(null)
  }
})

const status = (code: number, headers?: Readonly<Record<string, string>>): Reply =>
  said(code, { secret: "none" }, headers)

describe("a mail", () => {
  const key = "re_planted_key"
  const from = "dgas <alerts@example.com>"
  const to = ["a@example.com", "B <b@example.org>"] as const

  const world = Effect.gen(function*() {
    const server = yield* resendServer(key)
    const make = (given = key) => email({ from, to, baseUrl: `${server.url}/` }, Redacted.make(given))
    return { server, make, channel: yield* make() }
  })

  it.live("arrives once, however often it is tried, and is as it was rendered", () =>
    Effect.gen(function*() {
      const { channel, server } = yield* world
      const first = yield* send(channel, alerts.one)
      const second = yield* send(channel, alerts.one)
      expect(first).toMatchObject({ outcome: "taken", status: 200, retryAfterMs: null })
      expect(second.receipt).toEqual(first.receipt)
      expect(server.mails).toHaveLength(1)
      expect(server.mails[0]).toMatchObject({ from, to: [...to], ...channel.render(alerts.one)[0]!.payload })
    }))

  it.live("answers the one of its entry, whichever name the service gives that", () =>
    Effect.gen(function*() {
      const { channel, server } = yield* world
      const entry = yield* send(channel, alerts.one)
      const exit = yield* send(channel, alerts.leaving, entry.receipt)
      yield* send(channel, alerts.corrected, exit.receipt)
      const [first, second, third] = server.mails.map(({ headers }) => headers)
      expect(second!["In-Reply-To"]).toBe(first!["Message-ID"]!)
      expect(third!["In-Reply-To"]).toBe(second!["Message-ID"]!)
      const thread = first!["References"]!
      expect(second!["References"]).toBe(`${thread} ${first!["Message-ID"]}`)
      expect(third!["References"]).toBe(`${thread} ${first!["Message-ID"]} ${second!["Message-ID"]}`)
      expect(first!["Message-ID"]).toMatch(/^<[0-9a-f]{32}@example\.com>$/)
    }))

  it.live("is sent as Resend's own client sends it", () =>
    Effect.gen(function*() {
      const { channel, server } = yield* world
      yield* send(channel, alerts.one)
      const [ours] = server.received
      const { headers, ...mail } = server.mails[0]!
      const client = new Resend(key, { baseUrl: server.url })
      const idempotencyKey = ours!.headers.get("idempotency-key")!
      const answer = yield* Effect.promise(() =>
        client.emails.send({ ...mail, to: [...mail.to], headers }, { idempotencyKey })
      )
      // The service holds both to be the same request: neither other content nor another mail.
      expect(answer.error).toBe(null)
      expect(server.mails).toHaveLength(1)
      const theirs = server.received[1]!
      expect(theirs).toMatchObject({ method: ours!.method, path: ours!.path })
      expect(JSON.parse(theirs.body)).toEqual(JSON.parse(ours!.body))
      for (const name of ["authorization", "idempotency-key"]) {
        expect(theirs.headers.get(name)).toBe(ours!.headers.get(name))
      }
    }))

  it.live("that was not taken says what is to be done", () =>
    Effect.gen(function*() {
      const { channel, make, server } = yield* world
      const wrong = yield* send(yield* make("re_another_key"), alerts.one)
      expect(wrong).toMatchObject({ outcome: "unusable", status: 403 })
      expect(wrong.answer).not.toContain("re_another_key")
      const day = 86_400_000
      yield* expectOutcomes(server, channel, key, [
        [said(200, "<html>"), "again"],
        [server.refused(400, "validation_error", "API key is invalid"), "unusable"],
        [server.refused(400, "validation_error", "Invalid field"), "never"],
        [server.refused(401, "missing_api_key", "Missing"), "unusable"],
        [server.refused(401, "restricted_api_key", "Restricted"), "unusable"],
        [server.refused(403, "validation_error", "The example.com domain is not verified"), "unusable"],
        [server.refused(404, "not_found", "none"), "unusable"],
        [server.refused(409, "invalid_idempotent_request", "other"), "never"],
        [server.refused(409, "concurrent_idempotent_requests", "now"), "again"],
        [server.refused(422, "validation_error", "Invalid `to`"), "never"],
        [server.refused(422, "invalid_from_address", "Invalid `from`"), "unusable"],
        [server.refused(429, "monthly_quota_exceeded", "no more"), "parked", day],
        [server.refused(429, "rate_limit_exceeded", "too many"), "limited", 1000],
        [said(429, { name: "rate_limit_exceeded" }, { "ratelimit-reset": "3" }), "limited", 3000],
        [said(429, { name: "rate_limit_exceeded" }, { "ratelimit-reset": "3", "retry-after": "2" }), "limited", 2000],
        [server.refused(500, "application_error", "ours"), "again"],
        [status(503, { "retry-after": "7" }), "again", 7000],
        [{ kind: "redirect", to: "/elsewhere" }, "unusable"],
        [{ kind: "reset" }, "again"]
      ])
      expect(server.mails).toEqual([])
    }))

  it.live("beyond the day's quota waits for the next day in UTC", () =>
    Effect.gen(function*() {
      const { channel, server } = yield* world
      const before = yield* Clock.currentTimeMillis
      server.answer(server.refused(429, "daily_quota_exceeded", "no more today"))
      const tried = yield* send(channel, alerts.one)
      expect(tried.outcome).toBe("parked")
      const midnight = (Math.floor(before / 86_400_000) + 1) * 86_400_000
      expect(Math.abs(before + tried.retryAfterMs! - midnight)).toBeLessThan(15_000)
    }))
})

describe("a message of Discord", () => {
  const path = "/api/webhooks/123456/planted-token"

  it.live("arrives as it was rendered, and mentions nobody", () =>
    Effect.gen(function*() {
      const server = yield* discordServer(path)
      const channel = yield* discord(Redacted.make(`${server.webhook}?thread_id=7`))
      expect(yield* send(channel, alerts.several)).toMatchObject({ outcome: "taken", receipt: { id: "1" } })
      expect(server.messages[0]).toMatchObject(channel.render(alerts.several)[0]!.payload)
      expect(server.received[0]!.path).toBe(`${path}?thread_id=7&wait=true`)
      expect(channel.threads).toBe(false)
    }))

  it.live("that was not taken says what is to be done", () =>
    Effect.gen(function*() {
      const server = yield* discordServer(path)
      const channel = yield* discord(Redacted.make(server.webhook))
      yield* expectOutcomes(server, channel, "planted-token", [
        [{ kind: "status", status: 204 }, "again"],
        [said(400, { message: "Invalid Form Body planted-token", code: 50_035 }), "never"],
        [said(401, { message: "Invalid Webhook Token", code: 50_027 }), "unusable"],
        [said(403, { message: "Missing Access" }), "unusable"],
        [said(404, { message: "Unknown Webhook", code: 10_015 }), "gone"],
        [said(429, { message: "limited", retry_after: 0.523, global: false }, { "retry-after": "1" }), "limited", 523],
        [{ kind: "status", status: 429, body: "error 1015", headers: { "retry-after": "30" } }, "limited", 30_000],
        [status(502), "again"]
      ])
    }))
})

describe("a message of Slack", () => {
  const token = "xoxb-planted-token"
  const known = { token, channel: "C0123456789" }

  const world = Effect.gen(function*() {
    const server = yield* slackServer(known)
    const make = (given = token, channel = known.channel) =>
      slack({ channel, baseUrl: server.url }, Redacted.make(given))
    return { server, make, channel: yield* make() }
  })

  it.live("arrives, and an exit stands in the thread of its entry and in the channel", () =>
    Effect.gen(function*() {
      const { channel, server } = yield* world
      const entry = yield* send(channel, alerts.one)
      const exit = yield* send(channel, alerts.leaving, entry.receipt)
      yield* send(channel, alerts.corrected, exit.receipt)
      const [first, second, third] = server.messages
      expect(first).not.toHaveProperty("thread_ts")
      expect(second).toMatchObject({ thread_ts: first!.ts, reply_broadcast: true })
      expect(third!.thread_ts).toBe(first!.ts)
      expect(first).toMatchObject({ ...channel.render(alerts.one)[0]!.payload, unfurl_links: false })
    }))

  it.live("arrives by itself when its thread is not there any more", () =>
    Effect.gen(function*() {
      const { channel, server } = yield* world
      const entry = yield* send(channel, alerts.one)
      server.answer(server.refused("thread_not_found"))
      expect((yield* send(channel, alerts.leaving, entry.receipt)).outcome).toBe("taken")
      expect(server.messages.map((message) => message.thread_ts)).toEqual([undefined, undefined])
    }))

  it.live("that was not taken says what is to be done, though Slack answers 200", () =>
    Effect.gen(function*() {
      const { channel, make, server } = yield* world
      expect((yield* send(yield* make("xoxb-other"), alerts.one)).outcome).toBe("unusable")
      expect((yield* send(yield* make(token, "C1"), alerts.one)).outcome).toBe("unusable")
      yield* expectOutcomes(server, channel, token, [
        [said(200, "<html>"), "again"],
        ...["not_in_channel", "is_archived", "token_revoked", "missing_scope", "account_inactive"].map((error) =>
          [server.refused(error), "unusable"] as const
        ),
        [server.refused("internal_error"), "again"],
        [server.refused("msg_too_long"), "never"],
        [server.refused(`something new about ${token}`), "never"],
        [said(429, { ok: false, error: "ratelimited" }, { "retry-after": "30" }), "limited", 30_000],
        [{ kind: "status", status: 429, headers: { "retry-after": "5" } }, "limited", 5000],
        [said(503, { ok: false, error: "something_new" }), "again"],
        [{ kind: "redirect", to: "/elsewhere" }, "unusable"]
      ])
    }))
})

describe("a message of Telegram", () => {
  const token = "123456:planted-token"

  const world = Effect.gen(function*() {
    const server = yield* telegramServer({ token, chat: "-100123" })
    const make = (given = token, chat = "-100123") => telegram({ chat, baseUrl: server.url }, Redacted.make(given))
    return { server, make, channel: yield* make() }
  })

  it.live("arrives, and an exit answers its entry, also when that was deleted", () =>
    Effect.gen(function*() {
      const { channel, server } = yield* world
      const entry = yield* send(channel, alerts.one)
      expect(entry).toMatchObject({ outcome: "taken", receipt: { messageId: 1 } })
      yield* send(channel, alerts.leaving, entry.receipt)
      expect(server.messages[0]).not.toHaveProperty("reply_parameters")
      expect(server.messages[1]).toMatchObject({
        reply_parameters: { message_id: 1, allow_sending_without_reply: true }
      })
    }))

  it.live("that was not taken says what is to be done, and never the token", () =>
    Effect.gen(function*() {
      const { channel, make, server } = yield* world
      expect((yield* send(yield* make("1:other"), alerts.one)).outcome).toBe("unusable")
      expect((yield* send(yield* make(token, "1"), alerts.one)).outcome).toBe("unusable")
      yield* expectOutcomes(server, channel, token, [
        [said(200, "<html>"), "again"],
        [server.refused(400, "Bad Request: message is too long"), "never"],
        [server.refused(400, "Bad Request: not enough rights to send text messages to the chat"), "unusable"],
        [server.refused(400, "Bad Request: group chat was upgraded to a supergroup chat"), "unusable"],
        [server.refused(401, `Unauthorized: bot${token}`), "unusable"],
        [server.refused(403, "Forbidden: bot was blocked by the user"), "unusable"],
        [server.refused(404, "Not Found"), "unusable"],
        [server.refused(429, "Too Many Requests", { retry_after: 35 }), "limited", 35_000],
        [status(429, { "retry-after": "4" }), "limited", 4000],
        [server.refused(500, "Internal Server Error"), "again"]
      ])
      const nobody = yield* telegram({ chat: "1", baseUrl: "http://127.0.0.1:1" }, Redacted.make(token))
      const tried = yield* send(nobody, alerts.one)
      expect(tried).toMatchObject({ outcome: "again", status: null })
      expect(tried.answer).not.toContain("planted")
    }))
})

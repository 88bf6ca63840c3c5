import { effectTest } from "@dgas/testkit/effectTest"
import { loopbackOnly } from "@dgas/testkit/loopbackOnly"
import { receiverServer } from "@dgas/testkit/ReceiverServer"
import { describe, expect } from "bun:test"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { Webhook } from "standardwebhooks"
import type { Delivery, Rendered } from "../src/Channel.ts"
import { SafeHttp } from "../src/SafeHttp.ts"
import { webhook, type WebhookSettings } from "../src/Webhook.ts"
import { alertOf, alerts, exitShort, long, touch } from "./webhookAlerts.ts"

loopbackOnly()

const it = effectTest(SafeHttp.layer({ allowLoopback: true }))

const secretOf = (fill: number) => `whsec_${Buffer.from(new Uint8Array(32).fill(fill)).toString("base64")}`
const secret = secretOf(1)
const oldSecret = secretOf(2)

const settings = (url: string, rest: Partial<WebhookSettings> = {}): WebhookSettings => ({
  url: Redacted.make(url),
  secret: Redacted.make(secret),
  rotation: null,
  body: null,
  ...rest
})

const deliveryOf = ({ part, payload }: Rendered, id = alerts.signals.id): Delivery => ({
  id: `${id}${part}`,
  kind: "signals",
  payload,
  repliesTo: null
})

describe("webhook", () => {
  it.live("sends what a receiver can verify, with the same id at each try", () =>
    Effect.gen(function*() {
      const receiver = yield* receiverServer()
      const channel = yield* webhook(settings(`${receiver.url}/hook`))
      const [rendered] = channel.render(alerts.signals)
      expect(rendered).toMatchObject({ part: "", signalIds: [exitShort.id, long.id] })
      receiver.answer({ kind: "status", status: 503, headers: { "retry-after": "9" } })
      const first = yield* channel.deliver(deliveryOf(rendered!))
      expect(first).toMatchObject({ outcome: "again", status: 503, retryAfterMs: 9000 })
      const second = yield* channel.deliver(deliveryOf(rendered!))
      expect(second).toMatchObject({ outcome: "taken", status: 200, answer: "ok", receipt: null })
      expect(receiver.received.map(({ headers }) => headers.get("webhook-id"))).toEqual([
        alerts.signals.id,
        alerts.signals.id
      ])
      for (const { body, headers } of receiver.received) {
        expect(headers.get("content-type")).toBe("application/json")
        const verified = new Webhook(secret).verify(body, Object.fromEntries(headers))
        expect(verified).toMatchObject({ type: "dgas.signals.v1", data: { id: alerts.signals.id } })
      }
    }))

  it.effect("signs each try with its own time, and with the old secret for 24 hours", () =>
    Effect.gen(function*() {
      const receiver = yield* receiverServer()
      const channel = yield* webhook(settings(receiver.url, {
        rotation: { oldSecret: Redacted.make(oldSecret), rotatedAt: "1970-01-01T00:00:00Z" }
      }))
      const [rendered] = channel.render(alerts.exit)
      yield* channel.deliver(deliveryOf(rendered!))
      yield* TestClock.adjust("24 hours")
      yield* channel.deliver(deliveryOf(rendered!))
      const headers = (name: string) => receiver.received.map((got) => got.headers.get(name))
      expect(headers("webhook-timestamp")).toEqual(["0", "86400"])
      expect(headers("webhook-signature").map((signatures) => signatures!.split(" ").length)).toEqual([2, 1])
    }))

  it.live("keeps nothing secret of an answer that says everything back", () =>
    Effect.gen(function*() {
      const receiver = yield* receiverServer()
      receiver.answerAlways({ kind: "echo" })
      const channel = yield* webhook(settings(`${receiver.url}/hooks/s3cretpath?token=s3crettoken`))
      const [rendered] = channel.render(alerts.alarm)
      const { answer } = yield* channel.deliver(deliveryOf(rendered!))
      expect(answer).toContain("[secret]")
      expect(answer).not.toContain("s3cret")
      const shouting = { kind: "status", status: 400, body: `${"x".repeat(1000)} ${secret} ${oldSecret}` } as const
      receiver.answer(shouting)
      expect(yield* channel.deliver(deliveryOf(rendered!))).toMatchObject({
        outcome: "never",
        answer: `${"x".repeat(1000)} [secret] ${oldSecret}`.slice(0, 1024)
      })
    }))

  it.effect("ends a try after 15 s", () =>
    Effect.gen(function*() {
      const receiver = yield* receiverServer()
      receiver.answer({ kind: "stall" })
      const channel = yield* webhook(settings(receiver.url))
      const trying = yield* Effect.forkChild(channel.deliver(deliveryOf(channel.render(alerts.alarm)[0]!)))
      yield* receiver.stalled
      yield* TestClock.adjust(channel.timeoutMs)
      expect(yield* Fiber.join(trying)).toMatchObject({
        outcome: "again",
        status: null,
        durationMs: 15_000,
        answer: "no answer: none within 15 s"
      })
    }))

  it.effect("tells of each signal by the part in which it is", () =>
    Effect.gen(function*() {
      const channel = yield* webhook(settings("http://127.0.0.1:1/"))
      const signals = Array.from({ length: 100 }, (_, n) => ({ ...long, id: `s${n}` }))
      const rendered = channel.render(alertOf("signals", { signals }))
      expect(rendered.map(({ part }) => part)).toEqual(rendered.map((_, at) => `${at + 1}-of-${rendered.length}`))
      expect(rendered.length).toBeGreaterThan(1)
      expect(rendered.flatMap(({ signalIds }) => signalIds)).toEqual(signals.map(({ id }) => id))
      for (const { payload, signalIds } of rendered) {
        for (const id of signalIds) expect(payload["body"]).toContain(`"${id}"`)
      }
    }))

  it.live("sends a text of the user's, one message a signal", () =>
    Effect.gen(function*() {
      const receiver = yield* receiverServer()
      const channel = yield* webhook(
        settings(receiver.url, { body: "{\"action\": \"{{action}}\", \"price\": {{close}}}" })
      )
      const rendered = channel.render(alerts.signals)
      expect(rendered).toEqual([
        {
          part: exitShort.id,
          signalIds: [exitShort.id],
          payload: { body: "{\"action\": \"buy\", \"price\": 3000.00}", contentType: "application/json" }
        },
        {
          part: long.id,
          signalIds: [long.id],
          payload: { body: "{\"action\": \"buy\", \"price\": 90000.50}", contentType: "application/json" }
        }
      ])
      yield* Effect.forEach(rendered, (each) => channel.deliver(deliveryOf(each)))
      expect(receiver.received.map(({ body }) => body)).toEqual(
        rendered.map(({ payload }) => payload["body"] as string)
      )
      expect(new Set(receiver.received.map(({ headers }) => headers.get("webhook-id"))).size).toBe(2)
      expect(channel.render(alertOf("levels", { events: [touch] }))).toEqual([])
      for (const kind of ["late", "digest", "corrected", "adjusted", "outcome", "alarm"] as const) {
        expect(channel.render({ ...alerts[kind], signals: [long] })).toEqual([])
      }
    }))

  it.live("tells at once what is wrong with its settings, without their values", () =>
    Effect.gen(function*() {
      const bad = Redacted.make("whsec_c2hvcnQ=")
      const mistakes = yield* Effect.forEach([
        settings("not a url with s3cret"),
        settings("https://me:s3cret@hooks.example/"),
        settings("https://hooks.example/", { secret: bad }),
        settings("https://hooks.example/", { rotation: { oldSecret: bad, rotatedAt: "2026-01-01T00:00Z" } }),
        settings("https://hooks.example/", { body: "{{tickr}}" })
      ], (each) => Effect.flip(webhook(each)))
      expect(mistakes.map(({ message }) => message.replace(/expected one of.*/, "…"))).toEqual([
        "the URL of the webhook cannot be used: it is no URL",
        "the URL of the webhook cannot be used: it holds a user or a password",
        "the secret of the webhook cannot be used: it has 5 bytes, expected 24 to 64",
        "the old secret of the webhook cannot be used: it has 5 bytes, expected 24 to 64",
        "the body of the webhook cannot be used: {{tickr}} is no placeholder, …"
      ])
    }))
})

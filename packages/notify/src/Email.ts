/**
 * Mails by Resend's HTTP API.
 *
 * A try with the same id is the same mail: Resend keeps the `Idempotency-Key` for a day. An exit or a correction answers
 * its entry. The service may put a `Message-ID` of its own in the place of ours, so each mail also refers to a name of its
 * thread, which those that follow repeat: mail programs put together what refers to the same. (Gmail also asks for the
 * same subject, so there a mail with another one stands by itself.)
 *
 * Resend's own client is not used: it follows redirects and does not tell of rate limits.
 * Source: Resend API reference, "Send Email", "Errors", "Usage Limits".
 */
import type { EmailConfig } from "@dgas/domain/DestinationConfig"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import type { Alert } from "./Alert.ts"
import { subjectOf } from "./AlertWords.ts"
import { type Reading, tried } from "./Answers.ts"
import type { Channel, Delivery, Receipt } from "./Channel.ts"
import { emailHtml } from "./EmailHtml.ts"
import { emailText } from "./EmailText.ts"
import { bodyReader, endpoint, jsonPost, waitMs } from "./JsonApi.ts"
import { oneMessage, type Shape } from "./OneMessage.ts"
import { type Answer, SafeHttp } from "./SafeHttp.ts"

const timeoutMs = 15_000
const day = 86_400_000

export const email = Effect.fn("Email.email")(
  function*(config: Pick<typeof EmailConfig.Type, "from" | "to" | "baseUrl">, key: Redacted.Redacted<string>) {
    const http = yield* SafeHttp
    const url = endpoint(config.baseUrl, "emails")

    const deliver = Effect.fn("Email.deliver")(function*({ id, payload, repliesTo }: Delivery) {
      const now = yield* Clock.currentTimeMillis
      const thread = threadOf(id, domainOf(config.from), repliesTo)
      const request = jsonPost(
        url,
        { "authorization": `Bearer ${Redacted.value(key)}`, "idempotency-key": hashOf(id) },
        { from: config.from, to: config.to, ...payload, headers: headersOf(thread, repliesTo) }
      )
      return yield* tried(http.post(request), [key], (answer) => reading(answer, thread, now))
    })

    const channel: Channel = { channel: "email", threads: true, render: oneMessage(mailOf), deliver, timeoutMs }
    return channel
  }
)

const mailOf = (alert: Alert): Shape => {
  const { html, signals } = emailHtml(alert)
  return { signals, payload: { subject: subjectOf(alert), html, text: emailText(alert, signals) } }
}

const hashOf = (id: string): string => createHash("sha256").update(id).digest("hex")

const domainOf = (mailbox: string): string => mailbox.replace(/>$/, "").split("@").at(-1) ?? "localhost"

/** `references`: names of all mails before it, its thread's first. */
interface Thread {
  readonly messageId: string
  readonly references: string
}

const threadOf = (id: string, domain: string, repliesTo: Receipt | null): Thread => {
  const hash = hashOf(id).slice(0, 32)
  const before = repliedTo(repliesTo)
  return {
    messageId: `<${hash}@${domain}>`,
    references: Option.match(before, {
      onNone: () => `<thread.${hash}@${domain}>`,
      onSome: ({ messageId, references }) => `${references} ${messageId}`
    })
  }
}

const repliedTo = Schema.decodeUnknownOption(Schema.Struct({ messageId: Schema.String, references: Schema.String }))

const headersOf = ({ messageId, references }: Thread, repliesTo: Receipt | null) => ({
  "Message-ID": messageId,
  "References": references,
  ...Option.match(repliedTo(repliesTo), {
    onNone: () => ({}),
    onSome: (before) => ({ "In-Reply-To": before.messageId })
  })
})

const readSent = bodyReader(Schema.Struct({ id: Schema.String }))
const Refusal = Schema.Struct({ name: Schema.String, message: Schema.optionalKey(Schema.String) })
const readRefusal = bodyReader(Refusal)
const noRefusal: typeof Refusal.Type = { name: "" }

const reading = (answer: Answer, { messageId, references }: Thread, now: number): Reading => {
  if (answer.status >= 200 && answer.status < 300) {
    return Option.match(readSent(answer), {
      onNone: () => ({ outcome: "again" }),
      onSome: ({ id }) => ({ receipt: { id, messageId, references } })
    })
  }
  const { message = "", name } = Option.getOrElse(readRefusal(answer), () => noRefusal)
  switch (name) {
    case "daily_quota_exceeded":
      return { outcome: "parked", retryAfterMs: day - now % day }
    // When it ends is the account's matter, so it is asked once a day.
    case "monthly_quota_exceeded":
      return { outcome: "parked", retryAfterMs: day }
    case "concurrent_idempotent_requests":
      return { outcome: "again" }
    case "missing_api_key":
    case "invalid_api_key":
    case "restricted_api_key":
    case "invalid_from_address":
      return { outcome: "unusable" }
  }
  if (answer.status === 400 && /api key/i.test(message)) return { outcome: "unusable" }
  if (answer.status !== 429 || answer.headers["retry-after"] !== undefined) return {}
  return { retryAfterMs: waitMs(Number(answer.headers["ratelimit-reset"] ?? 1)) }
}

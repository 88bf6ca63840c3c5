/**
 * Messages by a webhook of Discord.
 *
 * Its URL is a secret as a whole. Discord does not know repeats, so an answer that was lost may bring a message twice.
 * Source: Discord developer documentation, "Execute Webhook" and "Rate Limits".
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type Reading, tried } from "./Answers.ts"
import type { Channel, Delivery } from "./Channel.ts"
import { discordMessage } from "./DiscordEmbeds.ts"
import { bodyReader, jsonPost, waitMs } from "./JsonApi.ts"
import { oneMessage } from "./OneMessage.ts"
import { type Answer, SafeHttp } from "./SafeHttp.ts"

export const discord = Effect.fn("Discord.discord")(function*(webhook: Redacted.Redacted<string>) {
  const http = yield* SafeHttp
  const url = Redacted.make(waiting(Redacted.value(webhook)))

  const deliver = Effect.fn("Discord.deliver")(({ payload }: Delivery) =>
    tried(http.post(jsonPost(url, {}, payload)), [webhook], reading)
  )

  const channel: Channel = {
    channel: "discord",
    threads: false,
    render: oneMessage(discordMessage),
    deliver,
    timeoutMs: 15_000
  }
  return channel
})

/** Without it Discord answers before it has looked at the message. */
const waiting = (webhook: string): string => {
  const url = new URL(webhook)
  url.searchParams.set("wait", "true")
  return url.href
}

const readSent = bodyReader(Schema.Struct({ id: Schema.String }))
const readLimit = bodyReader(Schema.Struct({ retry_after: Schema.Finite }))

const reading = (answer: Answer): Reading => {
  const { status } = answer
  if (status >= 200 && status < 300) {
    return Option.match(readSent(answer), {
      onNone: () => ({ outcome: "again" }),
      onSome: ({ id }) => ({ receipt: { id } })
    })
  }
  // The webhook was deleted: no such address comes back.
  if (status === 404) return { outcome: "gone" }
  // Of the same wait the header has whole seconds only.
  return status === 429
    ? Option.match(readLimit(answer), {
      onNone: () => ({}),
      onSome: (limit) => ({ retryAfterMs: waitMs(limit.retry_after) })
    })
    : {}
}

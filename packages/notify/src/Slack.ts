/**
 * Messages to a channel of Slack, by a bot.
 *
 * An exit answers its entry in a thread, and is shown in the channel as well. Slack does not know repeats, so an answer
 * that was lost may bring a message twice. It says 200 to almost everything; what counts is `ok` and `error`.
 * Source: Slack API reference, "chat.postMessage" and "Rate limits".
 */
import type { SlackConfig } from "@dgas/domain/DestinationConfig"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type Reading, tried } from "./Answers.ts"
import type { Channel, Delivery, Outcome, Receipt } from "./Channel.ts"
import { bodyReader, endpoint, jsonPost } from "./JsonApi.ts"
import { oneMessage } from "./OneMessage.ts"
import { type Answer, SafeHttp } from "./SafeHttp.ts"
import { slackMessage } from "./SlackBlocks.ts"

export const slack = Effect.fn("Slack.slack")(
  function*(config: Pick<typeof SlackConfig.Type, "channel" | "baseUrl">, token: Redacted.Redacted<string>) {
    const http = yield* SafeHttp
    const url = endpoint(config.baseUrl, "chat.postMessage")

    const post = (payload: Delivery["payload"], thread: string | null) =>
      tried(
        http.post(jsonPost(url, { authorization: `Bearer ${Redacted.value(token)}` }, {
          channel: config.channel,
          ...payload,
          ...thread === null ? {} : { thread_ts: thread, reply_broadcast: true }
        })),
        [token],
        (answer) => reading(answer, thread)
      )

    const deliver = Effect.fn("Slack.deliver")(function*({ payload, repliesTo }: Delivery) {
      const thread = rootOf(repliesTo)
      const answered = yield* post(payload, thread)
      // Its entry may have been taken away: an exit is told all the same.
      return answered.outcome === "never" && thread !== null ? yield* post(payload, null) : answered
    })

    const channel: Channel = {
      channel: "slack",
      threads: true,
      render: oneMessage(slackMessage),
      deliver,
      // Two posts at most.
      timeoutMs: 30_000
    }
    return channel
  }
)

const decodeReceipt = Schema.decodeUnknownOption(Schema.Struct({ root: Schema.String }))

/** A thread is named by its first message: an answer to an answer belongs to the same. */
const rootOf = (repliesTo: Receipt | null): string | null =>
  Option.match(decodeReceipt(repliesTo), { onNone: () => null, onSome: ({ root }) => root })

const readAnswer = bodyReader(Schema.Union([
  Schema.Struct({ ok: Schema.Literal(true), ts: Schema.String }),
  Schema.Struct({ ok: Schema.Literal(false), error: Schema.String })
]))

const reading = (answer: Answer, thread: string | null): Reading => {
  const said = Option.getOrNull(readAnswer(answer))
  if (said === null) return answer.status === 200 ? { outcome: "again" } : {}
  if (said.ok) return { outcome: "taken", receipt: { ts: said.ts, root: thread ?? said.ts } }
  const outcome = outcomes[said.error] ?? (answer.status === 200 ? "never" : null)
  return outcome === null ? {} : { outcome }
}

/** All others are about the message. */
const outcomes: Readonly<Record<string, Outcome>> = {
  ...Object.fromEntries(
    [
      "access_denied",
      "account_inactive",
      "channel_not_found",
      "ekm_access_denied",
      "invalid_auth",
      "is_archived",
      "missing_scope",
      "no_permission",
      "not_allowed_token_type",
      "not_authed",
      "not_in_channel",
      "org_login_required",
      "restricted_action",
      "restricted_action_read_only_channel",
      "team_access_not_granted",
      "token_expired",
      "token_revoked"
    ].map((error) => [error, "unusable"])
  ),
  fatal_error: "again",
  internal_error: "again",
  request_timeout: "again",
  service_unavailable: "again",
  team_added_to_org: "again",
  message_limit_exceeded: "limited",
  rate_limited: "limited",
  ratelimited: "limited"
}

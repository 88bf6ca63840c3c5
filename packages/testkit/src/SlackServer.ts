/**
 * Slack's `chat.postMessage` on loopback, which refuses messages beyond Slack's limits and keeps those that it took.
 * It answers 200 to whatever it was asked.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Received, receiverServer, type Reply } from "./ReceiverServer.ts"
import { reader, said, textOf } from "./said.ts"

/** What is left of `&`, `<` and `>` are the escapes of these: no mention, no link. */
const Mrkdwn = Schema.Struct({
  type: Schema.Literal("mrkdwn"),
  text: textOf(3000).check(Schema.isPattern(/^(?:[^&<>]|&(?:amp|lt|gt);)*$/))
})

const Block = Schema.Union([
  Schema.Struct({
    type: Schema.Literal("header"),
    text: Schema.Struct({ type: Schema.Literal("plain_text"), text: textOf(150), emoji: Schema.Boolean })
  }),
  Schema.Struct({ type: Schema.Literal("section"), text: Mrkdwn }),
  Schema.Struct({ type: Schema.Literal("context"), elements: Schema.Array(Mrkdwn).check(Schema.isMaxLength(10)) })
])

export const SlackMessage = Schema.Struct({
  channel: Schema.NonEmptyString,
  text: textOf(4000),
  blocks: Schema.Array(Block).check(Schema.isMaxLength(50)),
  unfurl_links: Schema.Boolean,
  unfurl_media: Schema.Boolean,
  thread_ts: Schema.optionalKey(Schema.String),
  reply_broadcast: Schema.optionalKey(Schema.Boolean)
})

const readMessage = reader(SlackMessage)

/** Serves until the scope closes. */
export const slackServer = Effect.fnUntraced(
  function*(known: { readonly token: string; readonly channel: string }) {
    const server = yield* receiverServer()
    const messages: Array<typeof SlackMessage.Type & { readonly ts: string }> = []
    const refused = (error: string) => said(200, { ok: false, error })

    const answer = ({ body, headers, path }: Received): Reply => {
      if (path !== "/chat.postMessage") return refused("unknown_method")
      const authorization = headers.get("authorization")
      if (authorization !== `Bearer ${known.token}`) {
        return refused(authorization === null ? "not_authed" : "invalid_auth")
      }
      const message = readMessage(body)
      if (Option.isNone(message)) return refused("invalid_blocks")
      if (message.value.channel !== known.channel) return refused("channel_not_found")
      const ts = `1767623400.${String(messages.length + 1).padStart(6, "0")}`
      messages.push({ ...message.value, ts })
      return said(200, { ok: true, channel: known.channel, ts, message: { type: "message", text: message.value.text } })
    }

    server.answerAlways(answer)
    return { ...server, messages, refused }
  }
)

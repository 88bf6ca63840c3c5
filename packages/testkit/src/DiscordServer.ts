/** A webhook of Discord on loopback, which refuses messages beyond Discord's limits and keeps those that it took. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Received, receiverServer, type Reply } from "./ReceiverServer.ts"
import { reader, said, textOf } from "./said.ts"

const Embed = Schema.Struct({
  title: Schema.optionalKey(textOf(256)),
  description: Schema.optionalKey(textOf(4096)),
  color: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 0xffffff })),
  fields: Schema.optionalKey(
    Schema.Array(Schema.Struct({ name: textOf(256), value: textOf(1024), inline: Schema.Boolean }))
      .check(Schema.isMaxLength(25))
  ),
  footer: Schema.optionalKey(Schema.Struct({ text: textOf(2048) }))
})

const sizeOf = ({ description = "", fields = [], footer, title = "" }: typeof Embed.Type): number =>
  [title, description, footer?.text ?? "", ...fields.flatMap(({ name, value }) => [name, value])].join("").length

export const DiscordMessage = Schema.Struct({
  content: textOf(2000),
  embeds: Schema.Array(Embed).check(
    Schema.isMaxLength(10),
    Schema.makeFilter((embeds) => embeds.reduce((sum, embed) => sum + sizeOf(embed), 0) <= 6000 || "6000 characters")
  ),
  allowed_mentions: Schema.Struct({ parse: Schema.Array(Schema.String).check(Schema.isMaxLength(0)) })
})

const readMessage = reader(DiscordMessage)

/** Serves until the scope closes; the webhook is at `path`. */
export const discordServer = Effect.fnUntraced(function*(path: string) {
  const server = yield* receiverServer()
  const messages: Array<typeof DiscordMessage.Type> = []

  const answer = (received: Received): Reply => {
    const url = new URL(received.path, server.url)
    if (url.pathname !== path) return said(404, { message: "Unknown Webhook", code: 10_015 })
    const message = readMessage(received.body)
    if (Option.isNone(message)) return said(400, { message: "Invalid Form Body", code: 50_035 })
    const id = String(messages.push(message.value))
    return url.searchParams.get("wait") === "true" ? said(200, { id, type: 0 }) : { kind: "status", status: 204 }
  }

  server.answerAlways(answer)
  return { ...server, webhook: `${server.url}${path}`, messages }
})

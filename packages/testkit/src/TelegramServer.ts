/** Telegram's `sendMessage` on loopback, which refuses what Telegram refuses and keeps the messages that it took. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Received, receiverServer, type Reply } from "./ReceiverServer.ts"
import { reader, said, textOf } from "./said.ts"

/** Whether its tags are Telegram's, each closed, and nothing else looks like one. */
const isMarkup = (text: string): boolean => {
  const plain = text.replaceAll(/<(b|i|code|pre)>[^<>]*<\/\1>/g, "")
  return !/[<>]/.test(plain) && !/&(?!(amp|lt|gt|quot|#\d+);)/.test(text)
}

export const TelegramMessage = Schema.Struct({
  chat_id: Schema.NonEmptyString,
  text: textOf(4096).check(Schema.makeFilter((text) => isMarkup(text) || "HTML style")),
  parse_mode: Schema.Literal("HTML"),
  link_preview_options: Schema.Struct({ is_disabled: Schema.Boolean }),
  reply_parameters: Schema.optionalKey(
    Schema.Struct({ message_id: Schema.Int, allow_sending_without_reply: Schema.Boolean })
  )
})

const readMessage = reader(TelegramMessage)

/** Serves until the scope closes. */
export const telegramServer = Effect.fnUntraced(
  function*(known: { readonly token: string; readonly chat: string }) {
    const server = yield* receiverServer()
    const messages: Array<typeof TelegramMessage.Type> = []
    const refused = (status: number, description: string, parameters?: Readonly<Record<string, number>>) =>
      said(status, { ok: false, error_code: status, description, ...parameters === undefined ? {} : { parameters } })

    const answer = ({ body, path }: Received): Reply => {
      if (!/^\/bot[\w:-]+\/sendMessage$/.test(path)) return refused(404, "Not Found")
      if (path !== `/bot${known.token}/sendMessage`) return refused(401, "Unauthorized")
      const message = readMessage(body)
      if (Option.isNone(message)) return refused(400, "Bad Request: can't parse entities")
      if (message.value.chat_id !== known.chat) return refused(400, "Bad Request: chat not found")
      return said(200, { ok: true, result: { message_id: messages.push(message.value), date: 1_767_623_400 } })
    }

    server.answerAlways(answer)
    return { ...server, messages, refused }
  }
)

/**
 * Messages to a chat of Telegram, by a bot.
 *
 * The bot's token is a part of the address, so no text of ours ever has that. An exit answers its entry; when that was
 * deleted meanwhile, it comes by itself. Telegram does not know repeats, so an answer that was lost may bring a message
 * twice.
 * Source: Telegram Bot API, "Making requests", "sendMessage", "ResponseParameters".
 */
import type { TelegramConfig } from "@dgas/domain/DestinationConfig"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type Reading, tried } from "./Answers.ts"
import type { Channel, Delivery } from "./Channel.ts"
import { bodyReader, endpoint, jsonPost, waitMs } from "./JsonApi.ts"
import { oneMessage } from "./OneMessage.ts"
import { type Answer, SafeHttp } from "./SafeHttp.ts"
import { telegramMessage } from "./TelegramText.ts"

export const telegram = Effect.fn("Telegram.telegram")(
  function*(config: Pick<typeof TelegramConfig.Type, "chat" | "baseUrl">, token: Redacted.Redacted<string>) {
    const http = yield* SafeHttp
    const url = endpoint(config.baseUrl, `bot${Redacted.value(token)}/sendMessage`)

    const deliver = Effect.fn("Telegram.deliver")(({ payload, repliesTo }: Delivery) => {
      const request = jsonPost(url, {}, {
        chat_id: config.chat,
        ...payload,
        ...Option.match(decodeReceipt(repliesTo), {
          onNone: () => ({}),
          onSome: ({ messageId }) => ({
            reply_parameters: { message_id: messageId, allow_sending_without_reply: true }
          })
        })
      })
      return tried(http.post(request), [token], reading)
    })

    const channel: Channel = {
      channel: "telegram",
      threads: true,
      render: oneMessage(telegramMessage),
      deliver,
      timeoutMs: 15_000
    }
    return channel
  }
)

const decodeReceipt = Schema.decodeUnknownOption(Schema.Struct({ messageId: Schema.Int }))

const readAnswer = bodyReader(Schema.Union([
  Schema.Struct({ ok: Schema.Literal(true), result: Schema.Struct({ message_id: Schema.Int }) }),
  Schema.Struct({
    ok: Schema.Literal(false),
    description: Schema.optionalKey(Schema.String),
    parameters: Schema.optionalKey(Schema.Struct({ retry_after: Schema.optionalKey(Schema.Finite) }))
  })
]))

const reading = (answer: Answer): Reading => {
  const said = Option.getOrNull(readAnswer(answer))
  if (said === null) return answer.status === 200 ? { outcome: "again" } : {}
  if (said.ok) return { outcome: "taken", receipt: { messageId: said.result.message_id } }
  const { description = "", parameters = {} } = said
  if (parameters.retry_after !== undefined) return { outcome: "limited", retryAfterMs: waitMs(parameters.retry_after) }
  return answer.status === 400 && aboutTheChat.test(description) ? { outcome: "unusable" } : {}
}

/** What Telegram says when the chat is wrong, or not one that the bot may write to, and not the message. */
const aboutTheChat =
  /chat not found|chat_id is empty|upgraded to a supergroup|rights|kicked|deactivated|CHAT_WRITE_FORBIDDEN|CHAT_RESTRICTED/i

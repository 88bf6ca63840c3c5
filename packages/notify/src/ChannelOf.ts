/** A destination's channel, made of its configuration and of what its environment variables hold. */
import type { DestinationConfig, WebhookConfig } from "@dgas/domain/DestinationConfig"
import * as Effect from "effect/Effect"
import type { Channel } from "./Channel.ts"
import { desktop } from "./Desktop.ts"
import { both, type Mistakes, readUrl, readVariable, urlCheck } from "./DestinationSecrets.ts"
import { discord } from "./Discord.ts"
import { email } from "./Email.ts"
import type { SafeHttp } from "./SafeHttp.ts"
import { slack } from "./Slack.ts"
import { telegram } from "./Telegram.ts"
import { webhook, type WebhookMistake } from "./Webhook.ts"

/** Fails with all that is wrong with it. */
export const channelOf = (
  config: DestinationConfig,
  allowLoopback: boolean
): Effect.Effect<Channel, Mistakes, SafeHttp> => {
  switch (config.kind) {
    case "webhook":
      return webhookOf(config, allowLoopback)
    case "email":
      return Effect.flatMap(
        both(readVariable(config.keyVariable, "a key of Resend"), serviceCheck(config, allowLoopback)),
        ([key]) => email(config, key)
      )
    case "desktop":
      return Effect.succeed(desktop())
    case "discord":
      return Effect.flatMap(readUrl(config.urlVariable, "the URL of a webhook of Discord", allowLoopback), discord)
    case "slack":
      return Effect.flatMap(
        both(readVariable(config.tokenVariable, "the token of a bot of Slack"), serviceCheck(config, allowLoopback)),
        ([token]) => slack(config, token)
      )
    case "telegram":
      return Effect.flatMap(
        both(
          readVariable(config.tokenVariable, "the token of a bot such as 123456:ABC-DEF", isBotToken),
          serviceCheck(config, allowLoopback)
        ),
        ([token]) => telegram(config, token)
      )
  }
}

/** It becomes a part of the path. */
const isBotToken = (token: string): boolean => /^\d+:[\w-]+$/.test(token)

const serviceCheck = ({ baseUrl }: { readonly baseUrl: string }, allowLoopback: boolean) =>
  urlCheck(
    "baseUrl",
    baseUrl,
    "an https URL, or one of this machine where delivery.allowLoopback is true",
    allowLoopback
  )

const webhookOf = Effect.fnUntraced(
  function*({ body, rotation, secretVariable, urlVariable }: typeof WebhookConfig.Type, allowLoopback: boolean) {
    const readSecret = (variable: string) => readVariable(variable, "whsec_ and 24 to 64 bytes in base64")
    const [[url, secret], oldSecret] = yield* both(
      both(readUrl(urlVariable, "the URL of the webhook", allowLoopback), readSecret(secretVariable)),
      rotation === null ? Effect.succeed(null) : readSecret(rotation.oldSecretVariable)
    )
    const places: Record<WebhookMistake["setting"], string> = {
      url: urlVariable,
      secret: secretVariable,
      oldSecret: rotation?.oldSecretVariable ?? "rotation",
      body: "body"
    }
    return yield* webhook({
      url,
      secret,
      rotation: rotation === null || oldSecret === null ? null : { oldSecret, rotatedAt: rotation.rotatedAt },
      body
    }).pipe(
      Effect.mapError(({ detail, setting }): Mistakes => [
        { variable: places[setting], detail: `cannot be used: ${detail}` }
      ])
    )
  }
)

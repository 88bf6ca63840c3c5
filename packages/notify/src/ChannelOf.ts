/** A destination's channel, made of its configuration and of what its environment variables hold. */
import type { DestinationConfig, WebhookConfig } from "@dgas/domain/DestinationConfig"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Channel } from "./Channel.ts"
import { type Mistake, readUrl, readVariable, urlCheck } from "./DestinationSecrets.ts"
import { desktop } from "./Desktop.ts"
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
): Effect.Effect<Channel, ReadonlyArray<Mistake>, SafeHttp> => {
  switch (config.kind) {
    case "webhook":
      return webhookOf(config, allowLoopback)
    case "email":
      return Effect.flatMap(
        both(readVariable(config.keyVariable, "a key of Resend"), serviceCheck(config, allowLoopback)),
        (key) => email(config, key)
      )
    case "desktop":
      return Effect.succeed(desktop())
    case "discord":
      return Effect.flatMap(
        both(readUrl(config.urlVariable, "the URL of a webhook of Discord", allowLoopback)),
        discord
      )
    case "slack":
      return Effect.flatMap(
        both(readVariable(config.tokenVariable, "the token of a bot of Slack"), serviceCheck(config, allowLoopback)),
        (token) => slack(config, token)
      )
    case "telegram":
      return Effect.flatMap(
        both(
          readVariable(config.tokenVariable, "the token of a bot such as 123456:ABC-DEF", isBotToken),
          serviceCheck(config, allowLoopback)
        ),
        (token) => telegram(config, token)
      )
  }
}

/** It becomes a part of the path. */
const isBotToken = (token: string): boolean => /^\d+:[\w-]+$/.test(token)

const serviceCheck = ({ baseUrl }: { readonly baseUrl: string }, allowLoopback: boolean) =>
  urlCheck("baseUrl", baseUrl, "an https URL, or one of this machine where delivery.allowLoopback is true", allowLoopback)

/** What the first reads, when nothing is wrong with any. */
const both = <A>(
  first: Effect.Effect<A, Mistake>,
  ...others: ReadonlyArray<Effect.Effect<void, Mistake>>
): Effect.Effect<A, ReadonlyArray<Mistake>> =>
  Effect.gen(function*() {
    const found = yield* Effect.result(first)
    const mistakes = [found, ...yield* Effect.forEach(others, Effect.result)].filter(Result.isFailure)
    if (Result.isFailure(found) || mistakes.length > 0) return yield* Effect.fail(mistakes.map(({ failure }) => failure))
    return found.success
  })

const webhookOf = Effect.fnUntraced(
  function*(config: typeof WebhookConfig.Type, allowLoopback: boolean) {
    const { body, rotation, secretVariable, urlVariable } = config
    const readSecret = (variable: string) => readVariable(variable, "whsec_ and 24 to 64 bytes in base64")
    const url = yield* Effect.result(readUrl(urlVariable, "the URL of the webhook", allowLoopback))
    const secret = yield* Effect.result(readSecret(secretVariable))
    const oldSecret = rotation === null ? null : yield* Effect.result(readSecret(rotation.oldSecretVariable))
    if (Result.isFailure(url) || Result.isFailure(secret) || (oldSecret !== null && Result.isFailure(oldSecret))) {
      const results = [url, secret, ...oldSecret === null ? [] : [oldSecret]]
      return yield* Effect.fail(results.filter(Result.isFailure).map(({ failure }) => failure))
    }
    const mistakenAt: Record<WebhookMistake["setting"], string> = {
      url: urlVariable,
      secret: secretVariable,
      oldSecret: rotation?.oldSecretVariable ?? "rotation",
      body: "body"
    }
    return yield* webhook({
      url: url.success,
      secret: secret.success,
      rotation: rotation === null || oldSecret === null
        ? null
        : { oldSecret: oldSecret.success, rotatedAt: rotation.rotatedAt },
      body
    }).pipe(
      Effect.mapError(({ detail, setting }) => [{ variable: mistakenAt[setting], detail: `cannot be used: ${detail}` }])
    )
  }
)

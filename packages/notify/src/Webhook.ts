/**
 * A webhook: one POST a message, signed as Standard Webhooks says, JSON or the user's own text.
 *
 * The body is kept in the outbox as it is; the signature is made at each try, so its timestamp is the try's. Of a text body there is
 * one message a signal, and only for fresh signals, exits and samples: who reads it is often a program that trades.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Alert, AlertKind } from "./Alert.ts"
import { tried } from "./Answers.ts"
import type { Channel, Rendered } from "./Channel.ts"
import { SafeHttp } from "./SafeHttp.ts"
import { readTarget } from "./Target.ts"
import { webhookParts } from "./WebhookBody.ts"
import { readSecret, signatureHeaders } from "./WebhookSignature.ts"
import { readTemplate, type Template } from "./WebhookTemplate.ts"

/** What a webhook's configuration says, its variables read. */
export interface WebhookSettings {
  readonly url: Redacted.Redacted<string>
  readonly secret: Redacted.Redacted<string>
  /** `rotatedAt` in ISO 8601. */
  readonly rotation: { readonly oldSecret: Redacted.Redacted<string>; readonly rotatedAt: string } | null
  readonly body: string | null
}

/** What is wrong in the settings of a webhook, without the value. */
export class WebhookMistake extends Schema.TaggedError<WebhookMistake>()("WebhookMistake", {
  setting: Schema.Literals(["url", "secret", "oldSecret", "body"]),
  detail: Schema.String
}) {
  override get message() {
    return `the ${names[this.setting]} of the webhook cannot be used: ${this.detail}`
  }
}

const names = { url: "URL", secret: "secret", oldSecret: "old secret", body: "body" }

export const webhook = Effect.fn("Webhook.webhook")(
  function*(settings: WebhookSettings): Effect.fn.Return<Channel, WebhookMistake, SafeHttp> {
    const http = yield* SafeHttp
    const { rotation, url } = settings
    const read = <A>(setting: WebhookMistake["setting"], result: Result.Result<A, string>) =>
      Effect.fromResult(Result.mapError(result, (detail) => new WebhookMistake({ setting, detail })))

    // Whether it may be on this machine is told by the request.
    yield* read("url", readTarget(Redacted.value(url), true))
    const keys = {
      current: yield* read("secret", readSecret(settings.secret)),
      rotation: rotation === null ? null : {
        old: yield* read("oldSecret", readSecret(rotation.oldSecret)),
        rotatedAt: Date.parse(rotation.rotatedAt)
      }
    }
    const template = settings.body === null ? null : yield* read("body", readTemplate(settings.body))
    const secrets = [url, settings.secret, ...rotation === null ? [] : [rotation.oldSecret]]

    return {
      channel: "webhook",
      threads: false,
      timeoutMs: 15_000,
      render: (alert) => template === null ? rendered(alert) : renderedBy(template, alert),
      deliver: Effect.fn("Webhook.deliver")(function*({ id, payload }) {
        const body = textOf(payload["body"])
        const headers = signatureHeaders(keys, { id, body }, yield* Clock.currentTimeMillis)
        const post = http.post({ url, headers: { "content-type": textOf(payload["contentType"]), ...headers }, body })
        return yield* tried(post, secrets)
      })
    }
  }
)

const rendered = (alert: Alert): ReadonlyArray<Rendered> =>
  webhookParts(alert).map(({ body, name }) => ({
    part: name,
    signalIds: body.data.signals.map(({ id }) => id),
    payload: { body: JSON.stringify(body), contentType: "application/json" }
  }))

const traded: ReadonlyArray<AlertKind> = ["signals", "exit", "sample"]

const renderedBy = ({ contentType, fill }: Template, { kind, signals }: Alert): ReadonlyArray<Rendered> =>
  traded.includes(kind)
    ? signals.map((signal) => ({
      part: signal.id,
      signalIds: [signal.id],
      payload: { body: fill(signal), contentType }
    }))
    : []

/** Our own payload, which the outbox gave back. */
const textOf = (value: Schema.Json | undefined): string => typeof value === "string" ? value : ""

/**
 * Signatures of Standard Webhooks: HMAC-SHA256 of `id.timestamp.body`, by the secret of the endpoint.
 *
 * While a secret is changed both sign, the new one first, until 24 hours after the change; a receiver takes any that it
 * can verify. The id is the message's and the same at each try, the timestamp is the try's.
 * Source: https://www.standardwebhooks.com, version 1.
 */
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { createHmac } from "node:crypto"

/** The bytes of a secret. */
export type SigningKey = Redacted.Redacted<Uint8Array>

/** A key as it is written, `whsec_` and base64 of 24 to 64 bytes, or a clause that says what is wrong without it. */
export const readSecret = (secret: Redacted.Redacted<string>): Result.Result<SigningKey, string> => {
  const text = Redacted.value(secret)
  if (!text.startsWith(prefix)) return Result.fail(`it does not begin with ${prefix}`)
  const encoded = text.slice(prefix.length)
  if (!base64.test(encoded)) return Result.fail(`what follows ${prefix} is not base64`)
  const key = Buffer.from(encoded, "base64")
  return key.length < 24 || key.length > 64
    ? Result.fail(`it has ${key.length} bytes, expected 24 to 64`)
    : Result.succeed(Redacted.make(key))
}

const prefix = "whsec_"
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

export interface SigningKeys {
  readonly current: SigningKey
  /** `rotatedAt` in epoch milliseconds. */
  readonly rotation: { readonly old: SigningKey; readonly rotatedAt: number } | null
}

const overlapMs = 24 * 3_600_000

/** The three headers of a try at `now`, epoch milliseconds. */
export const signatureHeaders = (
  { current, rotation }: SigningKeys,
  message: { readonly id: string; readonly body: string },
  now: number
): Readonly<Record<string, string>> => {
  // A header holds visible ASCII alone; what has no other characters stays as it is.
  const id = message.id.toWellFormed().replaceAll(/[^\x21-\x7e]+/g, encodeURIComponent)
  const timestamp = String(Math.floor(now / 1000))
  const keys = rotation !== null && now < rotation.rotatedAt + overlapMs ? [current, rotation.old] : [current]
  const sign = (key: SigningKey) =>
    createHmac("sha256", Redacted.value(key)).update(`${id}.${timestamp}.${message.body}`).digest("base64")
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": keys.map((key) => `v1,${sign(key)}`).join(" ")
  }
}

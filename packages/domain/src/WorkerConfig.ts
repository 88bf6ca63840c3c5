/**
 * How a worker tells that it lives: endpoints that others ask, and an address that it asks itself.
 *
 * The address of a dead-man service is a secret as a whole, since whoever knows it can keep the service quiet.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export const HealthConfig = Schema.Struct({
  /** Where `/livez` and `/readyz` answer; null for nowhere, 0 for any port that is free, which the log then tells. */
  port: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(null))
  ),
  /** The address to listen at. Only this machine unless told otherwise. */
  host: Schema.NonEmptyString.pipe(Schema.withDecodingDefaultKey(Effect.succeed("127.0.0.1")))
})
export type HealthConfig = typeof HealthConfig.Type

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host)

const isPingAddress = (text: string): boolean => {
  const url = URL.parse(text)
  return url !== null && (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname)))
}

export const DeadManConfig = Schema.Struct({
  url: Schema.RedactedFromValue(
    Schema.String.check(Schema.makeFilter((text) => isPingAddress(text) || "an https URL, or http to this machine"))
  ),
  method: Schema.Literals(["GET", "POST"]).pipe(Schema.withDecodingDefaultKey(Effect.succeed("GET" as const)))
})
export type DeadManConfig = typeof DeadManConfig.Type

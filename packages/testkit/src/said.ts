/** What servers of this kit say: JSON with a status, and what they were sent, read by a shape that knows no other keys. */
import * as Schema from "effect/Schema"
import type { Reply } from "./ReceiverServer.ts"

export const said = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  kind: "status",
  status,
  body: JSON.stringify(body),
  headers: { "content-type": "application/json", ...headers }
})

/** None of that shape gives an `Option.none()`, as a service that refuses it. */
export const reader = <A>(shape: Schema.Codec<A, unknown>) =>
  Schema.decodeUnknownOption(Schema.fromJsonString(shape), { onExcessProperty: "error" })

/** At most `length` characters, and some. */
export const textOf = (length: number) => Schema.NonEmptyString.check(Schema.isMaxLength(length))

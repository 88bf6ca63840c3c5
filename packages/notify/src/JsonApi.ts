/** Requests and answers of services that speak JSON. */
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Answer, PostRequest } from "./SafeHttp.ts"

export const jsonPost = (
  url: Redacted.Redacted<string>,
  headers: PostRequest["headers"],
  body: { readonly [key: string]: Schema.Json }
): PostRequest => ({
  url,
  // Resend and Discord turn away who does not say a name.
  headers: { "content-type": "application/json; charset=utf-8", "user-agent": "dgas", ...headers },
  body: JSON.stringify(body)
})

/** Below an address that the configuration gives. */
export const endpoint = (baseUrl: string, path: string): Redacted.Redacted<string> =>
  Redacted.make(`${baseUrl.replace(/\/+$/, "")}/${path}`)

/** What an answer says, as far as it is of that shape: a page of something in between is not. */
export const bodyReader = <A>(shape: Schema.Codec<A, unknown>): (answer: Answer) => Option.Option<A> => {
  const decode = Schema.decodeUnknownOption(Schema.fromJsonString(shape))
  return ({ body }) => decode(body)
}

/** Seconds as whole milliseconds, rounded up; null for none. */
export const waitMs = (seconds: number | undefined): number | null =>
  seconds === undefined || !Number.isFinite(seconds) || seconds < 0 ? null : Math.ceil(seconds * 1000)

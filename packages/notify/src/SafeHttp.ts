/**
 * The one way to send to an address that a user gave.
 *
 * https only (http to this machine where the configuration allows it). The name is resolved here, every address of it is
 * checked, and the connection goes to a checked one: again at each request, so a name that changes its mind reaches
 * nothing. What cannot be resolved is refused. Redirects are not followed; of an answer at most 64 kB and 15 s are read.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

export interface PostRequest {
  readonly url: Redacted.Redacted<string>
  /** May hold secrets. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Answer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** At most 64 kB of it. */
  readonly body: string
}

/** The address is none that may be asked; nothing was sent. `detail` names neither path nor query. */
export class AddressRefused extends Schema.TaggedError<AddressRefused>()("AddressRefused", { detail: Schema.String }) {
  override get message() {
    return `the address was refused: ${this.detail}`
  }
}

/** There was no whole answer; whether the request arrived is not known. */
export class NoAnswer extends Schema.TaggedError<NoAnswer>()("NoAnswer", { detail: Schema.String }) {
  override get message() {
    return `no answer: ${this.detail}`
  }
}

export class SafeHttp extends Context.Service<SafeHttp, {
  readonly post: (request: PostRequest) => Effect.Effect<Answer, AddressRefused | NoAnswer>
}>()("@dgas/notify/SafeHttp") {}

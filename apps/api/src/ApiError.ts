/** What may keep a request from its answer, each a kind that a client acts on differently. */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"

/** Where whoever asks for what is not there finds what is. */
const places = {
  run: "one of /v1/runs",
  "run of that symbol": "a bar close of which /v1/runs has a run with it",
  signal: "one of /v1/signals",
  schedule: "one of /v1/scheduler",
  symbol: "one of /v1/symbols",
  request: "an id that POST /v1/scheduler/runs has answered",
  message: "one of /v1/deliveries",
  destination: "one of /v1/destinations",
  "configured destination": "one of /v1/destinations that is configured",
  mute: "one of /v1/mutes",
  key: "a prefix of /v1/keys",
  file: "one that the page at / names"
}

const What = Schema.Literals(Struct.keys(places))

export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", { what: What }) {
  override get message() {
    return `there is no such ${this.what}, expected ${places[this.what]}`
  }
}

/** What was asked for does not fit what is stored now. */
export class Conflict extends Schema.TaggedError<Conflict>()("Conflict", { detail: Schema.String }) {
  override get message() {
    return this.detail
  }
}

export class NotUnderstood extends Schema.TaggedError<NotUnderstood>()("NotUnderstood", {
  detail: Schema.String,
  mistakes: Schema.Array(Schema.Struct({ where: Schema.String, expected: Schema.String }))
}) {
  override get message() {
    return this.detail
  }
}

/** `where` is the path, the query or the body. Of many mistakes the first twenty are told. */
export const notAsExpected = (where: string, mistakes: NotUnderstood["mistakes"]) =>
  new NotUnderstood({ detail: `the ${where} is not as expected`, mistakes: mistakes.slice(0, 20) })

/** No key, or one that is not valid. */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", { detail: Schema.String }) {
  override get message() {
    return this.detail
  }
}

/** A valid key without the scope, or a request from where none may come. */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", { detail: Schema.String }) {
  override get message() {
    return this.detail
  }
}

export class TooMany extends Schema.TaggedError<TooMany>()("TooMany", {
  retryAfterS: Schema.Int,
  /** Unless it is requests. */
  detail: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    return this.detail ?? `too many requests, expected the next in ${this.retryAfterS} s`
  }
}

/** What was asked for takes long, and others wait for it. */
export class Busy extends Schema.TaggedError<Busy>()("Busy", { detail: Schema.String, retryAfterS: Schema.Int }) {
  override get message() {
    return this.detail
  }
}

export class TooLarge extends Schema.TaggedError<TooLarge>()("TooLarge", { mostBytes: Schema.Int }) {
  override get message() {
    return `the body is too large, expected at most ${this.mostBytes} bytes`
  }
}

export type ApiError =
  | NotFound
  | Conflict
  | NotUnderstood
  | Unauthorized
  | Forbidden
  | TooLarge
  | TooMany
  | Busy

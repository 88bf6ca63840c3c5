/** An answer of a provider, and what it means where the provider has no rule of its own. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** The beginning of the body in one line, without secrets. */
  readonly said: string
}

/**
 * A try was no use. `waitMs` is how long the provider wants to be left alone at least before the next, and null where
 * another is no use. `detail` continues a sentence that begins with the provider's host.
 */
export class Refused extends Schema.TaggedError<Refused>()("Refused", {
  detail: Schema.String,
  waitMs: Schema.NullOr(Schema.Finite)
}) {
  override get message() {
    return this.detail
  }
}

/** The first 80 characters of a body as one quoted line. */
export const excerpt = (body: string): string => {
  const line = body.slice(0, 1000).replace(/\s+/g, " ").trim()
  return line === "" ? "an empty body" : JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line)
}

/** What `Retry-After` asks for in milliseconds: seconds, or an HTTP date; 0 when there is none. */
export const waitAsked = (headers: Headers): Effect.Effect<number> => {
  const header = headers.get("retry-after")
  if (header === null) return Effect.succeed(0)
  if (/^\d+$/.test(header.trim())) return Effect.succeed(Number(header) * 1000)
  const until = Date.parse(header)
  if (Number.isNaN(until)) return Effect.succeed(0)
  return Effect.map(Clock.currentTimeMillis, (now) => Math.max(0, until - now))
}

/** Statuses, besides 5xx, after which another try may do. */
const passing = [408, 425, 429]

/** Refuses an answer by its status; `said` is what the provider says about it. */
export const refuse = Effect.fnUntraced(function*({ headers, status }: Answer, said: string) {
  const detail = `answered ${status} ${said}`
  if (status >= 500 || passing.includes(status)) {
    return yield* new Refused({ detail: `${detail}, try later`, waitMs: yield* waitAsked(headers) })
  }
  const advice = status === 403 || status === 451
    ? "it refuses requests from here, take another base URL or source"
    : "expected bars; check the base URL"
  return yield* new Refused({ detail: `${detail}, ${advice}`, waitMs: null })
})

const parse = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Unknown))

/**
 * The body as decoded JSON. JSON that was cut may be whole the next time; a page of HTML, or JSON of another shape,
 * comes from somebody else than the provider that was expected.
 */
export const decodeJson = <A, E>(
  { body, said }: Answer,
  decode: (value: unknown) => Effect.Effect<A, E>
): Effect.Effect<A, Refused> =>
  parse(body).pipe(
    Effect.mapError(() =>
      /^\s*</.test(body)
        ? new Refused({ detail: `answered a page, ${said}, expected JSON; check the base URL`, waitMs: null })
        : new Refused({ detail: `answered broken JSON, ${said}, try later`, waitMs: 0 })
    ),
    Effect.flatMap((value) =>
      decode(value).pipe(Effect.mapError(() =>
        new Refused({
          detail: `answered JSON of another shape, ${said}, expected bars; check the base URL`,
          waitMs: null
        })
      ))
    )
  )

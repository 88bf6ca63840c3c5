/**
 * Requests to a provider of bars over HTTP.
 *
 * A request is tried once and up to three times more, after waits of up to 250 ms, 1 s and 4 s (full jitter) or what
 * `Retry-After` asks for. All of it ends within 20 s, or at once where another try is no use or would come too late.
 * Requests keep to the provider's limit. After five failures in a row the provider is left alone for 30 s, and as long
 * as it asks for when it does: that is no failure. No try reads more than 8 s or `maxBytes`, redirects are not followed,
 * and no error holds a secret.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import { SourceUnavailable, UnknownSymbol } from "../BarSource.ts"
import { type Answer, excerpt, Refused } from "./Provider/Answer.ts"
import { acceptedEncoding, readText } from "./Provider/BoundedText.ts"
import { Circuit } from "./Provider/Circuit.ts"
import { Pace, type PaceLimit } from "./Provider/Pace.ts"

/** One try, from connecting to the last byte of the body. */
export const tryMs = 8000
export const budgetMs = 20_000
const waitsMs = [250, 1000, 4000] as const
/** A provider that asks for days of rest is asked again after an hour. */
const longestRestMs = 3_600_000

export interface ProviderOptions {
  readonly name: string
  readonly baseUrl: string
  readonly pace: PaceLimit
  /** Longest body, decompressed; 8 MB unless told. */
  readonly maxBytes?: number
  readonly headers?: Record<string, string>
  /** How long an answer's headers say to leave the provider alone, in milliseconds. */
  readonly restAfter?: (headers: Headers, now: number) => number
}

export interface Question {
  /** Below the base URL. */
  readonly path: string
  readonly query: Record<string, string>
  /** A part of the query that is told to nobody else. */
  readonly secret?: { readonly key: string; readonly value: Redacted.Redacted }
}

export interface Provider {
  readonly host: string
  /** `read` says what an answer means, or why it is no use. */
  readonly request: <A>(
    question: Question,
    read: (answer: Answer) => Effect.Effect<A, Refused | UnknownSymbol>
  ) => Effect.Effect<A, SourceUnavailable | UnknownSymbol>
  readonly unavailable: (detail: string, waitMs?: number | null) => SourceUnavailable
  readonly unknown: (symbol: string, detail: string) => UnknownSymbol
}

export const makeProvider = (options: ProviderOptions): Provider => {
  const { headers = {}, maxBytes = 8_000_000, name, restAfter } = options
  const root = options.baseUrl.replace(/\/+$/, "")
  const host = URL.canParse(root) ? new URL(root).host : root
  const circuit = new Circuit()
  const pace = new Pace(options.pace)
  /** Until when the provider wants to be left alone, and what it said. */
  let rest = { until: Number.NEGATIVE_INFINITY, said: "" }

  const unavailable = (detail: string, waitMs: number | null = null) =>
    new SourceUnavailable({
      source: name,
      detail: `${host} ${detail}`,
      ...waitMs === null || waitMs === 0 ? {} : { waitMs }
    })
  const unknown = (symbol: string, detail: string) =>
    new UnknownSymbol({ source: name, symbol, detail: `${host} ${detail}` })

  const ask = ({ path, query, secret }: Question): Effect.Effect<Answer, Refused> =>
    Effect.tryPromise({
      try: async (signal) => {
        const search = new URLSearchParams(query)
        if (secret !== undefined) search.set(secret.key, Redacted.value(secret.value))
        const response = await fetch(`${root}${path}?${search}`, {
          headers: { "accept-encoding": acceptedEncoding, ...headers },
          signal,
          redirect: "manual",
          decompress: false
        })
        return { status: response.status, headers: response.headers, body: await readText(response, maxBytes) }
      },
      catch: (cause) =>
        new Refused({ detail: `cannot be reached (${reasonOf(cause)}), check network and base URL`, waitMs: 0 })
    }).pipe(
      Effect.timeoutOrElse({
        duration: tryMs,
        orElse: () => new Refused({ detail: `did not answer within ${tryMs / 1000} s, try later`, waitMs: 0 })
      }),
      Effect.flatMap(({ body, headers, status }) =>
        body === null
          ? new Refused({ detail: `answered more than ${maxBytes} bytes, expected fewer; try later`, waitMs: 0 })
          : Effect.succeed({ status, headers, body, said: excerpt(hide(body.slice(0, 1000), secret)) })
      ),
      Effect.tap(({ headers }) =>
        restAfter === undefined
          ? Effect.void
          : Effect.map(Clock.currentTimeMillis, (now) => pace.rest(now + restAfter(headers, now)))
      )
    )

  /** A try in its turn. The circuit hears how it went. */
  const attempt = <A>(
    question: Question,
    read: (answer: Answer) => Effect.Effect<A, Refused | UnknownSymbol>,
    turnMs: number
  ) =>
    Effect.sleep(turnMs).pipe(
      Effect.andThen(ask(question)),
      Effect.flatMap(read),
      Effect.mapError((error) =>
        error._tag === "Refused"
          ? new Refused({ detail: hide(error.detail, question.secret), waitMs: error.waitMs })
          : new UnknownSymbol({ source: name, symbol: error.symbol, detail: hide(error.detail, question.secret) })
      ),
      Effect.tap(() => Effect.sync(() => circuit.succeeded())),
      Effect.tapErrorTag("UnknownSymbol", () => Effect.sync(() => circuit.succeeded())),
      Effect.tapErrorTag("Refused", ({ detail, waitMs }) =>
        waitMs !== null && waitMs > 0
          ? Effect.void
          : Effect.map(Clock.currentTimeMillis, (now) => circuit.failed(now, `${host} ${detail}`))),
      Effect.ensuring(Effect.sync(() => circuit.left()))
    )

  const request: Provider["request"] = Effect.fn("Provider.request")(function*(question, read) {
    // The last instant from which a try still ends in time.
    const latest = (yield* Clock.currentTimeMillis) + budgetMs - tryMs
    let failure: Refused | undefined
    for (let tries = 0;; tries++) {
      const now = yield* Clock.currentTimeMillis
      const closed = circuit.enter(now)
      if (closed !== null) {
        return yield* failure === undefined
          ? new SourceUnavailable({ source: name, detail: closed })
          : unavailable(failure.detail, failure.waitMs)
      }
      const turnMs = pace.take(now, latest)
      if (turnMs === null) {
        circuit.left()
        return yield* unavailable(failure?.detail ?? noTurn(rest, now), pace.wait(now))
      }
      const result = yield* Effect.result(attempt(question, read, turnMs))
      if (result._tag === "Success") return result.success
      if (result.failure._tag === "UnknownSymbol") return yield* result.failure
      failure = result.failure
      const { detail, waitMs } = failure
      const longest = waitsMs[tries]
      if (waitMs === null || longest === undefined) return yield* unavailable(detail, waitMs)
      const since = yield* Clock.currentTimeMillis
      if (waitMs > 0) {
        rest = { until: since + Math.min(waitMs, longestRestMs), said: detail }
        pace.rest(rest.until)
      }
      const wait = Math.max(waitMs, longest * (yield* Random.next))
      if (since + wait > latest) return yield* unavailable(detail, waitMs)
      yield* Effect.sleep(wait)
    }
  })

  return { host, request, unavailable, unknown }
}

const noTurn = (rest: { readonly until: number; readonly said: string }, now: number): string =>
  rest.until > now
    ? `${rest.said}; it is left alone for another ${Math.ceil((rest.until - now) / 1000)} s`
    : "has no turn for this request within 20 s by its limits, try later"

/** The text without the secret, as it is and as a URL has it. */
const hide = (text: string, secret: Question["secret"]): string => {
  if (secret === undefined) return text
  const plain = Redacted.value(secret.value)
  return text.replaceAll(plain, "***").replaceAll(encodeURIComponent(plain), "***")
}

const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message
}

/**
 * What a try came to, told from the answer: the same for every channel that asks somebody over HTTP.
 *
 * 2xx is taken. 408, 425 and 5xx may be better later, 429 is too many. 410 is gone. A redirect, 401, 403 and 404 are a
 * mistake in the address or the key, so the message waits; any other 4xx is about the message and stays so. No answer is
 * tried again, because nobody knows whether the request arrived: its id stays the same.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { Outcome, Tried } from "./Channel.ts"
import type { AddressRefused, Answer, NoAnswer } from "./SafeHttp.ts"
import { scrub } from "./Scrub.ts"

/** What a channel knows better than the status, from the body of its service. */
export type Reading = Partial<Pick<Tried, "outcome" | "retryAfterMs" | "receipt">>

export const tried = Effect.fn("Answers.tried")(
  function*(
    post: Effect.Effect<Answer, AddressRefused | NoAnswer>,
    secrets: ReadonlyArray<Redacted.Redacted<string>>,
    read: (answer: Answer) => Reading = () => ({})
  ): Effect.fn.Return<Tried> {
    const [duration, result] = yield* Effect.timed(Effect.result(post))
    const durationMs = Math.round(Duration.toMillis(duration))
    if (Result.isFailure(result)) {
      return {
        outcome: result.failure._tag === "AddressRefused" ? "unusable" : "again",
        status: null,
        answer: scrub(result.failure.message, secrets),
        durationMs,
        retryAfterMs: null,
        receipt: null
      }
    }
    const { body, headers, status } = result.success
    const outcome = outcomeOf(status)
    const waits = outcome === "again" || outcome === "limited"
    return {
      outcome,
      status,
      answer: scrub(body, secrets),
      durationMs,
      retryAfterMs: waits ? retryAfterMs(headers["retry-after"], yield* Clock.currentTimeMillis) : null,
      receipt: null,
      ...read(result.success)
    }
  }
)

export const outcomeOf = (status: number): Outcome => {
  if (status >= 200 && status < 300) return "taken"
  if (status === 429) return "limited"
  if (status === 410) return "gone"
  if ((status >= 300 && status < 400) || [401, 403, 404].includes(status)) return "unusable"
  return status >= 400 && status < 500 && status !== 408 && status !== 425 ? "never" : "again"
}

/** At most an hour of what was asked is honoured. */
const longestWaitMs = 3_600_000

/** Of seconds, or of a date against `now`; null when it is neither. */
export const retryAfterMs = (value: string | undefined, now: number): number | null => {
  if (value === undefined) return null
  const text = value.trim()
  const wait = /^\d+(\.\d+)?$/.test(text)
    ? Number(text) * 1000
    : /[A-Za-z]{3}/.test(text)
    ? Date.parse(text) - now
    : NaN
  return Number.isNaN(wait) ? null : Math.min(Math.max(Math.ceil(wait), 0), longestWaitMs)
}

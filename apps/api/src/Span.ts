/** How much may be asked for at once. */
import * as Effect from "effect/Effect"
import { NotUnderstood } from "./ApiError.ts"

export const longestDays = 366

/** Fails when more than 366 days lie between `since` and `until`, epoch milliseconds. */
export const withinSpan = (since: number, until: number): Effect.Effect<void, NotUnderstood> =>
  until - since <= longestDays * 86_400_000 ? Effect.void : Effect.fail(
    new NotUnderstood({
      detail: "the query asks for too long a time",
      mistakes: [{ where: "query.since", expected: `at most ${longestDays} days before until, or now` }]
    })
  )

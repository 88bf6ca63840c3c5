/** How much time one query may ask for. */
import * as Effect from "effect/Effect"
import { NotUnderstood } from "./ApiError.ts"

const dayMs = 86_400_000

/** Epoch milliseconds; `until` is not included. */
export interface Range {
  readonly since: number
  readonly until: number
}

/**
 * From `since` until `until`, which is `now` unless told; without `since` as much as may be asked for. Fails when they are
 * more than `mostDays` apart, or the wrong way round.
 */
export const rangeOf = (
  { since, until }: { readonly since?: number | undefined; readonly until?: number | undefined },
  { mostDays, now }: { readonly mostDays: number; readonly now: number }
): Effect.Effect<Range, NotUnderstood> => {
  const end = until ?? now
  const start = since ?? end - mostDays * dayMs
  const wrong = (expected: string) =>
    Effect.fail(
      new NotUnderstood({ detail: "the query asks for no such time", mistakes: [{ where: "query.since", expected }] })
    )
  if (start > end) return wrong("an instant before until, which is now unless told")
  if (end - start > mostDays * dayMs) {
    return wrong(`at most ${mostDays} days before until, which is now unless told: ask for parts`)
  }
  return Effect.succeed({ since: start, until: end })
}

/** Instants and ranges as they are written on the command line. */
import { WrongUsage } from "@dgas/cli/WrongUsage"
import { isDate, parseInstant } from "@dgas/domain/InstantText"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Range } from "./Replay.ts"

/** Epoch milliseconds. */
const parse = (flag: string, text: string): Effect.Effect<number, WrongUsage> => {
  const instant = parseInstant(text)
  return instant === null
    ? Effect.fail(
      new WrongUsage({ flag, found: text, expected: "a date like 2026-01-31 or an instant like 2026-01-31T15:30Z" })
    )
    : Effect.succeed(instant)
}

const notLater = Effect.fnUntraced(function*(flag: string, text: string, instant: number) {
  const now = yield* Clock.currentTimeMillis
  if (instant > now) {
    return yield* new WrongUsage({ flag, found: `${text}, which is in the future`, expected: "the past" })
  }
  return instant
})

export const asOfInstant = (flag: Option.Option<string>): Effect.Effect<number | null, WrongUsage> =>
  Option.match(flag, {
    onNone: () => Effect.succeed(null),
    onSome: (text) => parse("as-of", text).pipe(Effect.flatMap((instant) => notLater("as-of", text, instant)))
  })

/** `FROM..TO`. A date as TO means to its end, midnight UTC, or to now when it is today. */
export const replayRange = Effect.fnUntraced(function*(text: string) {
  const [from, to, more] = text.split("..")
  if (from === undefined || to === undefined || more !== undefined) {
    return yield* new WrongUsage({ flag: "replay", found: text, expected: "FROM..TO, like 2026-01-01..2026-01-31" })
  }
  const first = yield* parse("replay", from)
  const last = yield* parse("replay", to).pipe(Effect.flatMap((instant) => notLater("replay", to, instant)))
  const end = isDate(to) ? Math.min(last + 86_400_000, yield* Clock.currentTimeMillis) : last
  if (first >= end) return yield* new WrongUsage({ flag: "replay", found: text, expected: "FROM before TO" })
  return { from: first, to: end } satisfies Range
})

/** `--since`, `--until` and `--at`: an instant of the past, as `12h`, `7d`, `4w` ago or as an ISO instant. */
import { WrongUsage } from "@dgas/cli/WrongUsage"
import { parseInstant } from "@dgas/domain/InstantText"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

const units: Record<string, number> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** Epoch milliseconds, or null when the flag was not given. */
export const sinceInstant = (
  flag: Option.Option<string>,
  name: "since" | "at" | "until" = "since"
): Effect.Effect<number | null, WrongUsage> =>
  Option.match(flag, {
    onNone: () => Effect.succeed(null),
    onSome: (text) =>
      Effect.gen(function*() {
        const span = /^(\d{1,5})([hdw])$/.exec(text)
        if (span !== null) return (yield* Clock.currentTimeMillis) - Number(span[1]) * units[span[2]!]!
        return parseInstant(text) ??
          (yield* new WrongUsage({ flag: name, found: text, expected: "12h, 7d, 4w, a date or an ISO instant" }))
      })
  })

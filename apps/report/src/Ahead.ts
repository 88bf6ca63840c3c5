/** `--from`, `--until`, `--for` and `--expires`: an instant to come, as an ISO instant or as a span from another. */
import { WrongUsage } from "@dgas/cli/WrongUsage"
import { parseInstant } from "@dgas/domain/InstantText"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

const instantOf = (flag: "from" | "until", text: string) => {
  const instant = parseInstant(text)
  return instant === null
    ? Effect.fail(new WrongUsage({ flag, found: text, expected: "a date or an ISO instant" }))
    : Effect.succeed(instant)
}

/** Milliseconds of a span of time to come. */
export const spanOf = (flag: "for" | "expires", text: string): Effect.Effect<number, WrongUsage> => {
  const found = /^(\d{1,5})([mhdw])$/.exec(text)
  const ms = found === null ? 0 : Number(found[1]) * units[found[2]!]!
  return ms > 0
    ? Effect.succeed(ms)
    : Effect.fail(new WrongUsage({ flag, found: text, expected: "90m, 4h, 2d or 1w" }))
}

/** A stretch of time, epoch ms: from `from`, or `now`, until `until` or for so long; one of the two must be given. */
export const stretch = Effect.fnUntraced(function*(
  flags: {
    readonly from: Option.Option<string>
    readonly until: Option.Option<string>
    readonly for: Option.Option<string>
  },
  now: number
) {
  const startsAt = Option.isSome(flags.from) ? yield* instantOf("from", flags.from.value) : now
  if (Option.isSome(flags.until) === Option.isSome(flags.for)) {
    const found = Option.isSome(flags.for) ? "--for as well" : "neither --until nor --for"
    return yield* new WrongUsage({ flag: "until", found, expected: "one of --until INSTANT and --for 4h" })
  }
  const endsAt = Option.isSome(flags.until)
    ? yield* instantOf("until", flags.until.value)
    : startsAt + (yield* spanOf("for", Option.getOrThrow(flags.for)))
  if (endsAt <= Math.max(startsAt, now)) {
    const expected = `a time after ${new Date(Math.max(startsAt, now)).toISOString()}`
    return yield* new WrongUsage({ flag: "until", found: new Date(endsAt).toISOString(), expected })
  }
  return { startsAt, endsAt }
})

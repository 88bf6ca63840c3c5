/** Splits and dividends as providers tell them. One that cannot be read is left out with a warning, and costs no bar. */
import type { PriceEvent, UndatedEvent } from "@dgas/domain/PriceEvent"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** What one entry of an answer means: `at` is null where the calendar has no session for it. */
export interface Told {
  readonly event: UndatedEvent | null
  readonly at: number | null
}

/** The events among `entries`, each read by itself. */
export const readEvents = <S extends Schema.ConstraintDecoder<unknown>>(
  entries: ReadonlyArray<unknown>,
  schema: S,
  read: (entry: S["Type"]) => Told
): ReadonlyArray<PriceEvent | null> => {
  const decode = Schema.decodeUnknownOption(schema)
  return entries.map((entry) => {
    const { at, event } = Option.match(decode(entry), { onNone: () => ({ at: null, event: null }), onSome: read })
    return at === null || event === null ? null : { ...event, at }
  })
}

/** The events, ascending and each once; says once how many were no use. */
export const usable = (
  source: string,
  symbol: string,
  events: ReadonlyArray<PriceEvent | null>
): Effect.Effect<ReadonlyArray<PriceEvent>> => {
  const found = events.filter((event) => event !== null)
  const lost = events.length - found.length
  const each = new Map(found.map((event) => [`${event.at} ${event.kind}`, event]))
  return Effect.as(
    lost === 0
      ? Effect.void
      : Effect.logWarning(
        `source ${source} tells ${lost} splits or dividends of ${symbol} that cannot be read, they are left out`
      ),
    [...each.values()].toSorted((one, other) => one.at - other.at)
  )
}

/**
 * Splits, dividends and rolls that a configuration tells of, for sources that tell none and for futures.
 *
 * `at` is the date of the first session at the new prices, or an instant with its offset where they begin inside one.
 */
import * as Schema from "effect/Schema"
import { parseInstant } from "./InstantText.ts"
import { dividendOf, parseSplit, rollOf, type UndatedEvent } from "./PriceEvent.ts"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))

export const EventConfig = Schema.Struct({
  at: Schema.String.check(
    Schema.makeFilter((text) => parseInstant(text) !== null, {
      expected: "a date YYYY-MM-DD, or an ISO instant with its offset"
    })
  ),
  /** New shares for old ones, like `7:1`. */
  split: Schema.optionalKey(
    Schema.String.check(
      Schema.makeFilter((text) => parseSplit(text) !== null, { expected: "new shares for old ones, like 7:1" })
    )
  ),
  /** First price of the new contract over the last of the old one at the same instant. */
  roll: Schema.optionalKey(Positive),
  /** For each share, in the currency of the prices. */
  dividend: Schema.optionalKey(Positive)
}).check(
  Schema.makeFilter(({ dividend, roll, split }) =>
    [dividend, roll, split].filter((told) => told !== undefined).length === 1 ||
    { path: [], issue: "one of split, roll and dividend" }
  )
)
export type EventConfig = typeof EventConfig.Type

export const eventOf = ({ dividend, roll, split }: EventConfig): UndatedEvent => {
  const event = split !== undefined
    ? parseSplit(split)
    : roll !== undefined
    ? rollOf(roll)
    : dividend !== undefined
    ? dividendOf(dividend)
    : null
  if (event !== null) return event
  throw new Error("an event of the configuration tells nothing, which decoding refuses")
}

interface Eventful {
  readonly basis: string
  readonly events: Readonly<Record<string, ReadonlyArray<EventConfig>>>
  readonly instruments: ReadonlyArray<{ readonly symbol: string }>
}

/** What is wrong with the events of one universe: paths within it. */
export const eventMistakes = (
  { basis, events, instruments }: Eventful
): ReadonlyArray<{ readonly path: ReadonlyArray<PropertyKey>; readonly issue: string }> =>
  Object.entries(events).flatMap(([symbol, list]) => {
    const path = ["events", symbol]
    if (!instruments.some((one) => one.symbol === symbol)) return [{ path, issue: "as key a symbol of the universe" }]
    if (basis === "total") return [{ path, issue: "none, as prices of basis total have no splits and dividends left" }]
    const keys = list.map((event) => `${event.at} ${eventOf(event).kind}`)
    return keys.flatMap((key, index) =>
      keys.indexOf(key) === index
        ? []
        : [{ path: [...path, index], issue: "an event of another kind or time than those before it" }]
    )
  })

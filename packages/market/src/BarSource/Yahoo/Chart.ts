/**
 * What Yahoo's chart service answers, as rows.
 *
 * Arrays lie in parallel and any element may be null. No data comes without `timestamp`, whatever else there is. While
 * a market trades, and until the next day, the last element may carry the time of the last trade.
 */
import type { RawBar } from "@dgas/domain/Bar"
import { dividendOf, type PriceEvent, splitOf } from "@dgas/domain/PriceEvent"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { BarGrid } from "../../BarGrid.ts"
import { stampedTime } from "../../EventTime.ts"
import { numberOf, rowOf } from "../Rows.ts"
import { readEvents } from "../ToldEvents.ts"

const Values = Schema.optionalKey(Schema.Array(Schema.Unknown))

const Result = Schema.Struct({
  meta: Schema.Struct({ symbol: Schema.String }),
  timestamp: Schema.optionalKey(Schema.Array(Schema.Unknown)),
  events: Schema.optionalKey(Schema.Unknown),
  indicators: Schema.Struct({
    quote: Schema.Array(Schema.Struct({ open: Values, high: Values, low: Values, close: Values, volume: Values }))
  })
})

export const Chart = Schema.Struct({
  chart: Schema.Struct({
    result: Schema.NullOr(Schema.Array(Result)),
    error: Schema.NullOr(Schema.Struct({ code: Schema.String, description: Schema.NullOr(Schema.String) }))
  })
})

/**
 * The rows of a result, in its order. Where all four prices are null nobody traded; one that is missing alone is NaN,
 * for the validation to tell. A volume that is not known is 0. Undefined when the arrays are not of one length.
 */
export const chartRows = ({ indicators, timestamp = [] }: typeof Result.Type): ReadonlyArray<RawBar> | undefined => {
  const { close = [], high = [], low = [], open = [], volume = [] } = indicators.quote[0] ?? {}
  if (timestamp.length === 0) return []
  if ([open, high, low, close, volume].some(({ length }) => length !== timestamp.length)) return undefined
  return timestamp.flatMap((seconds, index) => {
    const prices = { open: open[index], high: high[index], low: low[index], close: close[index] }
    if (Object.values(prices).every((price) => price === null)) return []
    return [rowOf(numberOf(seconds) * 1000, { ...prices, volume: volume[index] ?? 0 })]
  })
}

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))
const Split = Schema.Struct({ date: Schema.Int, numerator: Positive, denominator: Positive })
const Dividend = Schema.Struct({ date: Schema.Int, amount: Positive })

/** The splits and dividends of a result, null for one that is not as it should be. */
export const chartEvents = (
  { events }: Pick<typeof Result.Type, "events">,
  grid: BarGrid
): ReadonlyArray<PriceEvent | null> => [
  ...readEvents(entriesOf(events, "splits"), Split, ({ date, denominator, numerator }) => ({
    at: stampedTime(grid, date * 1000),
    event: splitOf(numerator, denominator)
  })),
  ...readEvents(entriesOf(events, "dividends"), Dividend, ({ amount, date }) => ({
    at: stampedTime(grid, date * 1000),
    event: dividendOf(amount)
  }))
]

const entriesOf = (events: unknown, kind: string): ReadonlyArray<unknown> => {
  const entries = Predicate.hasProperty(events, kind) ? events[kind] : undefined
  return typeof entries === "object" && entries !== null ? Object.values(entries) : []
}

/** How long after a close the time of the last trade may be: auctions and late prints. */
const lateMs = 3_600_000

/**
 * Deals with a last row that carries the time of a trade and not of a slot. Of a day that is over it is the day's row,
 * unless that is there; of anything else it is the price of the moment, and left out.
 */
export const placeLast = (
  rows: ReadonlyArray<RawBar>,
  { calendar, slotOf, timeframe }: BarGrid
): ReadonlyArray<RawBar> => {
  const last = rows.at(-1)
  if (last === undefined || !calendar.covers(last.openTime) || slotOf(last.openTime) !== undefined) return rows
  const others = rows.slice(0, -1)
  if (calendar.sessionAt(last.openTime) !== undefined) return others
  if (timeframe !== "1d") return rows
  const session = calendar.previousSession(last.openTime)
  if (last.openTime - session.close > lateMs || others.at(-1)?.openTime === session.open) return others
  return [...others, { ...last, openTime: session.open }]
}

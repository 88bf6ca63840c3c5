/**
 * Splits and dividends as EODHD tells them: by symbol from a date on, or by exchange and date where that is cheaper,
 * labelled by the date of their session.
 *
 * They are asked for once a UTC day and symbol. Bars do not wait for them longer than for one request, of an exchange for
 * one a list, and come without them when they cannot be had: then they are asked for in a minute, or the next day where the
 * plan does not have them.
 */
import { dividendOf, parseSplit, type PriceEvent } from "@dgas/domain/PriceEvent"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { BarRequest, SourceUnavailable, UnknownSymbol } from "../../BarSource.ts"
import { datedTime } from "../../EventTime.ts"
import { tryMs } from "../Provider.ts"
import { numberOf } from "../Rows.ts"
import { readEvents, usable } from "../ToldEvents.ts"
import type { EventLists } from "./BulkEvents.ts"

const day = 86_400_000
/** Days before the first bar that are asked for as well: an event may be told late. */
const lateMs = 7 * day

/** So long nobody asks when none can be had just now: many symbols do not wait for one outage, each by itself. */
const pauseMs = 60_000

/** Bars wait no longer than for one request. */
export const within = <A, E, R>(lists: Effect.Effect<A, E, R>): Effect.Effect<A | ListRefused, E, R> =>
  Effect.timeoutOrElse(lists, {
    duration: tryMs,
    orElse: () => Effect.succeed<ListRefused>({ refused: `no answer within ${tryMs / 1000} s`, scope: "minute" })
  })

/** Why a list is not to be had: this one, any of them for a minute, or any until the next day. */
export interface ListRefused {
  readonly refused: string
  readonly scope: "list" | "minute" | "day"
}

const Split = Schema.Struct({ date: Schema.String, split: Schema.String })
/** `unadjustedValue` is in prices of its day, as bars are; `value`, by exchange `dividend`, is adjusted for later splits. */
const Dividend = Schema.Struct({
  date: Schema.String,
  value: Schema.optionalKey(Schema.Unknown),
  dividend: Schema.optionalKey(Schema.Unknown),
  unadjustedValue: Schema.optionalKey(Schema.Unknown)
})

interface Known {
  readonly day: number
  readonly from: number
  readonly events: ReadonlyArray<PriceEvent>
}

/** `inBulk` has the lists of a symbol for the given dates on a UTC day, or null; `ask` answers for one of the two. */
export const eodhdEvents = (
  source: string,
  inBulk: (
    symbol: string,
    dates: ReadonlyArray<string>,
    today: number
  ) => Effect.Effect<EventLists | ListRefused | null, SourceUnavailable | UnknownSymbol>,
  ask: (
    list: "splits" | "div",
    symbol: string,
    dates: { readonly from: string; readonly to: string }
  ) => Effect.Effect<ReadonlyArray<unknown> | ListRefused, SourceUnavailable | UnknownSymbol>
) => {
  const known = new Map<string, Known>()
  /** The day on which the plan did not have them. */
  let refusedOn = Number.NEGATIVE_INFINITY
  let pausedUntil = Number.NEGATIVE_INFINITY

  const bySymbol = Effect.fnUntraced(function*(symbol: string, from: number, today: number) {
    const dates = { from: dateOf(from), to: dateOf(today * day) }
    const splits = yield* ask("splits", symbol, dates)
    if ("refused" in splits) return splits
    const dividends = yield* ask("div", symbol, dates)
    return "refused" in dividends ? dividends : { splits, dividends }
  })

  const listsOf = Effect.fnUntraced(function*(symbol: string, from: number, today: number) {
    const bulk = yield* inBulk(symbol, datesOf(from, today * day), today)
    return bulk ?? (yield* within(bySymbol(symbol, from, today)))
  })

  const read = Effect.fnUntraced(function*({ from, grid, symbol }: BarRequest, today: number) {
    const lists = yield* listsOf(symbol, from - lateMs, today)
    if ("refused" in lists) return yield* withoutThem(symbol, lists, today)
    const { dividends, splits } = lists
    const events = yield* usable(source, symbol, [
      ...readEvents(splits, Split, ({ date, split }) => ({ at: datedTime(grid, date), event: parseSplit(split) })),
      ...readEvents(dividends, Dividend, ({ date, dividend, unadjustedValue, value }) => {
        const amount = numberOf(unadjustedValue ?? value ?? dividend)
        return { at: datedTime(grid, date), event: amount > 0 && amount < Infinity ? dividendOf(amount) : null }
      })
    ])
    known.set(symbol, { day: today, from, events })
    return events
  })

  const withoutThem = Effect.fnUntraced(function*(symbol: string, { refused, scope }: ListRefused, today: number) {
    if (scope === "day") refusedOn = today
    if (scope === "minute") pausedUntil = (yield* Clock.currentTimeMillis) + pauseMs
    yield* warn(symbol, scope === "minute" ? `${refused}; they are asked for in a minute` : refused)
    return []
  })

  const warn = (symbol: string, detail: string) =>
    Effect.logWarning(`source ${source} does not tell of splits and dividends of ${symbol}: ${detail}`)

  return (request: BarRequest): Effect.Effect<ReadonlyArray<PriceEvent>> =>
    Effect.gen(function*() {
      const today = Math.floor((yield* Clock.currentTimeMillis) / day)
      const before = known.get(request.symbol)
      if (before !== undefined && before.day === today && before.from <= request.from) return before.events
      if (refusedOn === today || (yield* Clock.currentTimeMillis) < pausedUntil) return []
      const later = (refused: string) => withoutThem(request.symbol, { refused, scope: "minute" }, today)
      return yield* read(request, today).pipe(
        Effect.catchTags({
          SourceUnavailable: ({ message }) => later(message),
          UnknownSymbol: ({ message }) => Effect.as(warn(request.symbol, message), [])
        })
      )
    })
}

/** Every date from that of `from` to that of `to`. */
const datesOf = (from: number, to: number): ReadonlyArray<string> => {
  const first = Math.floor(from / day)
  return Array.from({ length: Math.floor(to / day) - first + 1 }, (_, index) => dateOf((first + index) * day))
}

const dateOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10)

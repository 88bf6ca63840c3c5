/**
 * Compares the calendars of universes that EODHD feeds with what that provider knows of their exchanges, once a day.
 *
 * Its calendars cover some months and have mistakes: a difference is told, with the line of the configuration that would
 * settle it, and changes nothing. What the provider cannot say is told, too, and asked again the next day.
 */
import { ChoreStore } from "@dgas/db/ChoreStore"
import { DbClock } from "@dgas/db/DbClock"
import type { Config } from "@dgas/domain/Config"
import { calendarDifferences } from "@dgas/market/BarSource/Eodhd/ExchangeDetails"
import { calendarOf } from "@dgas/market/TradingCalendar"
import * as Effect from "effect/Effect"

const chore = "calendars:check"
const choreLeaseMs = 3_600_000
const day = 86_400_000
const daysAhead = 60

/** The exchanges of the universes that EODHD feeds: the part of a symbol after its last dot. */
export const exchangesOf = ({ sources, universes }: Config) => {
  const found = new Map<string, { readonly exchange: string; readonly universe: Config["universes"][string] }>()
  for (const universe of Object.values(universes)) {
    if (sources[universe.source]?.kind !== "eodhd") continue
    for (const { symbol } of universe.instruments) {
      const exchange = symbol.slice(symbol.lastIndexOf(".") + 1)
      found.set(`${universe.source}/${exchange}/${universe.calendar}`, { exchange, universe })
    }
  }
  return [...found.values()]
}

const dateOf = (instant: number) => new Date(instant).toISOString().slice(0, 10)

const compared = Effect.fnUntraced(function*(config: Config, now: number) {
  const dates = { from: dateOf(now), to: dateOf(now + daysAhead * day) }
  const lines: Array<string> = []
  for (const { exchange, universe } of exchangesOf(config)) {
    const source = config.sources[universe.source]
    if (source?.kind !== "eodhd") continue
    const { eodhdSource } = yield* Effect.promise(() => import("@dgas/market/BarSource/Eodhd"))
    const provider = eodhdSource(universe.source, source.baseUrl, source.tokenVariable)
    const { calendar } = universe
    const found = yield* provider.exchangeDetails(exchange, dates).pipe(
      Effect.map((details) =>
        calendarDifferences(details, calendarOf(calendar, config.calendars[calendar]), dates).map((line) =>
          `${line}; if the exchange says so too, tell it in calendars.${calendar} of the configuration`
        )
      ),
      Effect.catch(({ message }) => Effect.succeed([`calendar ${calendar} was not compared: ${message}`]))
    )
    lines.push(...found)
  }
  return lines
})

/** Tells differences in the log; nothing where another worker does so today, or EODHD feeds no universe. */
export const checkCalendars = Effect.fn("checkCalendars")(function*(config: Config, owner: string) {
  if (exchangesOf(config).length === 0) return
  const chores = yield* ChoreStore
  const mine = yield* chores.claim(chore, owner, choreLeaseMs)
  if (mine === null) return
  const lines = yield* compared(config, yield* (yield* DbClock).now)
  for (const line of lines) yield* Effect.logWarning(line)
  yield* chores.done(mine, { lines })
})

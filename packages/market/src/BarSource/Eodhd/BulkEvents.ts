/**
 * Splits and dividends of every symbol of an exchange, by a request for each list and date.
 *
 * One of those costs as much as a hundred for single symbols, so it is used where it is cheaper. An answer is kept for its
 * UTC day, and an exchange that is not to be had so is asked for by symbol until the next.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import type { SourceUnavailable, UnknownSymbol } from "../../BarSource.ts"
import { callsOfBulk, exchangeOf } from "./Bulk.ts"
import { type ListRefused, within } from "./Events.ts"

/** Both lists of a symbol, as they are written. */
export interface EventLists {
  readonly splits: ReadonlyArray<unknown>
  readonly dividends: ReadonlyArray<unknown>
}

/** Its entries by symbol without the exchange. */
type ByCode = ReadonlyMap<string, ReadonlyArray<unknown>>

const lists = ["splits", "dividends"] as const
const hasCode = Schema.decodeUnknownOption(Schema.Struct({ code: Schema.String }))

const byCode = (entries: ReadonlyArray<unknown>): ByCode =>
  Map.groupBy(entries, (entry) => Option.getOrElse(Option.map(hasCode(entry), ({ code }) => code), () => ""))

/** `watched` tells how many symbols of an exchange are asked for; `ask` gives one list of a date, `YYYY-MM-DD`. */
export const eodhdBulkEvents = (
  source: string,
  watched: ReadonlyMap<string, number>,
  ask: (
    list: typeof lists[number],
    exchange: string,
    date: string
  ) => Effect.Effect<ReadonlyArray<unknown> | ListRefused, SourceUnavailable | UnknownSymbol>
) => {
  const known = new Map<string, ByCode>()
  let knownOn = Number.NEGATIVE_INFINITY
  const refused = new Set<string>()
  // Of symbols that are read at once the first one asks, and the others find its answer.
  const turn = Semaphore.makeUnsafe(1)

  const listOf = Effect.fnUntraced(function*(list: typeof lists[number], exchange: string, date: string) {
    const key = `${exchange}/${list}/${date}`
    const before = known.get(key)
    if (before !== undefined) return before
    const answer = yield* within(ask(list, exchange, date))
    if ("refused" in answer) {
      if (answer.scope === "minute") return answer
      refused.add(exchange)
      yield* Effect.logWarning(
        `source ${source} does not tell of all ${list} of ${exchange}: ${answer.refused}; symbols are asked for one by one`
      )
      return null
    }
    const found = byCode(answer)
    known.set(key, found)
    return found
  })

  const gathered = Effect.fnUntraced(function*(exchange: string, code: string, dates: ReadonlyArray<string>) {
    const found = { splits: new Array<unknown>(), dividends: new Array<unknown>() }
    for (const date of dates) {
      for (const list of lists) {
        if (refused.has(exchange)) return null
        const entries = yield* listOf(list, exchange, date)
        if (entries === null || "refused" in entries) return entries
        found[list].push(...entries.get(code) ?? [])
      }
    }
    return found
  })

  /**
   * The lists of `symbol` for some dates, why they are not to be had now, or null where it is to be asked for by itself.
   * `today` is a UTC day.
   */
  return (
    symbol: string,
    dates: ReadonlyArray<string>,
    today: number
  ): Effect.Effect<EventLists | ListRefused | null, SourceUnavailable | UnknownSymbol> =>
    Effect.suspend(() => {
      const exchange = exchangeOf(symbol)
      // A symbol by itself costs one call for each list.
      if (dates.length * callsOfBulk >= (watched.get(exchange) ?? 0)) return Effect.succeed(null)
      if (knownOn !== today) {
        known.clear()
        refused.clear()
        knownOn = today
      }
      const code = symbol.slice(0, -exchange.length - 1)
      return turn.withPermit(gathered(exchange, code, dates))
    })
}

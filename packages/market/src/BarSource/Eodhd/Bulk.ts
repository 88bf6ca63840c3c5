/**
 * The last days of many symbols of one exchange, by requests for the exchange as a whole.
 *
 * One of those costs as much as a hundred for single symbols, so it is used where more symbols are watched than that. An
 * answer is kept for a week, and a symbol that is not in it is asked for by itself, as one whose day comes late is. What the
 * provider revises of a day that was had so is not noticed.
 */
import type { RawBar } from "@dgas/domain/Bar"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { type BarRequest, firstLabel, type SourceUnavailable, type UnknownSymbol } from "../../BarSource.ts"

/** Calls that a request for an exchange costs; one for a symbol costs one. */
export const callsOfBulk = 100
/** More days than this are a history, which a single request has whole. */
const mostDays = 6
const keptMs = 7 * 86_400_000

type Rows = ReadonlyMap<string, RawBar>

export const exchangeOf = (symbol: string): string => symbol.slice(symbol.lastIndexOf(".") + 1)

/** `watched` tells how many symbols of an exchange are asked for; `ask` gives one day of an exchange, by symbol. */
export const eodhdBulk = (
  watched: ReadonlyMap<string, number>,
  ask: (exchange: string, date: string) => Effect.Effect<Rows, SourceUnavailable | UnknownSymbol>
) => {
  const known = new Map<string, { readonly at: number; readonly rows: Rows }>()
  // Of symbols that are read at once the first one asks, and the others find its answer.
  const turn = Semaphore.makeUnsafe(1)
  /** The day on which the plan did not have them. */
  let refusedOn = Number.NEGATIVE_INFINITY

  const daysOf = Effect.fnUntraced(function*(exchange: string, dates: ReadonlyArray<string>) {
    const now = yield* Clock.currentTimeMillis
    for (const [key, { at }] of known) if (now - at > keptMs) known.delete(key)
    const missing = dates.filter((date) => !known.has(`${exchange}/${date}`))
    const today = Math.floor(now / 86_400_000)
    if (missing.length * callsOfBulk >= (watched.get(exchange) ?? 0) || refusedOn === today) return null
    for (const date of missing) {
      const rows = yield* ask(exchange, date).pipe(
        Effect.catch(({ message }) =>
          Effect.as(Effect.logWarning(`${message}; symbols are asked for one by one`), null)
        )
      )
      if (rows === null) {
        refusedOn = today
        return null
      }
      known.set(`${exchange}/${date}`, { at: now, rows })
    }
    return dates.map((date) => known.get(`${exchange}/${date}`)!.rows)
  })

  /** The rows of a request for days, or null where it is to be asked for by itself. */
  return ({ from, grid, symbol, to }: BarRequest): Effect.Effect<ReadonlyArray<RawBar> | null> =>
    Effect.gen(function*() {
      const exchange = exchangeOf(symbol)
      if ((watched.get(exchange) ?? 0) <= callsOfBulk || to - from > 14 * 86_400_000) return null
      const dates = sessionsOf(grid, firstLabel("1d", from), to)
      if (dates.length === 0 || dates.length > mostDays) return null
      const days = yield* turn.withPermit(daysOf(exchange, dates))
      if (days === null) return null
      const rows = days.flatMap((rows) => rows.get(symbol) ?? [])
      return rows.length === days.length ? rows : null
    })
}

/** Dates, `YYYY-MM-DD`, of the sessions that begin in between. */
const sessionsOf = ({ calendar }: BarRequest["grid"], from: number, to: number): ReadonlyArray<string> => {
  const dates: Array<string> = []
  for (let at = from; at < to; at += 86_400_000) {
    const date = new Date(at).toISOString().slice(0, 10)
    const session = calendar.sessionOn(date)
    if (session !== undefined && session.open < to) dates.push(date)
  }
  return dates
}

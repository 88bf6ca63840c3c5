/** What is watched: universes, and symbols with what is stored of each. */
import { SymbolPages } from "@dgas/db/SymbolPages"
import type { Config } from "@dgas/domain/Config"
import * as Effect from "effect/Effect"
import type { Handlers } from "../Handler.ts"
import { cut, pageSize } from "../Paging.ts"
import { universesOf } from "../StoredInstruments.ts"

type Universe = Config["universes"][string]

/** The instruments of a universe, as a worker stores them. */
const instrumentsOf = ({ sources }: Config, { basis, calendar, instruments, source }: Universe) =>
  instruments.map(({ symbol, tick }) => ({
    source,
    symbol,
    calendar,
    tick,
    basis,
    simulated: sources[source]?.kind === "sim"
  }))

/** `SYMBOL SOURCE`: neither has a space. */
const placeText = ({ source, symbol }: { readonly source: string; readonly symbol: string }) => `${symbol} ${source}`
const placeOf = (text: string) => {
  const [symbol = "", source = ""] = text.split(" ")
  return { symbol, source }
}

export const symbolHandlers = (config: Config): Handlers<"listUniverses" | "listSymbols", SymbolPages> => {
  const universes = Object.entries(config.universes)
  return {
    listUniverses: () =>
      Effect.succeed({
        items: universes.map(([name, { basis, calendar, fallbacks, instruments, source }]) => ({
          name,
          source,
          fallbacks: fallbacks.map((fallback) => fallback.source),
          calendar,
          basis,
          symbols: instruments.map(({ symbol }) => symbol),
          schedules: config.schedules.filter(({ universe }) => universe === name).map((schedule) => schedule.name)
        }))
      }),

    listSymbols: ({ query: { after, limit = pageSize, search, universe } }) =>
      Effect.gen(function*() {
        const chosen = universes.filter(([name]) => universe === undefined || name === universe)
        const rows = yield* (yield* SymbolPages).page({
          known: chosen.flatMap(([, one]) => instrumentsOf(config, one)),
          only: universe !== undefined,
          limit: limit + 1,
          ...search === undefined ? {} : { search },
          ...after === undefined ? {} : { after: placeOf(after) }
        })
        const { items, next } = cut(rows, limit, placeText)
        return { items: items.map((row) => ({ ...row, universes: universesOf(config, row.symbol, row.source) })), next }
      })
  }
}

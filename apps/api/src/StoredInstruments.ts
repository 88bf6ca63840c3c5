/** The instruments of a symbol, as universes of the configuration watch them and as bars of them are stored. */
import { InstrumentStore, type StoredInstrument } from "@dgas/db/InstrumentStore"
import type { Config } from "@dgas/domain/Config"
import * as Effect from "effect/Effect"
import { NotFound } from "./ApiError.ts"

/** Names of the universes that watch a symbol, of `source` if that is given. */
export const universesOf = ({ universes }: Config, symbol: string, source?: string): ReadonlyArray<string> =>
  Object.entries(universes).filter(([, universe]) =>
    (source === undefined || universe.source === source) &&
    universe.instruments.some((one) => one.symbol === symbol)
  ).map(([name]) => name)

/** Those that are stored, first what a universe watches; none for a symbol that is only configured. */
export const storedInstruments = Effect.fnUntraced(
  function*(config: Config, { source, symbol }: { readonly symbol: string; readonly source?: string }) {
    const all = yield* (yield* InstrumentStore).find(symbol)
    const found = all.filter((one) => source === undefined || one.source === source)
    if (found.length === 0 && universesOf(config, symbol, source).length === 0) {
      return yield* new NotFound({ what: "symbol" })
    }
    const rank = ({ source }: StoredInstrument) => universesOf(config, symbol, source).length === 0 ? 1 : 0
    return found.toSorted((a, b) => rank(a) - rank(b))
  }
)

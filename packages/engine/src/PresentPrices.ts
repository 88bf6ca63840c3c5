/**
 * Stored bars at the prices of today, for eyes: raw prices from before a split or roll are brought to those since, so that it
 * is no move of price.
 */
import { DbClock } from "@dgas/db/DbClock"
import type { StoredInstrument } from "@dgas/db/InstrumentStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import type { Bar } from "@dgas/domain/Bar"
import * as Effect from "effect/Effect"
import { atPresentPrices, presentFactor } from "./PriceBasis.ts"

/** What brings bars of an instrument there, and what the prices of a bar that was brought there were multiplied with. */
export const presentPrices = Effect.fnUntraced(function*({ id, instrument: { basis } }: StoredInstrument) {
  const all = yield* (yield* PriceEventStore).of([id], { before: yield* (yield* DbClock).now })
  const events = all.get(id) ?? []
  return {
    atPresent: (bars: ReadonlyArray<Bar>) => atPresentPrices(basis, bars, events),
    factorOf: (bar: Bar) => presentFactor(basis, bar, events)
  }
})

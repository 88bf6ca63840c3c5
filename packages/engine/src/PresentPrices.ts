/**
 * Stored bars at the prices of today, for eyes: raw prices from before a split or roll are brought to those since, so that it
 * is no move of price.
 */
import { DbClock } from "@dgas/db/DbClock"
import type { StoredInstrument } from "@dgas/db/InstrumentStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import type { Bar } from "@dgas/domain/Bar"
import * as Effect from "effect/Effect"
import { atPresentPrices } from "./PriceBasis.ts"

/** What brings bars of an instrument there. */
export const presentPrices = Effect.fnUntraced(function*({ id, instrument }: StoredInstrument) {
  const events = yield* (yield* PriceEventStore).of([id], { before: yield* (yield* DbClock).now })
  return (bars: ReadonlyArray<Bar>) => atPresentPrices(instrument.basis, bars, events.get(id) ?? [])
})

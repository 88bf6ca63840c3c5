/** The step of every state to a slot: each symbol is shown its bars, and the longer bars that were built of them are taken out. */
import type { BarSeries } from "@dgas/db/BarStore"
import type { Bar } from "@dgas/domain/Bar"
import type { Timeframe } from "@dgas/domain/Timeframe"
import * as Effect from "effect/Effect"
import { inSlices } from "./Slices.ts"
import type { SymbolState } from "./SymbolState.ts"
import type { Watch } from "./Watch.ts"

/** Comes back with the built bars, for the store. */
export const advance = Effect.fnUntraced(function*(watch: Watch, states: ReadonlyArray<SymbolState>, slotAt: number) {
  const { higher, lower, trading } = watch.schedule
  const series: Array<BarSeries> = []
  yield* inSlices(states, (state) => {
    state.advance(slotAt)
    const built = state.feed.takeBuilt()
    const { instrumentId } = state
    // What was built of adjusted bars has other prices than those that are stored.
    const adjustedUntil = watch.universe.basis === "raw" ? state.events.at(-1)?.at ?? -Infinity : -Infinity
    const push = (timeframe: Timeframe, bars: ReadonlyArray<Bar>) => {
      const own = adjustedUntil === -Infinity ? bars : bars.filter(({ closeTime }) => closeTime > adjustedUntil)
      if (own.length > 0) series.push({ instrumentId, timeframe, bars: own })
    }
    if (lower !== null) push(trading, built.trading)
    push(higher, built.higher)
  })
  return series
})

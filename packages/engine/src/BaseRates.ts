/**
 * Base rates of a timeframe's levels, for messages: how often the next bar did what, over the stored history.
 *
 * The newest 5,000 bars are read when a symbol is asked for first, and then only what is new; a bar that is revised
 * later stays counted as it was. A split or roll is no move of price: after one the bars are read anew, at the prices since.
 * Each rate says over how many bars it is.
 */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import type { SqlFailure } from "@dgas/db/Sql"
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import type { Timeframe } from "@dgas/domain/Timeframe"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { LevelRate } from "./geometry/LevelRates.ts"
import { countedBars, LevelHistory } from "./LevelHistory.ts"
import { atPresentPrices, sameEvents } from "./PriceBasis.ts"
import { gridOf, type Watch } from "./Watch.ts"

/** `timeframe` is one of the watch's; `asOf` in epoch milliseconds: only bars that had closed by then. */
export interface RatesRequest {
  readonly watch: Watch
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly asOf: number
}

interface Kept {
  readonly history: LevelHistory
  readonly events: ReadonlyArray<PriceEvent>
}

export class BaseRates extends Context.Service<BaseRates, {
  /** Empty for a symbol without stored bars of the timeframe. */
  readonly of: (request: RatesRequest) => Effect.Effect<ReadonlyArray<LevelRate>, SqlFailure>
}>()("@dgas/engine/BaseRates") {
  static readonly layer = Layer.effect(
    BaseRates,
    Effect.gen(function*() {
      const bars = yield* BarStore
      const instruments = yield* InstrumentStore
      const priceEvents = yield* PriceEventStore
      const kept = new Map<string, Kept>()

      const of = Effect.fn("BaseRates.of")(function*({ asOf, symbol, timeframe, watch }: RatesRequest) {
        const ids = yield* instruments.idsOf(watch.universe.source, [symbol])
        const id = ids.get(symbol)
        if (id === undefined) return []
        const key = `${watch.schedule.name}/${id}/${timeframe}`
        const events = (yield* priceEvents.of([id], { before: asOf })).get(id) ?? []
        const known = kept.get(key)
        const isEarlier = known !== undefined && known.history.geometry.closeTime > asOf
        if (known !== undefined && !isEarlier && sameEvents(known.events, events)) {
          const { geometry } = known.history
          known.history.push(
            (yield* bars.range(id, timeframe, geometry.openTime + 1, asOf)).filter(closedBy(asOf))
          )
          return known.history.rates()
        }
        const history = new LevelHistory(gridOf(watch, timeframe), watch.rules)
        const basis = watch.instruments.find((instrument) => instrument.symbol === symbol)?.basis ??
          watch.universe.basis
        history.push(atPresentPrices(basis, yield* bars.latest(id, timeframe, countedBars, asOf), events))
        // What was asked of an earlier instant is not what the next one goes on from.
        if (!isEarlier && history.geometry.bars > 0) kept.set(key, { history, events })
        return history.rates()
      })

      return BaseRates.of({ of })
    })
  )
}

const closedBy = (asOf: number) => ({ closeTime }: { readonly closeTime: number }) => closeTime <= asOf

/**
 * Base rates of a timeframe's levels, for messages: how often the next bar did what, over the stored history.
 *
 * The newest 5,000 bars are read when a symbol is asked for first, and then only what is new; a bar that is revised
 * later stays counted as it was. Each rate says over how many bars it is.
 */
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import type { SqlFailure } from "@dgas/db/Sql"
import type { Timeframe } from "@dgas/domain/Timeframe"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { LevelRate } from "./geometry/LevelRates.ts"
import { LevelHistory } from "./LevelHistory.ts"
import { gridOf, type Watch } from "./Watch.ts"

/** `timeframe` is one of the watch's; `asOf` in epoch milliseconds: only bars that had closed by then. */
export interface RatesRequest {
  readonly watch: Watch
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly asOf: number
}

const barsRead = 5000

export class BaseRates extends Context.Service<BaseRates, {
  /** Empty for a symbol without stored bars of the timeframe. */
  readonly of: (request: RatesRequest) => Effect.Effect<ReadonlyArray<LevelRate>, SqlFailure>
}>()("@dgas/engine/BaseRates") {
  static readonly layer = Layer.effect(
    BaseRates,
    Effect.gen(function*() {
      const bars = yield* BarStore
      const instruments = yield* InstrumentStore
      const kept = new Map<string, LevelHistory>()

      const of = Effect.fn("BaseRates.of")(function*({ asOf, symbol, timeframe, watch }: RatesRequest) {
        const ids = yield* instruments.idsOf(watch.universe.source, [symbol])
        const id = ids.get(symbol)
        if (id === undefined) return []
        const key = `${watch.schedule.name}/${id}/${timeframe}`
        const known = kept.get(key)
        if (known !== undefined && known.geometry.closeTime <= asOf) {
          known.push((yield* bars.range(id, timeframe, known.geometry.openTime + 1, asOf)).filter(closedBy(asOf)))
          return known.rates()
        }
        const history = new LevelHistory(gridOf(watch, timeframe), watch.rules)
        history.push(yield* bars.latest(id, timeframe, barsRead, asOf))
        // What was asked of an earlier instant is not what the next one goes on from.
        if (known === undefined && history.geometry.bars > 0) kept.set(key, history)
        return history.rates()
      })

      return BaseRates.of({ of })
    })
  )
}

const closedBy = (asOf: number) => ({ closeTime }: { readonly closeTime: number }) => closeTime <= asOf

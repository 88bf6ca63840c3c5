/** The levels of the next bar of each timeframe. What is read and counted for one answer is bounded. */
import type { Levels } from "@dgas/contract/Levels"
import { BarPages } from "@dgas/db/BarPages"
import type { BarStore } from "@dgas/db/BarStore"
import type { DbClock } from "@dgas/db/DbClock"
import type { InstrumentStore } from "@dgas/db/InstrumentStore"
import type { PriceEventStore } from "@dgas/db/PriceEventStore"
import type { Config } from "@dgas/domain/Config"
import { timeframeMs } from "@dgas/domain/Timeframe"
import { countedBars } from "@dgas/engine/LevelHistory"
import { type RatedLevel, type StoredLevels, storedLevels } from "@dgas/engine/StoredLevels"
import { hasEnough } from "@dgas/notify/RateText"
import * as Effect from "effect/Effect"
import type { Handlers } from "../Handler.ts"
import { Kept } from "../Kept.ts"
import { storedInstruments } from "../StoredInstruments.ts"

/** Timeframes of symbols whose levels are kept. */
const mostKept = 1000

const levelOnTheWire = ({ level, livePrice, price, rate }: RatedLevel): Levels["levels"][number] => ({
  level,
  price,
  livePrice,
  rate: rate !== null && hasEnough(rate.n) ? { n: rate.n, touched: rate.touched, beyond: rate.beyond } : null
})

type Services = BarPages | BarStore | DbClock | InstrumentStore | PriceEventStore

export const levelHandlers = (config: Config): Handlers<"getLevels", Services> => {
  const kept = new Kept<StoredLevels>(mostKept)
  return {
    getLevels: ({ query }) =>
      Effect.gen(function*() {
        const { symbol, timeframe } = query
        const items: Array<Levels> = []
        for (const instrument of yield* storedInstruments(config, query)) {
          const ends = yield* (yield* BarPages).ends(instrument.id)
          for (const one of ends) {
            if (timeframe !== undefined && one.timeframe !== timeframe) continue
            // Shorter bars make the one in progress.
            const made = ends.filter(({ timeframe }) => timeframeMs(timeframe) <= timeframeMs(one.timeframe))
            const found = yield* kept.of(
              `${instrument.id} ${JSON.stringify(made)}`,
              storedLevels(instrument, one, made, config, countedBars)
            )
            items.push({
              symbol,
              source: instrument.source,
              timeframe: one.timeframe,
              tick: instrument.instrument.tick,
              bars: found.bars,
              asOf: found.asOf,
              close: found.close,
              liveUntil: found.forming?.until ?? null,
              levels: found.levels.map(levelOnTheWire)
            })
          }
        }
        return { items }
      })
  }
}

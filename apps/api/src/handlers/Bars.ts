/** Stored bars, and the geometry after each. What is read for one answer is bounded. */
import { BarPages } from "@dgas/db/BarPages"
import type { DbClock } from "@dgas/db/DbClock"
import type { InstrumentStore } from "@dgas/db/InstrumentStore"
import type { PriceEventStore } from "@dgas/db/PriceEventStore"
import type { Config } from "@dgas/domain/Config"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { geometrySeries } from "@dgas/engine/GeometrySeries"
import * as Effect from "effect/Effect"
import type { Handlers } from "../Handler.ts"
import { storedInstruments } from "../StoredInstruments.ts"

/** Bars of a series unless asked for. */
const seriesLength = 500

interface SeriesQuery {
  readonly symbol: string
  readonly source?: string
  readonly timeframe: Timeframe
  readonly since?: number
  readonly until?: number
  readonly limit?: number
}

/** What a store is asked for. */
const pageOf = ({ limit = seriesLength, since, timeframe, until }: SeriesQuery) => ({
  timeframe,
  limit,
  ...since === undefined ? {} : { since },
  ...until === undefined ? {} : { until }
})

type Services = BarPages | DbClock | InstrumentStore | PriceEventStore

export const barHandlers = (config: Config): Handlers<"listBars" | "listGeometry", Services> => ({
  listBars: ({ query }) =>
    Effect.gen(function*() {
      const [instrument] = yield* storedInstruments(config, query)
      if (instrument === undefined) return { items: [] }
      return { items: yield* (yield* BarPages).page({ instrumentId: instrument.id, ...pageOf(query) }) }
    }),

  listGeometry: ({ query }) =>
    Effect.gen(function*() {
      const [instrument] = yield* storedInstruments(config, query)
      if (instrument === undefined) return { items: [] }
      const rows = yield* geometrySeries(instrument, pageOf(query), config.rules)
      return {
        items: rows.map(({ bar, factor, row }) => ({
          ...bar,
          factor,
          dot: row.dot,
          projectedDot: row.projectedDot,
          slope: row.slope,
          state: row.state,
          direction: row.direction,
          stateConfidence: row.stateConfidence,
          envelopeTop: row.envelopeTop,
          envelopeBottom: row.envelopeBottom
        }))
      }
    })
})

/** What is watched and what its prices say. What is read and counted for one answer is bounded. */
import type { Levels, RatedLevel as LevelOnTheWire } from "@dgas/contract/Market"
import type { BarChangeStore } from "@dgas/db/BarChangeStore"
import { BarPages } from "@dgas/db/BarPages"
import type { BarStore } from "@dgas/db/BarStore"
import { DbClock } from "@dgas/db/DbClock"
import { InstrumentStore, type StoredInstrument } from "@dgas/db/InstrumentStore"
import type { LateStore } from "@dgas/db/LateStore"
import type { OptionStore } from "@dgas/db/OptionStore"
import type { PriceEventStore } from "@dgas/db/PriceEventStore"
import type { RunStore } from "@dgas/db/RunStore"
import type { SignalStore } from "@dgas/db/SignalStore"
import { SymbolPages } from "@dgas/db/SymbolPages"
import type { Config } from "@dgas/domain/Config"
import { type Timeframe, timeframeMs } from "@dgas/domain/Timeframe"
import { explain, type Explanation } from "@dgas/engine/Explain"
import { geometrySeries } from "@dgas/engine/GeometrySeries"
import { countedBars } from "@dgas/engine/LevelHistory"
import { type RatedLevel, type StoredLevels, storedLevels } from "@dgas/engine/StoredLevels"
import { decisionText } from "@dgas/notify/DecisionText"
import { hasEnough } from "@dgas/notify/RateText"
import * as Effect from "effect/Effect"
import { Conflict, NotFound } from "../ApiError.ts"
import type { Handlers } from "../Handler.ts"
import { Kept } from "../Kept.ts"
import { cut, pageSize } from "../Paging.ts"

/** Bars of a series unless asked for. */
const seriesLength = 500
/** Timeframes of symbols whose levels are kept. */
const mostKept = 1000

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

const levelOnTheWire = ({ level, livePrice, price, rate }: RatedLevel): (typeof LevelOnTheWire)["Type"] => ({
  level,
  price,
  livePrice,
  rate: rate !== null && hasEnough(rate.n) ? { n: rate.n, touched: rate.touched, beyond: rate.beyond } : null
})

/** From the higher timeframe down. */
const viewsOf = ({ analysis, watch: { schedule: { higher, lower, trading } } }: Explanation) =>
  analysis === null ? [] : [
    { timeframe: higher, ...analysis.timeframes.higher },
    { timeframe: trading, ...analysis.timeframes.trading },
    ...lower === null || analysis.timeframes.lower === null
      ? []
      : [{ timeframe: lower, ...analysis.timeframes.lower }]
  ]

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

type Names = "listUniverses" | "listSymbols" | "listBars" | "listGeometry" | "getLevels" | "getAnalysis"
export type MarketServices =
  | BarChangeStore
  | BarPages
  | BarStore
  | DbClock
  | InstrumentStore
  | LateStore
  | OptionStore
  | PriceEventStore
  | RunStore
  | SignalStore
  | SymbolPages

export const marketHandlers = (config: Config): Handlers<Names, MarketServices> => {
  const universes = Object.entries(config.universes)
  const kept = new Kept<StoredLevels>(mostKept)
  const watchedBy = (symbol: string, source: string) =>
    universes.filter(([, universe]) =>
      universe.source === source && universe.instruments.some((one) => one.symbol === symbol)
    ).map(([name]) => name)

  /** Those that are stored, first what a universe watches; none for a symbol that is only configured. */
  const stored = Effect.fnUntraced(function*(symbol: string, source: string | undefined) {
    const all = yield* (yield* InstrumentStore).find(symbol)
    const found = all.filter((one) => source === undefined || one.source === source)
    const isKnown = universes.some(([, universe]) =>
      (source === undefined || universe.source === source) &&
      universe.instruments.some((one) => one.symbol === symbol)
    )
    if (found.length === 0 && !isKnown) return yield* new NotFound({ what: "symbol" })
    const rank = ({ source }: StoredInstrument) => watchedBy(symbol, source).length === 0 ? 1 : 0
    return found.toSorted((a, b) => rank(a) - rank(b))
  })

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
        return { items: items.map((row) => ({ ...row, universes: watchedBy(row.symbol, row.source) })), next }
      }),

    listBars: ({ query }) =>
      Effect.gen(function*() {
        const [instrument] = yield* stored(query.symbol, query.source)
        if (instrument === undefined) return { items: [] }
        return { items: yield* (yield* BarPages).page({ instrumentId: instrument.id, ...pageOf(query) }) }
      }),

    listGeometry: ({ query }) =>
      Effect.gen(function*() {
        const [instrument] = yield* stored(query.symbol, query.source)
        if (instrument === undefined) return { items: [] }
        const rows = yield* geometrySeries(instrument, pageOf(query), config.rules)
        return {
          items: rows.map(({ bar, row }) => ({
            ...bar,
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
      }),

    getLevels: ({ query: { source, symbol, timeframe } }) =>
      Effect.gen(function*() {
        const items: Array<Levels> = []
        for (const instrument of yield* stored(symbol, source)) {
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
      }),

    getAnalysis: ({ query: { at, origin = "LIVE", schedule, symbol } }) =>
      Effect.gen(function*() {
        const found = yield* explain({
          symbol,
          at: at ?? (yield* (yield* DbClock).now),
          origin,
          ...schedule === undefined ? {} : { schedule }
        }).pipe(Effect.catchTag("InputsUnknown", ({ message }) => new Conflict({ detail: message })))
        if (found === null) return yield* new NotFound({ what: "run of that symbol" })
        const { analysis, path, run, stored, tick, today } = found
        return {
          symbol,
          schedule: run.schedule,
          runId: run.id,
          slotAt: run.slotAt,
          tick,
          stored: decisionText(stored, tick),
          today: today === null ? null : decisionText(today, tick),
          signalId: stored.signal?.id ?? null,
          gates: path,
          alignment: analysis?.alignment ?? null,
          zones: analysis?.zones ?? [],
          timeframes: viewsOf(found)
        }
      })
  }
}

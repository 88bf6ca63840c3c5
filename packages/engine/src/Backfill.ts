/**
 * Fills the store with a source's history of base bars.
 *
 * Each series is read in pages, the newest first, and only where slots of its grid have no stored bar and the source has
 * not been asked before; so what was cut off goes on where it was, and what a source does not have is asked for once. A
 * symbol that its source does not give keeps the reason and does not stop the others; a source that wants to be left alone
 * for a while is waited for, and one that is not available ends it.
 */
import { BackfillStore } from "@dgas/db/BackfillStore"
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import type { Bar } from "@dgas/domain/Bar"
import type { Instrument } from "@dgas/domain/Instrument"
import type { BarGrid } from "@dgas/market/BarGrid"
import type { BarSource, SourceUnavailable, UnknownSymbol } from "@dgas/market/BarSource"
import { validateBars } from "@dgas/market/BarValidation"
import * as Effect from "effect/Effect"
import { type MissingRange, missingRanges } from "./Backfill/MissingRanges.ts"
import { tellEvents } from "./TellEvents.ts"

/** Bars of one instrument and timeframe, as a source is asked for them. */
export interface BackfillSeries {
  readonly instrument: Instrument
  readonly source: BarSource
  readonly grid: BarGrid
  /** Open times that a page spans, in milliseconds. */
  readonly pageMs: number
}

/** What has become of a series so far. */
export interface Backfilled {
  readonly series: BackfillSeries
  /** Bars that were new or changed, rows that were no bars, and rows outside of sessions. */
  stored: number
  quarantined: number
  outsideSessions: number
  /** Open time of the first bar of the range that is stored. */
  first: number | null
  /** Why the source gives no older bars, or none at all. */
  refusal: string | null
  /** Whether all of it was gone through. */
  done: boolean
}

/** `since` and `until` bound the open times, `asOf` is the instant by which a bar must have closed; epoch milliseconds. */
export interface BackfillRange {
  readonly since: number
  readonly until: number
  readonly asOf: number
}

export interface BackfillProgress {
  readonly pages: number
  readonly pagesDone: number
  readonly results: ReadonlyArray<Backfilled>
}

const seriesAtOnce = 4
/** Limits by the minute are over by then; one of a day is not waited for. */
const longestWaitMs = 120_000
/** A source that puts off the same page again and again is not going to answer it. */
const mostWaits = 5

/** Of a series, the newest first. */
const pagesOf = ({ pageMs }: BackfillSeries, { since, until }: BackfillRange): ReadonlyArray<MissingRange> =>
  Array.from({ length: Math.max(0, Math.ceil((until - since) / pageMs)) }, (_, index) => {
    const to = until - index * pageMs
    return { from: Math.max(since, to - pageMs), to }
  })

/** `results` has a row for each series from the beginning, and tells how far an interrupted `run` came. */
export const makeBackfill = (series: ReadonlyArray<BackfillSeries>, range: BackfillRange) => {
  const results = series.map((one): Backfilled => ({
    series: one,
    stored: 0,
    quarantined: 0,
    outsideSessions: 0,
    first: null,
    refusal: null,
    done: false
  }))

  const run = Effect.fn("backfill")(function*(onPage: (progress: BackfillProgress) => Effect.Effect<void>) {
    const pages = series.reduce((sum, one) => sum + pagesOf(one, range).length, 0)
    let pagesDone = 0
    yield* Effect.forEach(results, (result) =>
      Effect.gen(function*() {
        const own = pagesOf(result.series, range)
        const fill = yield* makePageFill(result, range)
        for (const [index, page] of own.entries()) {
          const goesOn = yield* fill(page)
          result.done = !goesOn || index === own.length - 1
          pagesDone += result.done ? own.length - index : 1
          yield* onPage({ pages, pagesDone, results })
          if (result.done) break
        }
      }), { concurrency: seriesAtOnce, discard: true })
  })
  return { results, run }
}

/** A source may still come to have what is younger than this. */
const settledMs = 7 * 86_400_000
/** So long without a bar, before bars that are there, is the end of a history and no pause of a market. */
const endMs = 30 * 86_400_000

/** Fills a page, and tells whether its source may have older bars. */
const makePageFill = Effect.fnUntraced(function*(result: Backfilled, { asOf, since }: BackfillRange) {
  const { grid, instrument, source } = result.series
  const { timeframe } = grid
  const store = yield* BarStore
  const priceEvents = yield* PriceEventStore
  const ids = yield* (yield* InstrumentStore).ensure(source.name, [instrument])
  const instrumentId = ids.get(instrument.symbol)!
  const span = (yield* store.timeframesOf(instrumentId)).find((one) => one.timeframe === timeframe)
  const backfills = yield* BackfillStore
  const covered = yield* backfills.read(instrumentId, timeframe)
  const isCovered = ({ from, to }: MissingRange) => covered.some((one) => one.from <= from && one.to >= to)
  let emptyMs = 0
  const storedFrom = Math.max(since, span?.firstOpenTime ?? Infinity)

  const found = ([bar]: ReadonlyArray<Bar>) => {
    if (bar !== undefined) result.first = Math.min(result.first ?? Infinity, bar.openTime)
  }

  const read = Effect.fnUntraced(function*(asked: MissingRange) {
    const { events = [], rows, source: told } = yield* source.fetch({ symbol: instrument.symbol, grid, ...asked, asOf })
      .pipe(waiting)
    const { bars, outsideSessions, quarantined } = validateBars(rows, { grid, asOf })
    // Days and weeks are asked for by their label, which may bring one from before.
    const fresh = bars.filter(({ openTime }) => openTime >= asked.from && openTime < asked.to)
    const bad = quarantined.filter(({ reason }) => reason !== "not_closed")
    yield* tellEvents(
      priceEvents,
      instrument.basis,
      events.map((event) => ({ instrumentId, source: told, event })),
      asOf
    )
    if (bad.length > 0) yield* store.quarantine([{ instrumentId, timeframe, rows: bad }])
    result.stored += yield* store.upsert([{ instrumentId, timeframe, bars: fresh }])
    result.quarantined += bad.length
    result.outsideSessions += outsideSessions
    found(fresh)
  })

  return (page: MissingRange) =>
    Effect.gen(function*() {
      const newer = result.first
      const stored = yield* store.range(instrumentId, timeframe, page.from, page.to)
      found(stored)
      for (const asked of missingRanges(grid, stored, page)) if (!isCovered(asked)) yield* read(asked)
      if (page.to <= asOf - settledMs) yield* backfills.mark(instrumentId, timeframe, page)
      emptyMs = result.first === newer ? emptyMs + page.to - page.from : 0
      // Unless older bars were stored by another run.
      return emptyMs < endMs || newer === null || storedFrom < page.from
    }).pipe(
      Effect.catchTag("UnknownSymbol", ({ message }) =>
        Effect.sync(() => {
          result.refusal = message
          return false
        }))
    )
})

/** Does a request again after the time for which its source wants to be left alone, unless that is long. */
const waiting = <A, R>(request: Effect.Effect<A, SourceUnavailable | UnknownSymbol, R>) =>
  Effect.retry(request, {
    times: mostWaits,
    while: (error) => {
      const waitMs = error._tag === "SourceUnavailable" ? error.waitMs : undefined
      return waitMs !== undefined && waitMs <= longestWaitMs && Effect.as(Effect.sleep(waitMs), true)
    }
  })

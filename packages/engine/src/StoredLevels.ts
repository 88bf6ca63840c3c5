/**
 * The levels of the next bar of one timeframe, from its stored bars, and how often bars did what at such levels.
 *
 * Where a shorter timeframe is stored further, its bars make the one in progress, which shows as live levels and in
 * nothing else. All are at the prices of today.
 */
import { BarStore } from "@dgas/db/BarStore"
import type { StoredInstrument } from "@dgas/db/InstrumentStore"
import type { SeriesEnds } from "@dgas/db/SeriesEnds"
import type { Bar } from "@dgas/domain/Bar"
import type { Config } from "@dgas/domain/Config"
import { type Timeframe, timeframeMs } from "@dgas/domain/Timeframe"
import type { BarGrid } from "@dgas/market/BarGrid"
import { Resampler } from "@dgas/market/Resampler"
import * as Effect from "effect/Effect"
import type { LevelRate } from "./geometry/LevelRates.ts"
import { LevelHistory } from "./LevelHistory.ts"
import { type LevelPair, levelPairs, liveLevels } from "./LiveLevels.ts"
import { presentPrices } from "./PresentPrices.ts"
import { timeframeView } from "./signals/analyze.ts"
import { gridOf } from "./StoredSymbol.ts"

/** `rate` is null for a level that was never away from price before a bar, so that none could reach it. */
export interface RatedLevel extends LevelPair {
  readonly rate: LevelRate | null
}

/** The bar in progress, of the bars of a shorter timeframe that had closed by `until`, epoch ms. */
export interface FormingBar {
  readonly bar: Bar
  readonly of: Timeframe
  readonly until: number
}

/** `asOf` is the close time of the last bar in epoch ms, `close` its price; levels from the highest price down. */
export interface StoredLevels {
  readonly timeframe: Timeframe
  readonly bars: number
  readonly asOf: number
  readonly close: number
  readonly forming: FormingBar | null
  /** Set when a shorter timeframe is stored beyond the next bar: that one is over, and not stored. */
  readonly passedBy: SeriesEnds | null
  readonly levels: ReadonlyArray<RatedLevel>
}

/** Spans of shorter timeframes that go on where `span` ends: the furthest first, of those the longest timeframe. */
const continuing = (span: SeriesEnds, spans: ReadonlyArray<SeriesEnds>) =>
  spans.filter(({ lastCloseTime, timeframe }) =>
    lastCloseTime > span.lastCloseTime && timeframeMs(timeframe) < timeframeMs(span.timeframe)
  ).toSorted((a, b) => b.lastCloseTime - a.lastCloseTime || timeframeMs(b.timeframe) - timeframeMs(a.timeframe))

const formingBar = Effect.fnUntraced(
  function*(
    instrumentId: number,
    grid: BarGrid,
    from: number,
    shorter: ReadonlyArray<SeriesEnds>,
    atPresent: Effect.Success<ReturnType<typeof presentPrices>>["atPresent"]
  ) {
    const store = yield* BarStore
    for (const { lastCloseTime, timeframe } of shorter) {
      const resampler = new Resampler(grid, { dropPartialFirst: true })
      for (const bar of atPresent(yield* store.range(instrumentId, timeframe, from, lastCloseTime))) resampler.push(bar)
      const bar = resampler.forming()
      if (bar !== null) return { bar, of: timeframe, until: lastCloseTime }
    }
    return null
  }
)

/** The levels of `span`, one of the instrument's `spans`, from its newest `most` bars: all of them unless told. */
export const storedLevels = Effect.fn("StoredLevels.storedLevels")(
  function*(
    stored: StoredInstrument,
    span: SeriesEnds,
    spans: ReadonlyArray<SeriesEnds>,
    config: Pick<Config, "calendars" | "rules">,
    most = Infinity
  ) {
    const { firstOpenTime, lastCloseTime: asOf, timeframe } = span
    const store = yield* BarStore
    const { id, instrument } = stored
    const { atPresent } = yield* presentPrices(stored)
    const bars = atPresent(
      most === Infinity
        ? yield* store.range(id, timeframe, firstOpenTime, asOf)
        : yield* store.latest(id, timeframe, most, asOf)
    )
    const grid = gridOf(instrument.calendar, timeframe, bars, config)
    const history = new LevelHistory(grid, config.rules)
    history.push(bars)
    const { geometry } = history

    const shorter = continuing(span, spans)
    const passedBy = shorter.find(({ lastCloseTime }) => lastCloseTime >= grid.nextClose(asOf)) ?? null
    const forming = passedBy === null ? yield* formingBar(id, grid, asOf, shorter, atPresent) : null
    const live = liveLevels(geometry, forming?.bar ?? null)
    const rates = new Map(history.rates().map((rate) => [rate.level, rate]))
    return {
      timeframe,
      bars: bars.length,
      asOf,
      close: geometry.close,
      forming,
      passedBy,
      levels: levelPairs(timeframeView(geometry).levels, live).map((pair) => ({
        ...pair,
        rate: rates.get(pair.level) ?? null
      }))
    } satisfies StoredLevels
  }
)

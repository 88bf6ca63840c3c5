/**
 * From what is stored of many series to how whole each of them is.
 *
 * Expected are the slots of the series' grid from its first bar, or from `since`, to the last close of now; a bar that its
 * source has not settled yet is not expected. A series' calendar, days off included, and its grid are those that
 * the configuration gives it; of one that is not in it, those that it was stored with and that its bars lie on. Where the
 * calendar knows no sessions nothing is expected.
 */
import { type Jump, type Refused, type Revised, seriesName, type SeriesSpan } from "@dgas/db/BarQualityStore"
import type { Config, UniverseConfig } from "@dgas/domain/Config"
import type { Grid } from "@dgas/domain/Instrument"
import { type Timeframe, timeframeMs } from "@dgas/domain/Timeframe"
import { type BarGap, gapBetween } from "@dgas/market/BarGaps"
import { type BarGrid, barGrid, type Slot } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"

/** Instants in epoch milliseconds; null where no bar is stored. */
export interface SeriesQuality {
  readonly symbol: string
  readonly source: string
  readonly timeframe: Timeframe
  readonly bars: number
  readonly expected: number
  /** 0 to 1. */
  readonly completeness: number
  /** Runs of missing bars between stored ones, oldest first. */
  readonly gaps: ReadonlyArray<BarGap>
  readonly lastClose: number | null
  /** Close of the newest bar that should be there; null also when the calendar does not know. */
  readonly expectedClose: number | null
  /** Bars that are missing after the last one. */
  readonly behind: number
  readonly refused: ReadonlyArray<Refused>
  readonly revisions: number
}

export interface Stored {
  readonly spans: ReadonlyArray<SeriesSpan>
  /** By `seriesName`. */
  readonly counts: ReadonlyMap<string, number>
  readonly jumps: ReadonlyArray<Jump>
  readonly refused: ReadonlyArray<Refused>
  readonly revised: ReadonlyArray<Revised>
}

/** The worst first. */
export const barQuality = (
  config: Config,
  stored: Stored,
  { now, since }: { readonly now: number; readonly since: number }
): ReadonlyArray<SeriesQuality> => {
  const places = new Places(config)
  const gaps = gapsOf(stored, places, since)
  const refused = Map.groupBy(stored.refused, seriesName)
  const revisions = new Map(stored.revised.map((row) => [seriesName(row), row.revisions]))
  const behind = new Map<string, Behind>()
  const rows = stored.spans.map((span): SeriesQuality => {
    const name = seriesName(span)
    const { grid, key, settleMs } = places.of(span)
    const bars = stored.counts.get(name) ?? 0
    const own = gaps.get(name) ?? []
    const late = behind.getOrInsertComputed(
      `${key}/${span.lastCloseTime}`,
      () => behindOf(grid, span.lastCloseTime, now - settleMs)
    )
    const expected = bars + own.reduce((sum, { missing }) => sum + missing, 0) + late.missing
    return {
      symbol: span.symbol,
      source: span.source,
      timeframe: span.timeframe,
      bars,
      expected,
      completeness: expected === 0 ? 1 : bars / expected,
      gaps: own,
      lastClose: span.lastCloseTime,
      expectedClose: late.expectedClose,
      behind: late.missing,
      refused: refused.get(name) ?? [],
      revisions: revisions.get(name) ?? 0
    }
  })
  const known = new Set(stored.spans.map(seriesName))
  const without = [...refused].filter(([name]) => !known.has(name)).map(([, own]) => refusedAlone(own))
  return [...rows, ...without].toSorted((a, b) =>
    a.completeness - b.completeness || b.behind - a.behind ||
    (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0) ||
    timeframeMs(a.timeframe) - timeframeMs(b.timeframe)
  )
}

/** A series of which every row was refused. */
const refusedAlone = (refused: ReadonlyArray<Refused>): SeriesQuality => {
  const { source, symbol, timeframe } = refused[0]!
  return {
    symbol,
    source,
    timeframe,
    bars: 0,
    expected: 0,
    completeness: 0,
    gaps: [],
    lastClose: null,
    expectedClose: null,
    behind: 0,
    refused,
    revisions: 0
  }
}

interface Place {
  readonly grid: BarGrid
  readonly settleMs: number
  /** The same for all series that lie on the same grid and settle alike. */
  readonly key: string
}

/** Where each series lies, made once for all that lie there. */
class Places {
  private readonly grids = new Map<string, BarGrid>()
  private readonly watched = new Map<string, UniverseConfig>()
  private readonly config: Config

  constructor(config: Config) {
    this.config = config
    for (const universe of Object.values(config.universes)) {
      for (const { symbol } of universe.instruments) this.watched.set(`${universe.source}/${symbol}`, universe)
    }
  }

  of(span: SeriesSpan): Place {
    const { calendars, sources } = this.config
    const watched = this.watched.get(`${span.source}/${span.symbol}`)
    const calendar = watched?.calendar ?? span.calendar
    const settleMs = sources[span.source]?.settleMs ?? 0
    const made = (kind: Grid) => {
      const key = `${calendar}/${span.timeframe}/${kind}`
      const grid = this.grids.get(key) ?? barGrid(calendarOf(calendar, calendars[calendar]), span.timeframe, kind)
      this.grids.set(key, grid)
      return { grid, settleMs, key: `${key}/${settleMs}` }
    }
    if (watched !== undefined) return made(watched.grid)
    const session = made("session")
    return slotOf(session.grid, span.firstOpenTime)?.closeTime === span.firstCloseTime &&
        slotOf(session.grid, span.lastOpenTime)?.closeTime === span.lastCloseTime
      ? session
      : made("clock")
  }
}

const slotOf = (grid: BarGrid, openTime: number): Slot | undefined =>
  grid.calendar.covers(openTime) ? grid.slotOf(openTime) : undefined

/** Most jumps are nights and weekends of a whole market, and are looked at once for all its series. */
const gapsOf = (
  { jumps, spans }: Stored,
  places: Places,
  since: number
): ReadonlyMap<string, ReadonlyArray<BarGap>> => {
  const placeOf = new Map(spans.map((span) => [seriesName(span), places.of(span)]))
  const gaps = new Map<string, Array<BarGap>>()
  for (const { after, before, instrumentIds, timeframe } of jumps) {
    const found = new Map<string, BarGap | null>()
    for (const instrumentId of instrumentIds) {
      const name = seriesName({ instrumentId, timeframe })
      const place = placeOf.get(name)
      if (place === undefined) continue
      const gap = found.getOrInsertComputed(place.key, () => gapOf(place.grid, before, after, since))
      if (gap !== null) gaps.getOrInsertComputed(name, () => []).push(gap)
    }
  }
  return gaps
}

const gapOf = (grid: BarGrid, before: number, after: number, since: number): BarGap | null => {
  if (!grid.calendar.covers(before) || !grid.calendar.covers(after)) return null
  const closeOf = (openTime: number) => slotOf(grid, openTime)?.closeTime ?? openTime + timeframeMs(grid.timeframe)
  const from = before >= since ? closeOf(before) : Math.max(closeOf(before), startOf(grid, since))
  return gapBetween(grid, from, closeOf(after))
}

/** From where on slots count that open at or after `since`. */
const startOf = (grid: BarGrid, since: number): number => {
  const slot = grid.slotAt(since)
  return slot === undefined || slot.openTime === since ? since : slot.closeTime
}

interface Behind {
  readonly missing: number
  readonly expectedClose: number | null
}

const behindOf = (grid: BarGrid, lastClose: number, until: number): Behind => {
  if (!grid.calendar.covers(lastClose) || !grid.calendar.covers(until)) return { missing: 0, expectedClose: null }
  const closes = grid.closes(lastClose, until)
  return { missing: closes.length, expectedClose: closes.at(-1) ?? lastClose }
}

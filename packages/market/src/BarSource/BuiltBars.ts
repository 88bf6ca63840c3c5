/**
 * Bars of the asked timeframe, or what a provider lacks built from the longest of its own that fit.
 *
 * Own bars fit when each asked slot begins and ends with one of them; those of the asked timeframe come first. A slot
 * is built from the closed bars that it has. The last one waits for its last bar, a later one, or as much time as one
 * takes, so that a bar which comes late does not make a wrong slot.
 */
import type { RawBar } from "@dgas/domain/Bar"
import type { CalendarName } from "@dgas/domain/Instrument"
import { type Timeframe, timeframeMs } from "@dgas/domain/Timeframe"
import * as Effect from "effect/Effect"
import { type BarGrid, barGrid, tradingStart } from "../BarGrid.ts"
import type { BarAnswer, BarRequest, UnknownSymbol } from "../BarSource.ts"
import { validateBars } from "../BarValidation.ts"
import { Resampler } from "../Resampler.ts"
import { calendarOf } from "../TradingCalendar.ts"

/** The bars of a provider. */
export interface OwnBars {
  /** Longest first. */
  readonly timeframes: ReadonlyArray<Timeframe>
  /** The hours it cuts, from their open; null when it cuts the sessions of each market. */
  readonly calendar: CalendarName | null
  /** Whether its history may begin inside a slot, which then is not built. */
  readonly beginsAnywhere: boolean
}

/** Rows of the asked timeframe, and those of the shorter one that were no bars to build from. */
export type BuiltRows = Required<Pick<BarAnswer, "rows" | "quarantined">>

const none: BuiltRows = { rows: [], quarantined: [] }

/** Days before the end of a first request in which every asked slot must fit. */
const looksAt = 14 * 86_400_000

/** Answers requests with `read`, which is only asked for slots of the provider's own. What else a request has stays. */
export const ownOrBuilt = <E, R extends BarRequest>(
  own: OwnBars,
  read: (request: R) => Effect.Effect<ReadonlyArray<RawBar>, E>,
  unknown: (symbol: string, detail: string) => UnknownSymbol
) => {
  // What fits depends on the grid alone, which lives as long as its schedule.
  const bases = new WeakMap<BarGrid, BarGrid>()

  const baseOf = ({ grid, to }: BarRequest): BarGrid | undefined => {
    const known = bases.get(grid)
    if (known !== undefined) return known
    const found = own.timeframes
      .filter((timeframe) => timeframeMs(timeframe) <= timeframeMs(grid.timeframe))
      .map((timeframe) =>
        barGrid(own.calendar === null ? grid.calendar : calendarOf(own.calendar), timeframe, "session")
      )
      .find((base) => fits(base, grid, to))
    if (found !== undefined) bases.set(grid, found)
    return found
  }

  return Effect.fnUntraced(function*(request: R) {
    const { asOf, from, grid, to } = request
    if (to <= from) return none
    const base = baseOf(request)
    if (base === undefined) {
      return yield* unknown(
        request.symbol,
        `has no bars that make ${grid.timeframe} slots of ${grid.calendar.name}, only ${own.timeframes.join(", ")}`
      )
    }
    if (base.timeframe === grid.timeframe) return { rows: yield* read({ ...request, grid: base }), quarantined: [] }

    const begun = grid.slotAt(from)
    const start = begun !== undefined && begun.openTime < from ? begun.closeTime : from
    // One bar after the last slot, if there is one already, tells that the slot is complete.
    const end = Math.min((grid.slotAt(to - 1)?.closeTime ?? to) + timeframeMs(base.timeframe), asOf)
    if (start >= to || start >= end) return none
    const rows = yield* read({ ...request, grid: base, from: start, to: end })
    return built(rows, base, { ...request, from: start }, own.beginsAnywhere)
  })
}

const fits = (base: BarGrid, asked: BarGrid, to: number): boolean =>
  asked.closes(to - looksAt, to).every((close) => {
    const slot = asked.slotAt(close - 1)
    if (slot === undefined) return false
    const start = tradingStart(asked, slot)
    return base.slotAt(start)?.openTime === start && base.slotAt(close - 1)?.closeTime === close
  })

const built = (
  rows: ReadonlyArray<RawBar>,
  base: BarGrid,
  { asOf, from, grid, to }: BarRequest,
  dropPartialFirst: boolean
): BuiltRows => {
  const resampler = new Resampler(grid, { dropPartialFirst })
  const { bars, quarantined } = validateBars(rows, { grid: base, asOf })
  for (const bar of bars) {
    if (grid.slotAt(bar.closeTime - 1) !== undefined) resampler.push(bar)
  }
  const lastClose = bars.at(-1)?.closeTime ?? from
  const lastOpen = rows.findLast(({ openTime }) => Number.isFinite(openTime))?.openTime ?? from
  const step = timeframeMs(base.timeframe)
  const slots = resampler.flush(asOf).filter(({ closeTime, openTime }) =>
    openTime >= from && openTime < to &&
    (closeTime <= lastClose || closeTime <= lastOpen || closeTime + step <= asOf)
  )
  return {
    rows: slots.map(({ close, high, low, open, openTime, volume }) => ({ openTime, open, high, low, close, volume })),
    quarantined: quarantined.filter(({ reason }) => reason !== "not_closed")
  }
}

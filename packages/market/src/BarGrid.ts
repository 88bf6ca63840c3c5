/**
 * The slots into which a market's sessions are cut, and which slot a provider's label means.
 *
 * A slot is known by its open time; neighbours never overlap. Instants and labels are epoch milliseconds, close
 * times are exclusive. A slot ends with its session at the latest. All methods throw `CalendarOutOfSpan` for
 * times that the calendar does not cover.
 */
import type { Grid } from "@dgas/domain/Instrument"
import { isIntraday, type Timeframe } from "@dgas/domain/Timeframe"
import { makeDayGrid } from "./BarGrid/DayGrid.ts"
import { makeIntradayGrid } from "./BarGrid/IntradayGrid.ts"
import { makeWeekGrid } from "./BarGrid/WeekGrid.ts"
import type { TradingCalendar } from "./TradingCalendar.ts"

export interface Slot {
  readonly openTime: number
  readonly closeTime: number
}

export interface BarGrid {
  readonly timeframe: Timeframe
  readonly calendar: TradingCalendar
  /** How it is cut, which a day or week alone does not show. */
  readonly cut: Grid
  /** The slot that holds `instant`; undefined between sessions. */
  readonly slotAt: (instant: number) => Slot | undefined
  /** The slot that a provider's open time stamp means; undefined when it is off the grid or in no session. */
  readonly slotOf: (label: number) => Slot | undefined
  /** Every close c with from < c <= to, ascending. */
  readonly closes: (from: number, to: number) => ReadonlyArray<number>
  /** The first close after `instant`. */
  readonly nextClose: (instant: number) => number
  /** True for a label that lies in no session, as opposed to one that is off the grid inside a session. */
  readonly outside: (label: number) => boolean
}

/**
 * The grid of one timeframe. `session` counts slots from the session's open, and anew after its break. `clock` cuts by
 * the exchange's local clock: an hour labelled 09:00 in New York holds 09:30 to 10:00, and its open time is that label.
 * No slot of a day's parts reaches over a break. A day is one session and a week the sessions of an ISO week on
 * either, breaks included; their open time is that of the (first) session, and midnight UTC of the session's date, or
 * of the week's Monday, is accepted as a label for it.
 */
export const barGrid = (calendar: TradingCalendar, timeframe: Timeframe, grid: Grid): BarGrid =>
  isIntraday(timeframe)
    ? makeIntradayGrid(calendar, timeframe, grid)
    : timeframe === "1d"
    ? makeDayGrid(calendar, grid)
    : makeWeekGrid(calendar, grid)

/** The first instant at which the market trades in `slot`: later than its open time for a first slot cut by the clock. */
export const tradingStart = (grid: BarGrid, slot: Slot): number => {
  const session = grid.calendar.sessionAt(slot.openTime)
  if (session === undefined) return grid.calendar.nextSession(slot.openTime).open
  const { break: pause } = session
  return pause !== undefined && slot.openTime >= pause.from && slot.openTime < pause.to ? pause.to : slot.openTime
}

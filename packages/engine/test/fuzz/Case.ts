/**
 * One fuzzed series: rows as a provider might write them, where they lie, and the instant from which they are looked at.
 *
 * A cell knows what it says beside how it is written, so that nobody has to read it to know what should come of it.
 */
import type { RawBar } from "@dgas/domain/Bar"
import type { CalendarName, Grid } from "@dgas/domain/Instrument"
import { isIntraday, type Timeframe, timeframeMs } from "@dgas/domain/Timeframe"
import { type BarGrid, barGrid, type Slot } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"

/** `wire` undefined is a cell that is missing. `value` is NaN for what is no number. */
export interface Cell {
  readonly wire: unknown
  readonly value: number
}

export const fields = ["open", "high", "low", "close", "volume"] as const
export type Field = typeof fields[number]

/** `openTime.value` in epoch milliseconds. */
export type Row = Readonly<Record<keyof RawBar, Cell>>

/** In what form the rows come: as the port takes them, or in the words of a provider. */
export const kinds = ["raw", "csv", "binance", "kraken", "coinbase", "yahoo", "eodhd", "eodhdDays"] as const
export type Kind = typeof kinds[number]

export interface Case {
  readonly name: string
  readonly kind: Kind
  readonly calendar: CalendarName
  readonly timeframe: Timeframe
  readonly grid: Grid
  /** What is asked for: open times from `from` to before `to`, as of `asOf`. */
  readonly from: number
  readonly to: number
  readonly asOf: number
  readonly rows: ReadonlyArray<Row>
}

const grids = new Map<string, BarGrid>()

export const gridOf = ({ calendar, grid, timeframe }: Pick<Case, "calendar" | "timeframe" | "grid">): BarGrid =>
  grids.getOrInsertComputed(
    `${calendar}/${timeframe}/${grid}`,
    () => barGrid(calendarOf(calendar), timeframe, grid)
  )

/** About 20 neighbouring slots around the session after `instant`, or of as many days or weeks. */
export const slotsNear = (grid: BarGrid, instant: number, back: number): ReadonlyArray<Slot> => {
  const step = timeframeMs(grid.timeframe)
  const { close, open } = grid.calendar.nextSession(instant)
  const closes = isIntraday(grid.timeframe)
    ? [
      ...grid.closes(Math.max(open - 1, close - back * step), close),
      ...grid.closes(close, grid.calendar.nextSession(open).open + 8 * step).slice(0, 8)
    ]
    : grid.closes(open, open + 14 * (step + 86_400_000))
  return closes.map((one) => grid.slotAt(one - 1)!)
}

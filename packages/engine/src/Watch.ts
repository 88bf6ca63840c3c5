/** A schedule of the configuration with everything that its cycles need resolved: universe, grids, rules. */
import type { Config, ScheduleConfig, UniverseConfig } from "@dgas/domain/Config"
import type { Instrument } from "@dgas/domain/Instrument"
import type { Rules } from "@dgas/domain/Rules"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { type BarGrid, barGrid } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"

export interface Watch {
  readonly schedule: ScheduleConfig
  readonly universe: UniverseConfig
  readonly instruments: ReadonlyArray<Instrument>
  /** The timeframe that is fetched: the lower one when there is one, else the trading timeframe. */
  readonly base: Timeframe
  readonly baseGrid: BarGrid
  readonly tradingGrid: BarGrid
  readonly higherGrid: BarGrid
  readonly rules: Rules
  readonly settleMs: number
}

/** `schedule` must be one of `config`, whose references the decoding has checked. */
export const watchOf = (config: Config, schedule: ScheduleConfig): Watch => {
  const universe = config.universes[schedule.universe]!
  const source = config.sources[universe.source]!
  const calendar = calendarOf(universe.calendar)
  const base = schedule.lower ?? schedule.trading
  return {
    schedule,
    universe,
    instruments: universe.instruments.map(({ symbol, tick }) => ({
      symbol,
      calendar: universe.calendar,
      tick,
      basis: universe.basis,
      simulated: source.kind === "sim"
    })),
    base,
    baseGrid: barGrid(calendar, base, universe.grid),
    tradingGrid: barGrid(calendar, schedule.trading, universe.grid),
    higherGrid: barGrid(calendar, schedule.higher, universe.grid),
    rules: config.rules,
    settleMs: source.settleMs
  }
}

/** Closed bars from which a symbol's state is rebuilt. */
export const warmTradingBars = 300
export const warmHigherBars = 120

/**
 * The open time from which base bars are needed to warm a symbol up at `asOf`: far enough back for 300 trading
 * and 120 higher bars, and one higher bar more since the first one may be cut.
 */
export const historyStart = (watch: Watch, asOf: number): number =>
  Math.min(startOf(watch.tradingGrid, warmTradingBars, asOf), startOf(watch.higherGrid, warmHigherBars + 1, asOf))

/** Open time of the `bars`-th last slot before `asOf`, or of the calendar's first where it does not reach back so far. */
const startOf = (grid: BarGrid, bars: number, asOf: number): number => {
  for (let days = 2;; days *= 2) {
    let from = asOf - days * day
    const whole = grid.calendar.covers(from)
    while (!grid.calendar.covers(from)) from += 7 * day
    const closes = grid.closes(from, asOf)
    if (closes.length > bars) return closes[closes.length - bars - 1]!
    if (!whole) return from
  }
}

const day = 86_400_000

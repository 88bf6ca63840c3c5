/** A schedule of the configuration with everything that its cycles need resolved: universe, grids, rules. */
import { CalendarOverrides, noOverrides } from "@dgas/domain/CalendarOverrides"
import { type Config, ScheduleConfig, UniverseConfig } from "@dgas/domain/Config"
import type { Instrument } from "@dgas/domain/Instrument"
import { Rules } from "@dgas/domain/Rules"
import type { RunOptions } from "@dgas/domain/RunInputs"
import type { Timeframe } from "@dgas/domain/Timeframe"
import { type BarGrid, barGrid } from "@dgas/market/BarGrid"
import { calendarOf } from "@dgas/market/TradingCalendar"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { LevelSubscription } from "./signals/LevelWatch.ts"

export interface Watch {
  readonly schedule: ScheduleConfig
  readonly universe: UniverseConfig
  /** What the configuration knows better than the universe's calendar. */
  readonly overrides: CalendarOverrides
  readonly instruments: ReadonlyArray<Instrument>
  /** The timeframe that is fetched: the lower one when there is one, else the trading timeframe. */
  readonly base: Timeframe
  readonly baseGrid: BarGrid
  readonly tradingGrid: BarGrid
  readonly higherGrid: BarGrid
  readonly rules: Rules
  readonly settleMs: number
}

/** What a watch is made of. It is all that decides what a run computes, so it is kept with the run. */
const Options = Schema.Struct({
  schedule: ScheduleConfig,
  universe: UniverseConfig,
  overrides: CalendarOverrides.pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  rules: Rules,
  simulated: Schema.Boolean
})

/**
 * `schedule` must be one of `config`, whose references the decoding has checked. Throws `CalendarOverrideInvalid` for
 * overrides that do not fit the calendar.
 */
export const watchOf = (config: Config, schedule: ScheduleConfig): Watch => {
  const universe = config.universes[schedule.universe]!
  const source = config.sources[universe.source]!
  const overrides = config.calendars[universe.calendar] ?? noOverrides
  return made(
    { schedule, universe, overrides, rules: config.rules, simulated: source.kind === "sim" },
    schedule.settleMs ?? source.settleMs
  )
}

const made = ({ overrides, rules, schedule, simulated, universe }: typeof Options.Type, settleMs: number): Watch => {
  const calendar = calendarOf(universe.calendar, overrides)
  const base = schedule.lower ?? schedule.trading
  return {
    schedule,
    universe,
    overrides,
    instruments: universe.instruments.map(({ symbol, tick }) => ({
      symbol,
      calendar: universe.calendar,
      tick,
      basis: universe.basis,
      simulated
    })),
    base,
    baseGrid: barGrid(calendar, base, universe.grid),
    tradingGrid: barGrid(calendar, schedule.trading, universe.grid),
    higherGrid: barGrid(calendar, schedule.higher, universe.grid),
    rules,
    settleMs
  }
}

/** The watch as plain JSON. */
export const optionsOf = ({ instruments, overrides, rules, schedule, universe }: Watch): RunOptions => ({
  schedule: Schema.encodeSync(ScheduleConfig)(schedule),
  universe: Schema.encodeSync(UniverseConfig)(universe),
  overrides: Schema.encodeSync(CalendarOverrides)(overrides),
  rules: Schema.encodeSync(Rules)(rules),
  simulated: instruments[0]?.simulated ?? false
})

const decodeOptions = Schema.decodeUnknownEffect(Options)

/**
 * The watch that a run was made with, for computing it again; it fetches nothing, so it has no settle time. Options that
 * this version cannot read are a bug, and die.
 */
export const watchFrom = (options: RunOptions): Effect.Effect<Watch> =>
  decodeOptions(options).pipe(Effect.map((decoded) => made(decoded, 0)), Effect.orDie)

/** The role of a timeframe in the schedule. */
const frameOf = ({ higher, trading }: ScheduleConfig, timeframe: Timeframe) =>
  timeframe === higher ? "higher" as const : timeframe === trading ? "trading" as const : "lower" as const

/** What is to be told of `symbol` besides signals, each once, however many alerts say so. */
export const alertsOf = ({ schedule }: Watch, symbol: string): ReadonlyArray<LevelSubscription> => {
  const wanted = new Map<string, LevelSubscription>()
  for (const { level, on, symbols, timeframe } of schedule.alerts) {
    if (symbols.length > 0 && !symbols.includes(symbol)) continue
    wanted.set(`${level} ${timeframe} ${on}`, { level, kind: on, frame: frameOf(schedule, timeframe) })
  }
  return [...wanted.values()]
}

/** The timeframe of a role. */
export const timeframeOf = ({ higher, lower, trading }: ScheduleConfig, frame: LevelSubscription["frame"]): Timeframe =>
  frame === "higher" ? higher : frame === "trading" ? trading : lower ?? trading

/** The grid of one of the schedule's timeframes. */
export const gridOf = (watch: Watch, timeframe: Timeframe): BarGrid =>
  timeframe === watch.schedule.higher
    ? watch.higherGrid
    : timeframe === watch.schedule.trading
    ? watch.tradingGrid
    : watch.baseGrid

/** Closed bars from which a symbol's state is rebuilt. */
export const warmTradingBars = 300
const warmHigherBars = 120

/**
 * The open time from which base bars are needed to warm a symbol up at `asOf`: far enough back for 300 trading
 * and 120 higher bars, and one higher bar more since the first one may be cut. Throws `CalendarOutOfSpan` where the
 * calendar knows nothing.
 */
export const historyStart = (watch: Watch, asOf: number): number =>
  Math.min(startOf(watch.tradingGrid, warmTradingBars, asOf), startOf(watch.higherGrid, warmHigherBars + 1, asOf))

/**
 * Open time of the `bars`-th last slot before `asOf`, or of the calendar's first where it does not reach back so far.
 * Throws `CalendarOutOfSpan` when the calendar does not know the time before `asOf`.
 */
const startOf = (grid: BarGrid, bars: number, asOf: number): number => {
  grid.calendar.sessionAt(asOf - 1)
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

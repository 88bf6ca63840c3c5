/** Which series a backfill is asked for: of the configuration's universes, each instrument and timeframe of a source once. */
import { WrongUsage } from "@dgas/cli/WrongUsage"
import { noOverrides } from "@dgas/domain/CalendarOverrides"
import type { Config } from "@dgas/domain/Config"
import { type Timeframe, timeframeMs } from "@dgas/domain/Timeframe"
import type { BackfillSeries } from "@dgas/engine/Backfill"
import { watchOf } from "@dgas/engine/Watch"
import { barGrid } from "@dgas/market/BarGrid"
import { BarSources } from "@dgas/market/BarSources"
import { calendarOf } from "@dgas/market/TradingCalendar"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

export interface Wanted {
  readonly symbols: Option.Option<string>
  readonly universe: Option.Option<string>
  readonly timeframe: Option.Option<Timeframe>
}

/** What one request of EODHD may span, which costs as much whatever it brings; others answer in small pages anyway. */
const eodhdPageBars = 172_800
const pageBars = 20_000

/** Fails with `WrongUsage` for a universe or symbol that the configuration does not have. */
export const seriesOf = Effect.fn("seriesOf")(function*(config: Config, wanted: Wanted) {
  const universes = yield* universesOf(config, wanted.universe)
  const found = new Map<string, BackfillSeries>()
  const sources = yield* BarSources
  for (const name of universes) {
    const universe = config.universes[name]!
    const kind = config.sources[universe.source]!.kind
    for (const { grid, instruments } of cuts(config, name, Option.getOrNull(wanted.timeframe))) {
      const pageMs = (kind === "eodhd" ? eodhdPageBars : pageBars) * timeframeMs(grid.timeframe)
      // What a fallback gives cannot be told from the source's own later.
      const source = sources.get(universe.source)
      for (const instrument of instruments) {
        found.set(`${universe.source}/${instrument.symbol}/${grid.timeframe}`, { instrument, source, grid, pageMs })
      }
    }
  }
  const series = [...found.values()]
  if (Option.isNone(wanted.symbols)) return series
  const symbols = wanted.symbols.value.split(",").map((symbol) => symbol.trim())
  const known = new Set(series.map(({ instrument }) => instrument.symbol))
  const unknown = symbols.find((symbol) => !known.has(symbol))
  if (unknown !== undefined) {
    return yield* new WrongUsage({
      flag: "symbols",
      found: unknown,
      expected: `symbols of ${universes.join(", ")}, with commas between`
    })
  }
  return series.filter(({ instrument }) => symbols.includes(instrument.symbol))
})

const universesOf = (config: Config, universe: Option.Option<string>) => {
  const watched = [...new Set(config.schedules.map((schedule) => schedule.universe))]
  if (Option.isNone(universe)) return Effect.succeed(watched)
  const names = Object.keys(config.universes)
  return names.includes(universe.value)
    ? Effect.succeed([universe.value])
    : Effect.fail(new WrongUsage({ flag: "universe", found: universe.value, expected: names.join(", ") }))
}

/** The timeframes that schedules of the universe fetch, or the one that is asked for. */
const cuts = (config: Config, name: string, timeframe: Timeframe | null) => {
  const universe = config.universes[name]!
  const schedules = config.schedules.filter((schedule) => schedule.universe === name)
  const watches = schedules.map((schedule) => watchOf(config, schedule))
  if (timeframe === null) return watches.map(({ baseGrid, instruments }) => ({ grid: baseGrid, instruments }))
  const calendar = calendarOf(universe.calendar, config.calendars[universe.calendar] ?? noOverrides)
  const { basis } = universe
  const simulated = config.sources[universe.source]!.kind === "sim"
  return [{
    grid: barGrid(calendar, timeframe, universe.grid),
    instruments: universe.instruments.map(({ symbol, tick }) => ({
      symbol,
      tick,
      basis,
      simulated,
      calendar: universe.calendar
    }))
  }]
}

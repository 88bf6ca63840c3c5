/** Timeframes and symbols put into a state by hand, so that a rule can be looked at alone. */
import type { MarketState } from "@dgas/domain/MarketState"
import { defaultRules, type Rules } from "@dgas/domain/Rules"
import { ENVELOPE_BOTTOM, ENVELOPE_TOP, type LevelName, levelNames } from "@dgas/engine/geometry/Levels"
import type { Side } from "@dgas/engine/geometry/StateMachine"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { SymbolAnalyzer } from "@dgas/engine/signals/SymbolAnalyzer"
import type { ZoneMap } from "@dgas/engine/signals/Zones"

/** Puts a timeframe into a state; with `slopes` its dot slopes the way of the direction. */
export const settle = (
  geometry: TimeframeGeometry,
  state: MarketState,
  direction: Side,
  barsInState: number,
  slopes = false
): TimeframeGeometry => {
  geometry.machine.state = state
  geometry.machine.direction = direction
  geometry.machine.barsInState = barsInState
  geometry.slope = slopes ? direction : NaN
  geometry.flat = false
  return geometry
}

export const settled = (state: MarketState, direction: Side, barsInState: number, slopes = false): TimeframeGeometry =>
  settle(new TimeframeGeometry(), state, direction, barsInState, slopes)

/** A timeframe with these next-bar levels and no others. */
export const framed = (levels: Partial<Record<LevelName, number>>, close = NaN, meanRange = NaN): TimeframeGeometry => {
  const geometry = new TimeframeGeometry()
  for (const [name, price] of Object.entries(levels)) geometry.levels[levelNames.indexOf(name as LevelName)] = price
  geometry.close = close
  geometry.meanRange = meanRange
  return geometry
}

/** A trading timeframe with an envelope of `width` around `close`, far from the other levels when it is wide. */
export const tradingFrame = (
  close: number,
  meanRange: number,
  width: number,
  levels: Partial<Record<LevelName, number>> = {}
): TimeframeGeometry => {
  const geometry = framed(levels, close, meanRange)
  geometry.levels[ENVELOPE_TOP] = close + width / 2
  geometry.levels[ENVELOPE_BOTTOM] = close - width / 2
  return geometry
}

/** Replaces the zones of a map: `low`, `high`, `weight`, ascending. */
export const setZones = (
  zones: ZoneMap,
  close: number,
  rows: ReadonlyArray<readonly [low: number, high: number, weight: number]>
): ZoneMap => {
  zones.close = close
  zones.count = rows.length
  for (const [index, [low, high, weight]] of rows.entries()) {
    zones.low[index] = low
    zones.high[index] = high
    zones.weight[index] = weight
    zones.levels[index] = 2
  }
  return zones
}

/**
 * A symbol at a close of 100 with a mean range of 4 and every gate of an entry open: both timeframes trend with
 * their slope, a zone of weight 4 on either side, and a zone that was just touched.
 */
export const readySymbol = (direction: -1 | 1 = 1, rules: Rules = defaultRules, tick: number | null = null) =>
  madeReady(new SymbolAnalyzer(rules, { tick, lower: false }), direction)

/** Puts a symbol there. */
export const madeReady = (symbol: SymbolAnalyzer, direction: -1 | 1): SymbolAnalyzer => {
  settle(symbol.higher, "TREND", direction, 6, true)
  settle(symbol.trading, "TREND", direction, 6, true)
  symbol.higher.bars = 20
  symbol.trading.bars = 20
  symbol.trading.close = 100
  symbol.trading.meanRange = 4
  setZones(symbol.zones, 100, [[97, 98, 4], [102, 103, 4]])
  if (direction === 1) symbol.sinceTouchUp = 0
  else symbol.sinceTouchDown = 0
  return symbol
}

/** The whole explanation of a symbol at its last trading bar, as plain data for stores, reports and programs. */
import { levelNames } from "../geometry/Levels.ts"
import type { TimeframeGeometry } from "../geometry/TimeframeGeometry.ts"
import { alignmentClass } from "./Alignment.ts"
import type { Analysis, Decision, TimeframeView } from "./Decision.ts"
import { measureEntry } from "./Entry.ts"
import type { SymbolAnalyzer } from "./SymbolAnalyzer.ts"

const orNull = (value: number): number | null => Number.isNaN(value) ? null : value

/**
 * One timeframe as plain data, without anything that depends on how long this process has been fed: the levels are those
 * projected for its next bar, and patterns end at the last one.
 */
export const timeframeView = (geometry: TimeframeGeometry): TimeframeView => {
  const levels: Record<string, number> = {}
  for (const [index, name] of levelNames.entries()) {
    const value = geometry.level(index)
    if (!Number.isNaN(value)) levels[name] = value
  }
  return {
    state: geometry.machine.state,
    direction: geometry.direction,
    barsInState: geometry.machine.barsInState,
    stateConfidence: geometry.stateConfidence,
    slope: orNull(geometry.slope),
    flat: geometry.flat,
    position: orNull(geometry.position),
    dottedLine: orNull(geometry.machine.dottedLine),
    blockLevel: orNull(geometry.machine.blockLevel),
    levels,
    patterns: geometry.patterns.events().map(({ direction, firstBar, lastBar, pattern, strength }) => ({
      pattern,
      direction,
      bars: lastBar - firstBar + 1,
      strength
    }))
  }
}

/** Explains `decision`, which the symbol just made; call it before the decision is accepted. */
export const analyze = (symbol: SymbolAnalyzer, decision: Decision): Analysis => {
  const facts = measureEntry(symbol, symbol.facts)
  return {
    decision,
    checks: symbol.checks(),
    alignment: facts.alignment,
    alignmentClass: alignmentClass(facts.alignment),
    higherStrength: facts.higherStrength,
    zones: symbol.zones.all(),
    timeframes: {
      higher: timeframeView(symbol.higher),
      trading: timeframeView(symbol.trading),
      lower: symbol.lower === null ? null : timeframeView(symbol.lower)
    }
  }
}

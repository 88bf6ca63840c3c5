/**
 * The gates of an entry, in their order, each with the number found and the threshold.
 *
 * `entryFacts` measures once; `entryDecision` walks the gates and stops at the first that fails;
 * `entryChecks` tells the same walk gate by gate, for people and for the store.
 */
import { C_WAVE, PUSH, REFRESH } from "../geometry/Patterns.ts"
import { alignment } from "./Alignment.ts"
import { type Decision, type GateCheck, stopped } from "./Decision.ts"
import { confidence, patternSupport, signalStrength, tierOf } from "./Score.ts"
import type { SymbolAnalyzer } from "./SymbolAnalyzer.ts"
import { type TradePrices, tradePrices } from "./TradePrices.ts"

export interface EntryFacts {
  readonly alignment: number
  readonly higherStrength: number
  /** Direction of the trade that the higher timeframe allows; 0 when it is neutral. */
  readonly direction: -1 | 0 | 1
  readonly support: 0 | 1 | 2
  /** Index of the zone that would be traded, -1 when there is none near. */
  readonly zone: number
  readonly zoneDistance: number
  readonly zoneWeight: number
  readonly strength: number
}

export const entryFacts = (symbol: SymbolAnalyzer): EntryFacts => {
  const { higher, rules, trading, zones } = symbol
  const agreement = alignment(higher, trading)
  const higherStrength = higher.trendStrength
  const direction = higher.machine.direction
  const support = direction === 0 ? 0 : patternSupport(higher, trading, direction, rules.sharedPatternBars)
  const nearest = direction === 0 ? -1 : zones.nearest(direction, rules.zoneWeight)
  const zoneWeight = nearest < 0 ? 0 : zones.weight[nearest]!
  return {
    alignment: agreement,
    higherStrength,
    direction,
    support,
    zone: nearest,
    zoneDistance: nearest < 0 ? Infinity : zones.distance(nearest),
    zoneWeight,
    strength: signalStrength(agreement, higherStrength, zoneWeight, support)
  }
}

/** Names of the supporting events in `direction` on the last bar or the one before. */
const supportingEvents = (symbol: SymbolAnalyzer, direction: -1 | 1): ReadonlyArray<string> => {
  const { patterns } = symbol.trading
  const events: Array<string> = []
  if (patterns.barsSince(PUSH, direction) <= 1) events.push("PLDOT_PUSH")
  if (patterns.barsSince(C_WAVE, direction) <= 1) events.push("C_WAVE")
  if (patterns.barsSince(REFRESH, direction) <= 1) events.push("PLDOT_REFRESH")
  if ((direction === 1 ? symbol.sinceTouchUp : symbol.sinceTouchDown) <= 1) events.push("ZONE_TOUCH")
  return events
}

const permitted = (symbol: SymbolAnalyzer, facts: EntryFacts): boolean =>
  facts.direction === symbol.trading.machine.direction && facts.alignment >= symbol.rules.permittedAlignment &&
  facts.alignment >= symbol.rules.entryAlignment

const settled = (symbol: SymbolAnalyzer): boolean => {
  const { state } = symbol.higher.machine
  return state === "TREND" || state === "CONGESTION_EXIT" || state === "REVERSAL"
}

const permissionDetail = (symbol: SymbolAnalyzer, facts: EntryFacts) =>
  `higher ${symbol.higher.direction}, trading ${symbol.trading.direction}, alignment ${
    facts.alignment.toFixed(2)
  }, needs equal directions and ${symbol.rules.entryAlignment}`

const zoneDetail = (symbol: SymbolAnalyzer, facts: EntryFacts) =>
  facts.zone < 0
    ? `no zone of weight ${symbol.rules.zoneWeight} on the ${facts.direction === 1 ? "support" : "resistance"} side`
    : `nearest zone of weight ${facts.zoneWeight.toFixed(2)} is ${
      (facts.zoneDistance / symbol.trading.meanRange || 0).toFixed(2)
    } mean ranges away, at most ${symbol.rules.zoneDistance}`

const near = (symbol: SymbolAnalyzer, facts: EntryFacts): boolean =>
  facts.zone >= 0 && facts.zoneDistance <= symbol.rules.zoneDistance * symbol.trading.meanRange

export const entryDecision = (symbol: SymbolAnalyzer, facts: EntryFacts): Decision => {
  const { direction } = facts
  if (direction === 0) return stopped("HIGHER_NEUTRAL", "the higher timeframe has no direction")
  if (!permitted(symbol, facts)) return stopped("NOT_PERMITTED", permissionDetail(symbol, facts))
  if (!settled(symbol)) {
    return stopped("HIGHER_IN_CONGESTION", `the higher timeframe is in ${symbol.higher.machine.state}`)
  }
  const events = supportingEvents(symbol, direction)
  if (events.length === 0) {
    return stopped(
      "NO_PATTERN",
      `no push, wave, refresh or zone touch ${direction === 1 ? "up" : "down"} on the last two bars`
    )
  }
  if (!near(symbol, facts)) return stopped("NO_ZONE_NEAR", zoneDetail(symbol, facts))
  if (facts.strength < symbol.rules.entryStrength) {
    return stopped("WEAK", `strength ${facts.strength.toFixed(2)}, needs ${symbol.rules.entryStrength}`)
  }
  const prices = tradePrices(symbol.rules, symbol.zones, facts.zone, direction, symbol.trading.meanRange, symbol.tick)
  if (typeof prices === "string") return stopped("BAD_PRICES", prices)
  return { gate: null, detail: "", draft: draftOf(symbol, facts, direction, events, prices) }
}

const draftOf = (
  symbol: SymbolAnalyzer,
  facts: EntryFacts,
  direction: -1 | 1,
  events: ReadonlyArray<string>,
  prices: TradePrices
) => {
  const zone = symbol.zones.at(facts.zone)
  const where = zone.side === 0 ? "price inside a zone" : `${zone.side === 1 ? "support" : "resistance"} zone`
  return {
    type: direction === 1 ? "LONG" as const : "SHORT" as const,
    entryPrice: prices.entry,
    stopLoss: prices.stop,
    targetPrice: prices.target,
    riskRewardRatio: prices.reward,
    confidence: confidence(facts.alignment, facts.higherStrength, facts.zoneWeight, facts.support, facts.strength),
    signalStrength: facts.strength,
    timeframeAlignment: facts.alignment,
    tier: tierOf(facts.alignment, facts.strength, facts.zoneWeight, facts.support),
    events,
    zone,
    reason: `${
      events.join(" and ")
    } with the higher ${symbol.higher.machine.state} ${symbol.higher.direction}, ${where} of weight ${
      zone.weight.toFixed(2)
    }`,
    closes: null
  }
}

/** Every gate of an entry up to the first that fails. */
export const entryChecks = (symbol: SymbolAnalyzer, facts: EntryFacts): ReadonlyArray<GateCheck> => {
  const decision = entryDecision(symbol, facts)
  const { direction } = facts
  const checks: Array<GateCheck> = []
  const walk: ReadonlyArray<readonly [GateCheck["gate"], string]> = [
    ["HIGHER_NEUTRAL", `higher direction ${symbol.higher.direction}`],
    ["NOT_PERMITTED", permissionDetail(symbol, facts)],
    ["HIGHER_IN_CONGESTION", `higher state ${symbol.higher.machine.state}`],
    [
      "NO_PATTERN",
      direction === 0 ? "" : `supporting events ${supportingEvents(symbol, direction).join(", ") || "none"}`
    ],
    ["NO_ZONE_NEAR", zoneDetail(symbol, facts)],
    ["WEAK", `strength ${facts.strength.toFixed(2)}, needs ${symbol.rules.entryStrength}`],
    ["BAD_PRICES", decision.gate === "BAD_PRICES" ? decision.detail : "entry, stop and target in order"]
  ]
  for (const [gate, detail] of walk) {
    const failed = decision.gate === gate
    checks.push({ gate, passed: !failed, detail })
    if (failed) break
  }
  return checks
}

/**
 * The gates of an entry, in their order, each with the number found and the threshold.
 *
 * `measureEntry` measures once a bar and allocates nothing; `failedGate` walks the gates and stops at the first that
 * fails; `entryChecks` tells the same walk gate by gate, for people and for the store.
 */
import type { Gate } from "@dgas/domain/Gate"
import { C_WAVE, PUSH, REFRESH } from "../geometry/Patterns.ts"
import { alignment } from "./Alignment.ts"
import type { Finding, GateCheck, SignalDraft } from "./Decision.ts"
import {
  confidence,
  confidenceParts,
  patternSupport,
  positionFactor,
  signalStrength,
  strengthParts,
  tierOf
} from "./Score.ts"
import type { SymbolAnalyzer } from "./SymbolAnalyzer.ts"
import { type TradePrices, tradePrices } from "./TradePrices.ts"

export interface EntryFacts {
  alignment: number
  higherStrength: number
  /** Direction of the trade that the higher timeframe allows; 0 when it is neutral. */
  direction: -1 | 0 | 1
  support: 0 | 1 | 2
  /** Index of the zone that would be traded, -1 when there is none near. */
  zone: number
  zoneDistance: number
  zoneWeight: number
  strength: number
}

export const emptyFacts = (): EntryFacts => ({
  alignment: NaN,
  higherStrength: NaN,
  direction: 0,
  support: 0,
  zone: -1,
  zoneDistance: Infinity,
  zoneWeight: 0,
  strength: NaN
})

/** Writes what holds at the last bar of `symbol` into `facts`. */
export const measureEntry = (symbol: SymbolAnalyzer, facts: EntryFacts): EntryFacts => {
  const { higher, rules, trading, zones } = symbol
  const direction = higher.machine.direction
  const nearest = direction === 0 ? -1 : zones.nearest(direction, rules.zoneWeight)
  facts.alignment = alignment(higher, trading)
  facts.higherStrength = higher.trendStrength
  facts.direction = direction
  facts.support = direction === 0 ? 0 : patternSupport(higher, trading, direction, rules.sharedPatternBars)
  facts.zone = nearest
  facts.zoneDistance = nearest < 0 ? Infinity : zones.distance(nearest)
  facts.zoneWeight = nearest < 0 ? 0 : zones.weight[nearest]!
  facts.strength = signalStrength(facts.alignment, facts.higherStrength, facts.zoneWeight, facts.support)
  return facts
}

export const entryFacts = (symbol: SymbolAnalyzer): EntryFacts => measureEntry(symbol, emptyFacts())

/** A supporting event counts on its bar and on the next. */
const supportBars = 2

const touched = (symbol: SymbolAnalyzer, direction: -1 | 1): boolean =>
  (direction === 1 ? symbol.sinceTouchUp : symbol.sinceTouchDown) < supportBars

const supported = (symbol: SymbolAnalyzer, direction: -1 | 1): boolean => {
  const { patterns } = symbol.trading
  return touched(symbol, direction) || patterns.has(PUSH, direction, supportBars) ||
    patterns.has(C_WAVE, direction, supportBars) || patterns.has(REFRESH, direction, supportBars)
}

/** Names of the supporting events in `direction` on the last bar or the one before. */
const supportingEvents = (symbol: SymbolAnalyzer, direction: -1 | 0 | 1): ReadonlyArray<string> => {
  if (direction === 0) return []
  const { patterns } = symbol.trading
  const events: Array<string> = []
  if (patterns.has(PUSH, direction, supportBars)) events.push("PLDOT_PUSH")
  if (patterns.has(C_WAVE, direction, supportBars)) events.push("C_WAVE")
  if (patterns.has(REFRESH, direction, supportBars)) events.push("PLDOT_REFRESH")
  if (touched(symbol, direction)) events.push("ZONE_TOUCH")
  return events
}

const permitted = (symbol: SymbolAnalyzer, facts: EntryFacts): boolean =>
  facts.direction === symbol.trading.machine.direction && facts.alignment >= symbol.rules.permittedAlignment &&
  facts.alignment >= symbol.rules.entryAlignment

const settled = (symbol: SymbolAnalyzer): boolean => {
  const { state } = symbol.higher.machine
  return state === "TREND" || state === "CONGESTION_EXIT" || state === "REVERSAL"
}

const near = (symbol: SymbolAnalyzer, facts: EntryFacts): boolean =>
  facts.zone >= 0 && facts.zoneDistance <= symbol.rules.zoneDistance * symbol.trading.meanRange

const pricesOf = (symbol: SymbolAnalyzer, { direction, zone }: EntryFacts): TradePrices | string =>
  direction === 0
    ? "the trade has no direction"
    : tradePrices(symbol.rules, symbol.zones, zone, direction, symbol.trading.meanRange, symbol.tick)

/** The first gate of an entry that fails, or null. Warm-up and a live signal come before these. */
export const failedGate = (symbol: SymbolAnalyzer, facts: EntryFacts): Gate | null => {
  const { direction } = facts
  if (direction === 0) return "HIGHER_NEUTRAL"
  if (!permitted(symbol, facts)) return "NOT_PERMITTED"
  if (!settled(symbol)) return "HIGHER_IN_CONGESTION"
  if (!supported(symbol, direction)) return "NO_PATTERN"
  if (!near(symbol, facts)) return "NO_ZONE_NEAR"
  if (facts.strength < symbol.rules.entryStrength) return "WEAK"
  return typeof pricesOf(symbol, facts) === "string" ? "BAD_PRICES" : null
}

const zoneFinding = (symbol: SymbolAnalyzer, facts: EntryFacts): Finding => {
  const { zoneDistance: needed, zoneWeight } = symbol.rules
  if (facts.zone < 0) {
    const side = facts.direction === 1 ? "support" : "resistance"
    return { found: null, needed, detail: `no zone of weight ${zoneWeight} on the ${side} side` }
  }
  const found = facts.zoneDistance / symbol.trading.meanRange || 0
  return {
    found,
    needed,
    detail: `nearest zone of weight ${facts.zoneWeight.toFixed(2)} is ${
      found.toFixed(2)
    } mean ranges away, at most ${needed}`
  }
}

const pricesFinding = (symbol: SymbolAnalyzer, facts: EntryFacts): Finding => {
  const prices = pricesOf(symbol, facts)
  const needed = symbol.rules.minReward
  return typeof prices === "string"
    ? { found: null, needed, detail: prices }
    : { found: prices.reward, needed, detail: `reward / risk ${prices.reward.toFixed(2)}, needs ${needed}` }
}

/** What `gate` found. */
export const entryFinding = (symbol: SymbolAnalyzer, facts: EntryFacts, gate: Gate): Finding => {
  const { higher, rules, trading } = symbol
  switch (gate) {
    case "HIGHER_NEUTRAL":
      return {
        found: higher.direction,
        needed: "UP or DOWN",
        detail: facts.direction === 0
          ? "the higher timeframe has no direction"
          : `the higher timeframe goes ${higher.direction}`
      }
    case "NOT_PERMITTED":
      return {
        found: facts.alignment,
        needed: Math.max(rules.entryAlignment, rules.permittedAlignment),
        detail: `higher ${higher.direction}, trading ${trading.direction}, alignment ${
          facts.alignment.toFixed(2)
        }, needs equal directions and ${rules.entryAlignment}`
      }
    case "HIGHER_IN_CONGESTION":
      return {
        found: higher.machine.state,
        needed: "TREND, CONGESTION_EXIT or REVERSAL",
        detail: `the higher timeframe is in ${higher.machine.state}`
      }
    case "NO_PATTERN": {
      const events = supportingEvents(symbol, facts.direction)
      return {
        found: events.length,
        needed: 1,
        detail: events.length === 0
          ? `no push, wave, refresh or zone touch ${facts.direction === 1 ? "up" : "down"} on the last two bars`
          : `supporting events ${events.join(", ")}`
      }
    }
    case "NO_ZONE_NEAR":
      return zoneFinding(symbol, facts)
    case "WEAK":
      return {
        found: facts.strength,
        needed: rules.entryStrength,
        detail: `strength ${facts.strength.toFixed(2)}, needs ${rules.entryStrength}`
      }
    default:
      return pricesFinding(symbol, facts)
  }
}

const gates: ReadonlyArray<Gate> = [
  "HIGHER_NEUTRAL",
  "NOT_PERMITTED",
  "HIGHER_IN_CONGESTION",
  "NO_PATTERN",
  "NO_ZONE_NEAR",
  "WEAK",
  "BAD_PRICES"
]

/** Every gate of an entry up to the first that fails. */
export const entryChecks = (symbol: SymbolAnalyzer, facts: EntryFacts): ReadonlyArray<GateCheck> => {
  const failed = failedGate(symbol, facts)
  const tried = failed === null ? gates : gates.slice(0, gates.indexOf(failed) + 1)
  return tried.map((gate) => ({ gate, passed: gate !== failed, ...entryFinding(symbol, facts, gate) }))
}

/** The entry that every gate lets through; null when one does not. */
export const entryDraft = (symbol: SymbolAnalyzer, facts: EntryFacts): SignalDraft | null => {
  const { alignment, direction, higherStrength, strength, support, zoneWeight } = facts
  const prices = pricesOf(symbol, facts)
  if (direction === 0 || typeof prices === "string") return null
  const zone = symbol.zones.at(facts.zone)
  const where = zone.side === 0 ? "price inside a zone" : `${zone.side === 1 ? "support" : "resistance"} zone`
  const events = supportingEvents(symbol, direction)
  const tier = tierOf(alignment, strength, zoneWeight, support)
  return {
    type: direction === 1 ? "LONG" : "SHORT",
    entryPrice: prices.entry,
    stopLoss: prices.stop,
    targetPrice: prices.target,
    riskRewardRatio: prices.reward,
    confidence: confidence(alignment, higherStrength, zoneWeight, support, strength),
    signalStrength: strength,
    timeframeAlignment: alignment,
    tier,
    positionFactor: positionFactor[tier],
    score: {
      confidence: confidenceParts(alignment, higherStrength, zoneWeight, support, strength),
      strength: strengthParts(alignment, higherStrength, zoneWeight, support)
    },
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

/**
 * From a kept proposal to the signal that is stored.
 *
 * Ids are readable and hold nothing but what identifies a signal, so writing one twice is writing it once.
 */
import type { Origin } from "@dgas/domain/Origin"
import { defaultRules, type Rules, rulesVersion } from "@dgas/domain/Rules"
import type { Signal, SignalType } from "@dgas/domain/Signal"
import { createHash } from "node:crypto"
import type { Proposal } from "./signals/Aggregator.ts"
import { type Analysis, dataThere, notFiltered } from "./signals/Decision.ts"
import type { Watch } from "./Watch.ts"

/** The version of the rules, with a short hash when they differ from the defaults. */
export const rulesId = (rules: Rules): string => {
  const text = JSON.stringify(rules)
  if (text === JSON.stringify(defaultRules)) return rulesVersion
  return `${rulesVersion}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}`
}

const isoText = (instant: number) => new Date(instant).toISOString()

const scope = (origin: Origin) => origin === "LIVE" ? "" : `${origin.toLowerCase()}/`

export const runId = (schedule: string, slotAt: number, origin: Origin): string =>
  `${scope(origin)}${schedule}/${isoText(slotAt)}`

/** What all rows of a run have in common. */
export interface RunKey {
  readonly schedule: string
  readonly rules: string
  readonly origin: Origin
}

/** What happened to `symbol` at the bar close `at`, in one line without blanks. */
export const rowId = (key: RunKey, symbol: string, at: number, what: string): string =>
  `${scope(key.origin)}${key.schedule}/${symbol}/${isoText(at)}/${what}@${key.rules}`

export const signalId = (
  key: RunKey,
  symbol: string,
  at: number,
  type: SignalType
): string => rowId(key, symbol, at, type)

export const signalOf = (
  watch: Watch,
  key: RunKey,
  { at, draft, symbol }: Proposal,
  analysis: Analysis
): Signal => ({
  id: signalId(key, symbol, at, draft.type),
  schedule: key.schedule,
  symbol,
  type: draft.type,
  signalTimestamp: at,
  entryPrice: draft.entryPrice,
  stopLoss: draft.stopLoss,
  targetPrice: draft.targetPrice,
  confidence: draft.confidence,
  signalStrength: draft.signalStrength,
  timeframeAlignment: draft.timeframeAlignment,
  riskRewardRatio: draft.riskRewardRatio,
  tier: draft.tier,
  htfTrend: analysis.timeframes.higher.direction,
  tradingTfState: analysis.timeframes.trading.state,
  confluenceZonesCount: analysis.zones.length,
  patternContext: {
    reason: draft.reason,
    events: [...draft.events],
    positionFactor: draft.positionFactor,
    score: plain(draft.score),
    tick: watch.instruments.find((instrument) => instrument.symbol === symbol)?.tick ?? null,
    zone: plain(draft.zone),
    checks: plain([dataThere, ...analysis.checks, notFiltered]),
    alignmentClass: analysis.alignmentClass,
    higherStrength: analysis.higherStrength,
    zones: plain(analysis.zones),
    timeframes: plain(analysis.timeframes)
  },
  closesSignalId: draft.closes,
  rules: key.rules,
  origin: key.origin
})

// The analysis is made of records, arrays, numbers and texts; only its readonly interfaces are not JSON by type.
const plain = (value: unknown) => JSON.parse(JSON.stringify(value))

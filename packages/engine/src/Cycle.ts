/**
 * What one cycle concludes from the states of its symbols: no store, no source, no clock in it.
 *
 * Each symbol whose last trading bar closes at the slot decides; the aggregator keeps; a kept proposal becomes
 * the symbol's live signal at once, so the states are only good for the next slot if the run gets stored.
 */
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import type { SymbolGate } from "@dgas/domain/PredictionRun"
import type { Signal } from "@dgas/domain/Signal"
import { levelEventOf } from "./LevelEventRow.ts"
import { type RunKey, signalId, signalOf } from "./SignalRow.ts"
import { aggregate, type Proposal } from "./signals/Aggregator.ts"
import { analyze } from "./signals/analyze.ts"
import type { Analysis } from "./signals/Decision.ts"
import type { SymbolState } from "./SymbolState.ts"
import type { Watch } from "./Watch.ts"

export interface Conclusion {
  readonly processed: number
  readonly signals: ReadonlyArray<Signal>
  readonly gates: ReadonlyArray<SymbolGate>
  readonly events: ReadonlyArray<LevelEvent>
}

const isoText = (instant: number) => new Date(instant).toISOString()

export const conclude = (
  watch: Watch,
  states: ReadonlyArray<SymbolState>,
  slotAt: number,
  key: RunKey
): Conclusion => {
  const gates: Array<SymbolGate> = []
  const events: Array<LevelEvent> = []
  const proposals: Array<Proposal> = []
  const analyses = new Map<string, Analysis>()
  const bySymbol = new Map(states.map((state) => [state.instrument.symbol, state]))
  let processed = 0
  for (const state of states) {
    const { analyzer, instrument: { symbol } } = state
    if (analyzer.trading.closeTime !== slotAt) {
      gates.push({ symbol, gate: "NO_DATA", detail: state.failure ?? missing(state, slotAt) })
      continue
    }
    processed++
    for (const met of analyzer.levelMeetings()) events.push(levelEventOf(watch, key, state.instrument, met))
    const decision = analyzer.decide()
    if (decision.draft === null) {
      gates.push({ symbol, gate: decision.gate ?? "NO_DATA", detail: decision.detail })
      continue
    }
    proposals.push({ symbol, at: slotAt, draft: decision.draft })
    analyses.set(symbol, analyze(analyzer, decision))
  }
  const { dropped, kept } = aggregate(watch.schedule.filters, proposals)
  for (const { detail, found, needed, proposal } of dropped) {
    gates.push({ symbol: proposal.symbol, gate: "FILTERED", detail, found, needed })
  }
  const signals = kept.map((proposal) => {
    bySymbol.get(proposal.symbol)!.analyzer.accept(
      signalId(key, proposal.symbol, slotAt, proposal.draft.type),
      proposal.draft
    )
    return signalOf(watch, key, proposal, analyses.get(proposal.symbol)!)
  })
  return { processed, signals, gates, events }
}

const missing = ({ analyzer: { trading } }: SymbolState, slotAt: number): string =>
  trading.bars === 0
    ? `no closed bar, expected one that closes at ${isoText(slotAt)}`
    : `the last closed bar closes at ${isoText(trading.closeTime)}, expected one that closes at ${isoText(slotAt)}`

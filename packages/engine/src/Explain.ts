/**
 * Why a symbol had a signal, or none, at the last bar close up to an instant.
 *
 * The decision is computed again from the stored bars with the options of its run, so that every gate can be shown, and
 * compared with what was stored.
 */
import { RunStore } from "@dgas/db/RunStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { type SignalOdds, storedOdds } from "@dgas/domain/Odds"
import type { Origin } from "@dgas/domain/Origin"
import type { PredictionRun, SymbolGate } from "@dgas/domain/PredictionRun"
import type { Signal, StoredSignal } from "@dgas/domain/Signal"
import * as Effect from "effect/Effect"
import { differences } from "./Difference.ts"
import { decided, statesOfRun, watchOfRun, withLate } from "./Recompute.ts"
import { analyze } from "./signals/analyze.ts"
import { type Analysis, dataThere, type GateCheck, notFiltered } from "./signals/Decision.ts"
import type { Watch } from "./Watch.ts"

/** `at` in epoch milliseconds; without a schedule the one that ran last is meant. */
export interface ExplainRequest {
  readonly symbol: string
  readonly at: number
  readonly origin: Origin
  readonly schedule?: string
}

/** What a symbol came to: the gate that stopped it, or its signal; neither where a run knows nothing of it. */
export interface Told<S> {
  readonly gate: SymbolGate | null
  readonly signal: S | null
}

export interface Explanation {
  readonly run: PredictionRun
  /** Of the run, for this symbol alone. */
  readonly watch: Watch
  readonly symbol: string
  readonly tick: number | null
  readonly stored: Told<StoredSignal>
  /** Of the stored signal; null where there is none. */
  readonly odds: SignalOdds | null
  /** Null when there was no bar to decide on. */
  readonly analysis: Analysis | null
  /** The gates in order up to the first that failed: those after it were not tried. */
  readonly path: ReadonlyArray<GateCheck>
  /** What the stored bars say today, when it is not what was stored. */
  readonly today: Told<Signal> | null
}

/** Null when no run up to the instant looked at the symbol. Fails for a run that was stored without its inputs. */
export const explain = Effect.fn("explain")(function*(request: ExplainRequest) {
  const { symbol } = request
  const found = yield* (yield* RunStore).latestFor(request)
  if (found === null) return null
  const run = yield* withLate(found)
  const { inputs, watch } = yield* watchOfRun(run, symbol)
  const states = yield* statesOfRun(watch, run, { from: inputs.barsFrom, since: inputs.signalsSince })
  const analyzer = states[0]?.analyzer
  const there = analyzer !== undefined && analyzer.trading.closeTime === run.slotAt
  const analysis = there ? analyze(analyzer, analyzer.decide()) : null
  const gate = run.gates.find((one) => one.symbol === symbol) ?? null
  const signals = yield* (yield* SignalStore).ofRun(run.id)
  const now = decided(watch, run, states)
  const signal = signals.find((one) => one.symbol === symbol) ?? null
  // Of what a filter dropped this symbol alone tells only that it would have been a signal.
  const same = gate?.gate === "FILTERED"
    ? analysis !== null && analysis.decision.draft !== null
    : differences([symbol], { run, signals }, now).length === 0
  return {
    run,
    watch,
    symbol,
    tick: watch.instruments[0]?.tick ?? null,
    stored: { gate, signal },
    odds: storedOdds(signals).get(signal?.id ?? "") ?? null,
    analysis,
    path: pathOf(gate, analysis),
    today: same
      ? null
      : { gate: now.gates.find((one) => one.symbol === symbol) ?? null, signal: now.signals[0] ?? null }
  } satisfies Explanation
})

const pathOf = (stop: SymbolGate | null, analysis: Analysis | null): ReadonlyArray<GateCheck> => {
  const closed = stop === null ? null : {
    gate: stop.gate,
    passed: false,
    found: stop.found ?? null,
    needed: stop.needed ?? null,
    detail: stop.detail
  }
  if (closed?.gate === "NO_DATA") return [closed]
  const last = closed === null ? [notFiltered] : closed.gate === "FILTERED" ? [closed] : []
  return [dataThere, ...analysis?.checks ?? [], ...last]
}

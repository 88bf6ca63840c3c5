/**
 * The next run of a schedule computed from where the one before it left its symbols: of its bars only those since are read.
 *
 * It proves that a run comes out as it was stored, to the hash of its bars, and nothing else. Whatever does not fit (another
 * configuration, a history that begins elsewhere, bars that came late or were revised, a split, a difference) is null, and
 * then the states are spoiled: the run is to be computed from its beginning.
 */
import { BarStore } from "@dgas/db/BarStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import { SignalStore } from "@dgas/db/SignalStore"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import * as Effect from "effect/Effect"
import { differences } from "./Difference.ts"
import { decided, type Footing, type Recomputed, withLate } from "./Recompute.ts"
import { runInputs } from "./RunRow.ts"

export const followRun = Effect.fn("followRun")(function*({ run: before, states, watch }: Footing, run: PredictionRun) {
  const { inputs, slotAt } = run
  const [first] = states
  if (
    inputs === null || first === undefined || slotAt <= before.slotAt || run.schedule !== before.schedule ||
    run.origin !== before.origin || inputs.optionsId !== before.inputs?.optionsId ||
    inputs.barsFrom !== first.trail.from || (yield* withLate(run)) !== run
  ) return null
  const ids = states.map(({ instrumentId }) => instrumentId)
  const events = yield* (yield* PriceEventStore).of(ids, { before: slotAt, knownBy: run.id })
  if (events.size > 0) return null

  const from = Math.min(...states.map(({ readUntil }) => readUntil))
  const bars = yield* (yield* BarStore).rangeMany(ids, watch.base, from, slotAt)
  for (const state of states) {
    const fresh = (bars.get(state.instrumentId) ?? []).filter(({ closeTime, openTime }) =>
      openTime >= state.readUntil && closeTime <= slotAt
    )
    state.enqueue(fresh)
    state.readUntil = (fresh.at(-1)?.openTime ?? state.readUntil - 1) + 1
    state.advance(slotAt)
  }
  const seen = runInputs(watch, states, slotAt, inputs)
  if (seen.hash !== inputs.hash) return null
  const symbols = watch.instruments.map(({ symbol }) => symbol)
  const signals = yield* (yield* SignalStore).ofRun(run.id)
  if (differences(symbols, { run, signals }, decided(watch, run, states)).length > 0) return null
  const found: Recomputed = {
    run,
    inputs,
    symbols: symbols.length,
    bars: seen.bars,
    sameBars: true,
    differences: [],
    changes: [],
    known: true,
    logic: null
  }
  const footing: Footing = { watch, run, states }
  return { found, footing }
})

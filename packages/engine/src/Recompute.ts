/**
 * A stored run computed again from the stored bars.
 *
 * The same code as the cycle's, with the options that the run was made with. When the bars are not those that it saw, those
 * that were added or revised since are named. If undoing these changes gives the bars that it saw, to the hash, the run is
 * computed once more with them: what then still differs is a difference of logic, not of data. Nothing is stored.
 */
import type { BarChange } from "@dgas/db/BarChanges"
import { BarChangeStore } from "@dgas/db/BarChangeStore"
import { BarStore } from "@dgas/db/BarStore"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { LateStore } from "@dgas/db/LateStore"
import { OptionStore } from "@dgas/db/OptionStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import { RunStore } from "@dgas/db/RunStore"
import { SignalStore } from "@dgas/db/SignalStore"
import type { Bar } from "@dgas/domain/Bar"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import type { RunInputs } from "@dgas/domain/RunInputs"
import type { StoredSignal } from "@dgas/domain/Signal"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { conclude, type Conclusion } from "./Cycle.ts"
import { type Difference, differences } from "./Difference.ts"
import { runInputs } from "./RunRow.ts"
import { rulesId } from "./SignalRow.ts"
import type { SymbolState } from "./SymbolState.ts"
import { type Watch, watchFrom } from "./Watch.ts"
import { buildStates, type Stores } from "./WatchStates.ts"

/** The run was stored by a version that did not keep what runs are computed from. */
export class InputsUnknown extends Schema.TaggedError<InputsUnknown>()("InputsUnknown", { run: Schema.String }) {
  override get message() {
    return `run ${this.run} was stored without its inputs, expected one of a version that keeps them; only newer runs can be computed again`
  }
}

export interface SymbolChange extends BarChange {
  readonly symbol: string
}

export interface Recomputed {
  readonly run: PredictionRun
  readonly inputs: RunInputs
  /** Symbols and bars that were looked at, and the symbols among them without any stored bar. */
  readonly symbols: number
  readonly bars: number
  /** Whether the stored bars are, to the hash, those that the run saw. */
  readonly sameBars: boolean
  /** The first difference of each symbol. Empty: identical. */
  readonly differences: ReadonlyArray<Difference>
  /** Bars that the run would see today and saw otherwise, or not at all, oldest first. */
  readonly changes: ReadonlyArray<SymbolChange>
  /** Whether the bars that the run saw are known, to the hash: the stored ones, or those with the changes undone. */
  readonly known: boolean
  /** Differences that remain with the bars as they were; null when there were none, or these bars are not known. */
  readonly logic: ReadonlyArray<Difference> | null
}

/** The watch of a run, for all its symbols or for one. */
export const watchOfRun = Effect.fn("watchOfRun")(function*(run: PredictionRun, symbol: string | null = null) {
  if (run.inputs === null) return yield* new InputsUnknown({ run: run.id })
  const options = yield* (yield* OptionStore).get(run.inputs.optionsId)
  if (options === null) return yield* new InputsUnknown({ run: run.id })
  const watch = yield* watchFrom(options)
  const instruments = watch.instruments.filter((one) => symbol === null || one.symbol === symbol)
  return { inputs: run.inputs, watch: { ...watch, instruments } satisfies Watch }
})

const storesOf = Effect.gen(function*() {
  return {
    bars: yield* BarStore,
    changes: yield* BarChangeStore,
    events: yield* PriceEventStore,
    instruments: yield* InstrumentStore,
    signals: yield* SignalStore
  } satisfies Stores
})

/** The states of a run's symbols as they were when it decided, from the stored bars since `from`. */
export const statesOfRun = Effect.fn("statesOfRun")(function*(
  watch: Watch,
  run: PredictionRun,
  range: { readonly from: number; readonly since: number | null },
  amend: (instrumentId: number, bars: ReadonlyArray<Bar>) => ReadonlyArray<Bar> = (_, bars) => bars
) {
  const states = yield* buildStates(yield* storesOf, watch, {
    slotAt: run.slotAt,
    origin: run.origin,
    from: range.from,
    since: range.since,
    readOnly: true,
    knownBy: run.id,
    amend
  })
  for (const state of states) state.advance(run.slotAt)
  return states
})

/** What the states of a run come to; what it keeps lives in them from then on. */
export const decided = (watch: Watch, run: PredictionRun, states: ReadonlyArray<SymbolState>): Conclusion =>
  conclude(watch, states, run.slotAt, {
    schedule: run.schedule,
    rules: rulesId(watch.rules),
    origin: run.origin
  })

/** The run with what was found of its symbols whose bars came late in the place of their missing. */
export const withLate = Effect.fn("withLate")(function*(run: PredictionRun) {
  const found = yield* (yield* LateStore).ofRun(run.id)
  if (found.length === 0) return run
  const late = new Map(found.map(({ gate, symbol }) => [symbol, gate]))
  const gates = run.gates.flatMap((stop) => {
    const now = late.get(stop.symbol)
    return now === undefined ? [stop] : now === null ? [] : [now]
  })
  return { ...run, gates }
})

/** States after a run that came out as it was stored, over the bars that it saw: the next run begins where they stand. */
export interface Footing {
  readonly watch: Watch
  readonly run: PredictionRun
  readonly states: ReadonlyArray<SymbolState>
}

export const recompute = Effect.fn("recompute")((stored: PredictionRun) =>
  Effect.map(recomputed(stored), ({ found }) => found)
)

/** `footing` is null where the run did not come out as it was stored. */
export const recomputed = Effect.fnUntraced(function*(stored: PredictionRun) {
  const run = yield* withLate(stored)
  const { inputs, watch } = yield* watchOfRun(run)
  const symbols = watch.instruments.map(({ symbol }) => symbol)
  const signals = yield* (yield* SignalStore).ofRun(run.id)
  const range = { from: inputs.barsFrom, since: inputs.signalsSince }
  const states = yield* statesOfRun(watch, run, range)
  const seen = runInputs(watch, states, run.slotAt, inputs)
  const sameBars = seen.hash === inputs.hash
  const first = differences(symbols, { run, signals }, decided(watch, run, states))
  const footing: Footing | null = sameBars && first.length === 0 ? { watch, run, states } : null
  const found = yield* settled(watch, run, signals, range, first, sameBars)
  const changes = sameBars ? [] : yield* changesOf(watch, run, states, inputs.barsFrom)
  const former = changes.length === 0 ? states : yield* statesOfRun(watch, run, range, asTheyWere(changes))
  const known = runInputs(watch, former, run.slotAt, inputs).hash === inputs.hash
  const logic = found.length === 0 || sameBars || !known
    ? null
    // The bars as they were have none that came late, and so had the run.
    : differences(
      symbols,
      { run: stored, signals: signals.filter(({ lateMs }) => lateMs === null) },
      decided(watch, run, former)
    )
  const all: Recomputed = {
    run,
    inputs,
    symbols: symbols.length,
    bars: seen.bars,
    sameBars,
    differences: found,
    changes,
    known,
    logic
  }
  return { found: all, footing }
})

/**
 * A state may remember a trend from before its warm-up: closes on the dot, or alternating around it, end no congestion. So
 * what differs over the same bars is looked at once more with every bar that is stored.
 */
const settled = Effect.fnUntraced(function*(
  watch: Watch,
  run: PredictionRun,
  signals: ReadonlyArray<StoredSignal>,
  range: { readonly since: number | null },
  found: ReadonlyArray<Difference>,
  sameBars: boolean
) {
  if (found.length === 0 || !sameBars) return found
  const symbols = new Set(found.map(({ symbol }) => symbol))
  const few = { ...watch, instruments: watch.instruments.filter(({ symbol }) => symbols.has(symbol)) }
  const states = yield* statesOfRun(few, run, { from: earliest, since: range.since })
  return differences([...symbols], { run, signals }, decided(few, run, states))
})

const earliest = Date.UTC(1970, 0, 1)

const changesOf = Effect.fnUntraced(function*(
  watch: Watch,
  run: PredictionRun,
  states: ReadonlyArray<SymbolState>,
  from: number
) {
  const symbolOf = new Map(states.map(({ instrument, instrumentId }) => [instrumentId, instrument.symbol]))
  const changes = yield* (yield* BarChangeStore).changesAfterRun(
    run.id,
    [...symbolOf.keys()],
    watch.base,
    from,
    run.slotAt
  )
  return changes.map((change): SymbolChange => ({ ...change, symbol: symbolOf.get(change.instrumentId) ?? "" }))
})

const asTheyWere = (changes: ReadonlyArray<BarChange>) => {
  const before = new Map(changes.map((change) => [`${change.instrumentId}/${change.after.openTime}`, change.before]))
  return (instrumentId: number, bars: ReadonlyArray<Bar>): ReadonlyArray<Bar> =>
    bars.flatMap((bar) => {
      const was = before.get(`${instrumentId}/${bar.openTime}`)
      return was === undefined ? [bar] : was === null ? [] : [was]
    })
}

/** The run of `id`. Fails with `RunUnknown`. */
export const storedRun = Effect.fn("storedRun")(function*(id: string) {
  const run = yield* (yield* RunStore).get(id)
  return run === null ? yield* new RunUnknown({ run: id }) : run
})

export class RunUnknown extends Schema.TaggedError<RunUnknown>()("RunUnknown", { run: Schema.String }) {
  override get message() {
    return `no run ${this.run} is stored, expected an id as report runs --format json shows it`
  }
}

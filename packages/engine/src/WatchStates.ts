/**
 * The states of all symbols of one watch, carried from one slot to the next.
 *
 * They are built from base bars alone, stored ones where the store reaches back far enough and else the
 * source's, by the very path that live bars take. So a restart comes to the state that the stream had, from
 * 300 trading and 120 higher bars on; of what is older only a trend that a long congestion interrupted is remembered. A state is carried from slot to slot. Over
 * slots that another worker ran, or nobody, it is brought by their stored bars and signals; after a long gap it is
 * built anew.
 */
import type { BarStore } from "@dgas/db/BarStore"
import type { InstrumentStore } from "@dgas/db/InstrumentStore"
import type { SignalStore } from "@dgas/db/SignalStore"
import type { Bar } from "@dgas/domain/Bar"
import type { Origin } from "@dgas/domain/Origin"
import * as Effect from "effect/Effect"
import { InputTrail } from "./InputTrail.ts"
import { SymbolState } from "./SymbolState.ts"
import { historyStart, type Watch } from "./Watch.ts"

export interface Stores {
  readonly bars: BarStore["Service"]
  readonly instruments: InstrumentStore["Service"]
  readonly signals: SignalStore["Service"]
}

/** `from` is the open time from which bars are wanted, as far back as a warm-up unless told. */
export interface StatesAt {
  readonly slotAt: number
  readonly origin: Origin
  /** Signals since then may still live; null means however old. */
  readonly since: number | null
  readonly from?: number
  /** To look at the past: nothing is stored, and what is stored is all that is seen, however little it is. */
  readonly readOnly?: boolean
  /** Changes stored bars before they are seen. */
  readonly amend?: (instrumentId: number, bars: ReadonlyArray<Bar>) => ReadonlyArray<Bar>
}

/** No instrument has it, and so it has no bars. */
const unknownId = 0

/** States before the bars of `slotAt`. */
export const buildStates = Effect.fn("buildStates")(function*(stores: Stores, watch: Watch, at: StatesAt) {
  const { amend, origin, since, slotAt } = at
  const { source } = watch.universe
  // Options of an old run are not what is watched now, and must not become it by being looked at.
  const ids = yield* at.readOnly === true
    ? stores.instruments.idsOf(source, watch.instruments.map(({ symbol }) => symbol))
    : stores.instruments.ensure(source, watch.instruments)
  const from = at.from ?? historyStart(watch, slotAt)
  const whole = at.readOnly === true ? Infinity : watch.baseGrid.nextClose(from)
  const open = yield* stores.signals.openEntries(watch.schedule.name, origin, {
    since: Math.max(from, since ?? from),
    before: slotAt
  })
  const instrumentIds = watch.instruments.map(({ symbol }) => ids.get(symbol) ?? unknownId)
  const stored = yield* stores.bars.rangeMany(instrumentIds, watch.base, from, slotAt)
  const entries = new Map(open.map((entry) => [entry.symbol, entry]))
  return watch.instruments.map((instrument, index) => {
    const instrumentId = instrumentIds[index]!
    const bars = stored.get(instrumentId) ?? []
    const closed = (amend?.(instrumentId, bars) ?? bars).filter((bar) => bar.closeTime <= slotAt)
    const first = closed[0]
    const enough = first !== undefined && first.openTime <= whole
    return new SymbolState(watch, instrument, instrumentId, {
      bars: enough ? closed : [],
      readUntil: enough ? closed.at(-1)!.openTime + 1 : from,
      trail: new InputTrail(from, slotAt),
      entry: entries.get(instrument.symbol) ?? null
    })
  })
})

/** States after the bars of `slotAt`. */
export interface Carried {
  readonly slotAt: number
  /** When they began to read bars, epoch milliseconds by the database's clock. */
  readonly readSince: number
  readonly states: ReadonlyArray<SymbolState>
}

/** More slots than this are not followed one by one: a warm-up reads about as much. */
const mostFollowed = 200

/** Brings states over the slots between theirs and `slotAt`; null when there are too many of them, or none to come to. */
export const followStates = Effect.fn("followStates")(function*(
  stores: Stores,
  watch: Watch,
  carried: Carried,
  { origin, slotAt }: Pick<StatesAt, "slotAt" | "origin">
) {
  const { states } = carried
  const closes = carried.slotAt < slotAt ? watch.tradingGrid.closes(carried.slotAt, slotAt) : []
  const passed = closes.slice(0, -1)
  const first = passed[0]
  const last = passed.at(-1)
  if (closes.length === 0 || passed.length > mostFollowed) return null
  if (first === undefined || last === undefined) return states

  const from = Math.min(...states.map(({ readUntil }) => readUntil))
  const bars = yield* stores.bars.rangeMany(states.map(({ instrumentId }) => instrumentId), watch.base, from, last)
  for (const state of states) {
    const fresh = (bars.get(state.instrumentId) ?? []).filter(({ closeTime, openTime }) =>
      openTime >= state.readUntil && closeTime <= last
    )
    state.enqueue(fresh)
    state.readUntil = (fresh.at(-1)?.openTime ?? state.readUntil - 1) + 1
  }
  const signals = yield* stores.signals.recent({
    schedule: watch.schedule.name,
    origin,
    since: first,
    limit: passed.length * states.length
  })
  const bySymbol = new Map(states.map((state) => [state.instrument.symbol, state]))
  for (const at of passed) {
    for (const state of states) state.advance(at)
    for (const signal of signals) if (signal.signalTimestamp === at) bySymbol.get(signal.symbol)?.adopt(signal)
    for (const state of states) state.pass(at)
  }
  return states
})

/**
 * The states of all symbols of one watch, carried from one slot to the next.
 *
 * They are built from base bars alone, stored ones where the store reaches back far enough and else the
 * source's, by the very path that live bars take. So a restart comes to the state that the stream had, from
 * 300 trading and 120 higher bars on; of what is older only a trend that a long congestion interrupted is remembered. A
 * state is carried from slot to slot. Over slots that another worker ran, or nobody, it is brought by their stored bars and
 * signals; after a long gap it is built anew.
 */
import type { BarChangeStore } from "@dgas/db/BarChangeStore"
import type { BarStore } from "@dgas/db/BarStore"
import type { InstrumentStore } from "@dgas/db/InstrumentStore"
import type { PriceEventStore } from "@dgas/db/PriceEventStore"
import type { SignalStore } from "@dgas/db/SignalStore"
import type { Bar } from "@dgas/domain/Bar"
import type { Origin } from "@dgas/domain/Origin"
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import * as Effect from "effect/Effect"
import { InputTrail } from "./InputTrail.ts"
import { SymbolState } from "./SymbolState.ts"
import { historyStart, type Watch } from "./Watch.ts"

export interface Stores {
  readonly bars: BarStore["Service"]
  readonly changes: BarChangeStore["Service"]
  readonly events: PriceEventStore["Service"]
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
  /** What is stored is all there is, however little: the source was asked before. */
  readonly complete?: boolean
  /** Of the states that those which are built stand among: then they count their bars from where these do. */
  readonly trail?: InputTrail | undefined
  /** Only splits and rolls that were recorded when this run was stored. */
  readonly knownBy?: string
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
  const from = at.trail?.from ?? at.from ?? historyStart(watch, slotAt)
  const whole = at.readOnly === true || at.complete === true ? Infinity : watch.baseGrid.nextClose(from)
  const open = yield* stores.signals.openEntries(watch.schedule.name, origin, {
    since: Math.max(from, since ?? from),
    before: slotAt
  })
  const instrumentIds = watch.instruments.map(({ symbol }) => ids.get(symbol) ?? unknownId)
  const stored = yield* stores.bars.rangeMany(instrumentIds, watch.base, from, slotAt)
  const events = yield* eventsUntil(stores, watch, instrumentIds, at)
  const entries = new Map(open.map((entry) => [entry.symbol, entry]))
  const restated = yield* restatedSince(
    stores,
    watch,
    at,
    watch.instruments.flatMap(({ symbol }, index) => {
      const entry = entries.get(symbol)
      return entry === undefined ? [] : [{ instrumentId: instrumentIds[index]!, runId: entry.runId }]
    })
  )
  return watch.instruments.map((instrument, index) => {
    const instrumentId = instrumentIds[index]!
    const bars = stored.get(instrumentId) ?? []
    const closed = (amend?.(instrumentId, bars) ?? bars).filter((bar) => bar.closeTime <= slotAt)
    const first = closed[0]
    const enough = first !== undefined && first.openTime <= whole
    const own = events.get(instrumentId) ?? []
    const entry = entries.get(instrument.symbol) ?? null
    return new SymbolState(watch, instrument, instrumentId, {
      bars: enough ? closed : [],
      readUntil: enough ? closed.at(-1)!.openTime + 1 : from,
      trail: at.trail === undefined ? new InputTrail(from, slotAt) : InputTrail.like(at.trail),
      entry,
      events: own,
      lived: restated?.get(instrumentId) ??
        (restated !== null || entry === null ? [] : own.filter(({ at }) => at >= entry.signalTimestamp))
    })
  })
})

/** `states`, of which those that are not what the stored bars and signals say are built anew, before the bars of the slot. */
export const renewed = Effect.fn("renewed")(function*(
  stores: Stores,
  watch: Watch,
  { origin, since, slotAt }: Pick<StatesAt, "slotAt" | "origin" | "since">,
  states: ReadonlyArray<SymbolState>,
  isStale: (state: SymbolState) => boolean
) {
  const stale = new Set(states.filter(isStale))
  if (stale.size === 0) return states
  const some = { ...watch, instruments: [...stale].map(({ instrument }) => instrument) }
  const trail = states[0]?.trail
  const built = yield* buildStates(stores, some, { slotAt, origin, since, complete: true, trail })
  const fresh = new Map(built.map((state) => [state.instrument.symbol, state]))
  return states.map((state) => {
    const other = stale.has(state) ? fresh.get(state.instrument.symbol) : undefined
    other?.inherit(state)
    return other ?? state
  })
})

/**
 * Of basis `split` the splits by which the source restated its prices after an entry was given; null where what an entry has
 * lived through is told by the instants of events. A replay reads what is restated already.
 */
const restatedSince = Effect.fnUntraced(function*(
  { events }: Stores,
  { universe }: Watch,
  { knownBy, origin }: Pick<StatesAt, "knownBy" | "origin">,
  entries: ReadonlyArray<{ readonly instrumentId: number; readonly runId: string }>
) {
  if (universe.basis !== "split") return null
  return origin === "LIVE"
    ? yield* events.recordedAfter(entries, knownBy)
    : new Map<number, ReadonlyArray<PriceEvent>>()
})

/** Splits and rolls that the prices of `slotAt` have behind them. Prices of basis `total` have none. */
export const eventsUntil = (
  { events }: Stores,
  { universe }: Watch,
  instrumentIds: ReadonlyArray<number>,
  { knownBy, slotAt }: Pick<StatesAt, "slotAt" | "knownBy">
) =>
  universe.basis === "total"
    ? Effect.succeed<ReadonlyMap<number, ReadonlyArray<PriceEvent>>>(new Map())
    : events.of(instrumentIds, { before: slotAt, ...knownBy === undefined ? {} : { knownBy } })

/** States after the bars of `slotAt`. */
export interface Carried {
  readonly slotAt: number
  /** When they began to read bars, epoch milliseconds by the database's clock. */
  readonly readSince: number
  /** When they read bars last. */
  readonly readAt: number
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
  const ids = states.map(({ instrumentId }) => instrumentId)
  const revised = yield* stores.changes.revisedSince(ids, watch.base, carried.readAt)
  for (const state of states) {
    const fresh = (bars.get(state.instrumentId) ?? []).filter(({ closeTime, openTime }) =>
      openTime >= state.readUntil && closeTime <= last
    )
    // What came of bars that are this late, and of those that were revised, is not known from the signals since.
    if (fresh.some(({ closeTime }) => closeTime <= carried.slotAt) || revised.has(state.instrumentId)) {
      state.stale = true
    }
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

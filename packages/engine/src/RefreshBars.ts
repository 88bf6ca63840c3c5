/**
 * Brings the bars of a watch up to date: read from the source, validated, stored, queued for their slot.
 *
 * The last bars that were read are asked for again, so that a revision, or a bar that came between others, is noticed.
 * A symbol whose read fails keeps its reason and does not stop the others. When the first symbol finds its
 * source unavailable the rest is not tried in this cycle, so an outage costs one budget and says one thing.
 */
import type { ToldEvent } from "@dgas/db/PriceEventStore"
import type { Bar } from "@dgas/domain/Bar"
import type { QuarantinedBar } from "@dgas/domain/Quarantine"
import { type BarSource, firstLabel, type SourceUnavailable } from "@dgas/market/BarSource"
import { validateBars } from "@dgas/market/BarValidation"
import * as Effect from "effect/Effect"
import { longestWait } from "./OwedSlots.ts"
import { sameEvents } from "./PriceBasis.ts"
import type { SymbolState } from "./SymbolState.ts"
import { tellEvents } from "./TellEvents.ts"
import type { Watch } from "./Watch.ts"
import type { Stores } from "./WatchStates.ts"

/** Counts of base bars over all symbols of one refresh. */
export interface Refreshed {
  readonly stored: number
  readonly quarantined: number
  readonly outsideSessions: number
  /** Why the source could not be asked at all; null when it answered. */
  readonly outage: SourceUnavailable | null
  /** Bars whose prices are other than when somebody decided on them, or were not there then. Their states are stale. */
  readonly changed: ReadonlyArray<Changed>
  /** Symbols that got bars of slots that had been run without them. */
  readonly late: ReadonlyArray<string>
}

/** Which bars of a symbol, by their closes in epoch milliseconds. */
export interface Changed {
  readonly symbol: string
  readonly closes: ReadonlyArray<number>
}

interface Read {
  readonly state: SymbolState
  readonly source: string
  readonly bars: ReadonlyArray<Bar>
  /** Bars that were read again and are other than they were. */
  readonly revised: ReadonlyArray<Bar>
  readonly told: ReadonlyArray<ToldEvent>
  readonly quarantined: ReadonlyArray<QuarantinedBar>
  readonly outsideSessions: number
}

const readsAtOnce = 4

/** `final` says that nothing older than `until` can still arrive: then what is missing is not asked for again. */
export interface ReadRange {
  readonly slotAt: number
  readonly until: number
  readonly final: boolean
}

/** What of the store a refresh needs. */
type Kept = Pick<Stores, "bars" | "events">

/** Reads up to `until` for every symbol that was not read as far as `slotAt`. */
export const refreshBars = Effect.fn("refreshBars")(function*(
  watch: Watch,
  source: BarSource,
  stores: Kept,
  states: ReadonlyArray<SymbolState>,
  range: ReadRange
) {
  const due = states.filter((state) => state.readUntil < range.slotAt)
  const [probe, ...others] = due
  if (probe === undefined) return nothing(null)

  const first = yield* read(watch, source, probe, range).pipe(
    Effect.catchTag("SourceUnavailable", (error) =>
      Effect.sync(() => {
        for (const state of due) state.failure = error.message
        return nothing(error)
      }))
  )
  if (first !== null && "outage" in first) return first
  const rest = yield* Effect.forEach(others, (state) =>
    read(watch, source, state, range).pipe(
      Effect.catchTag("SourceUnavailable", (error) =>
        Effect.sync(() => {
          state.failure = error.message
          return null
        }))
    ), { concurrency: readsAtOnce })
  return yield* keep(watch, stores, [first, ...rest].filter((result) => result !== null), range)
})

const nothing = (outage: SourceUnavailable | null): Refreshed => ({
  stored: 0,
  quarantined: 0,
  outsideSessions: 0,
  outage,
  changed: [],
  late: []
})

const read = Effect.fnUntraced(
  function*(watch: Watch, source: BarSource, state: SymbolState, { final, until }: ReadRange) {
    const answer = yield* source.fetch({
      symbol: state.instrument.symbol,
      grid: watch.baseGrid,
      from: final ? state.readUntil : state.rereadFrom,
      to: until,
      asOf: until
    }).pipe(
      Effect.catchTag("UnknownSymbol", (error) =>
        Effect.sync(() => {
          state.failure = error.message
          return null
        }))
    )
    if (answer === null) return null
    state.failure = null
    const bounds = { grid: watch.baseGrid, asOf: until }
    // Days and weeks may be labelled before their session opens, so a label tells less than the bar.
    const from = firstLabel(watch.base, state.readUntil)
    const { bars, outsideSessions, quarantined } = validateBars(
      answer.rows.filter(({ openTime }) => !(openTime >= state.rereadFrom && openTime < from)),
      bounds
    )
    const again = validateBars(answer.rows, bounds).bars.filter(({ openTime }) => openTime < state.readUntil)
    const { instrumentId } = state
    return {
      state,
      source: answer.source,
      bars: bars.filter(({ openTime }) => openTime >= state.readUntil),
      revised: state.revised(again, answer.source, watch.universe.fallbacks.length === 0),
      told: (answer.events ?? []).map((event) => ({ instrumentId, source: answer.source, event })),
      outsideSessions,
      // A bar that has not closed yet is what every source ends with, not a bad bar: it is read again when it has.
      quarantined: [...answer.quarantined ?? [], ...quarantined.filter(({ reason }) => reason !== "not_closed")]
    } satisfies Read
  }
)

const keep = Effect.fnUntraced(function*(
  watch: Watch,
  stores: Kept,
  reads: ReadonlyArray<Read>,
  range: ReadRange
) {
  const timeframe = watch.base
  const bad = reads.filter(({ quarantined }) => quarantined.length > 0)
  if (bad.length > 0) {
    yield* stores.bars.quarantine(
      bad.map(({ quarantined, state }) => ({ instrumentId: state.instrumentId, timeframe, rows: quarantined }))
    )
  }
  const told = reads.flatMap(({ told }) => told)
  const restated = yield* tellEvents(stores.events, watch.universe.basis, told, range.until)
  yield* stores.bars.upsert(reads.map(({ bars, revised, state }) => ({
    instrumentId: state.instrumentId,
    timeframe,
    bars: revised.length === 0 ? bars : [...revised, ...bars]
  })))
  const restatedBefore = yield* restatedElsewhere(watch, stores, reads, range.until)
  const previous = watch.tradingGrid.closes(range.slotAt - longestWait, range.slotAt - 1).at(-1) ?? -Infinity
  const late: Array<string> = []
  const changed: Array<Changed> = []
  let stored = 0
  let quarantined = 0
  let outsideSessions = 0
  for (const result of reads) {
    const { bars, revised, source, state } = result
    const [first] = bars
    const last = bars.at(-1)
    const { symbol } = state.instrument
    if (first !== undefined && first.closeTime <= previous) late.push(symbol)
    if (first !== undefined && first.closeTime <= state.seenUntil) state.stale = true
    const moved = [...state.revise(revised, source), ...bars.filter((bar) => state.decidedWithout(bar))]
    // Restated bars are other than they were, and the same.
    if (restated.has(state.instrumentId) || restatedBefore.has(state.instrumentId)) state.stale = true
    else if (moved.length > 0) changed.push({ symbol, closes: moved.map(({ closeTime }) => closeTime) })
    state.enqueue(bars, source)
    if (range.final) state.readUntil = range.until
    else if (last !== undefined) state.readUntil = last.openTime + 1
    stored += bars.length
    quarantined += result.quarantined.length
    outsideSessions += result.outsideSessions
  }
  return { stored, quarantined, outsideSessions, outage: null, changed, late } satisfies Refreshed
})

/** Instruments whose bars were restated for a split by another schedule or worker, which this state has not seen yet. */
const restatedElsewhere = Effect.fnUntraced(function*(
  watch: Watch,
  stores: Kept,
  reads: ReadonlyArray<Read>,
  until: number
) {
  const other = reads.filter(({ revised }) => revised.length > 0).map(({ state }) => state)
  if (watch.universe.basis !== "split" || other.length === 0) return new Set<number>()
  const known = yield* stores.events.of(other.map(({ instrumentId }) => instrumentId), { before: until })
  return new Set(
    other.filter(({ events, instrumentId }) => !sameEvents(events, known.get(instrumentId) ?? []))
      .map(({ instrumentId }) => instrumentId)
  )
})

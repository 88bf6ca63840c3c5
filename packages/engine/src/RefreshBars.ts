/**
 * Brings the bars of a watch up to date: read from the source, validated, stored, queued for their slot.
 *
 * A symbol whose read fails keeps its reason and does not stop the others. When the first symbol finds its
 * source unavailable the rest is not tried in this cycle, so an outage costs one budget and says one thing.
 */
import type { BarStore } from "@dgas/db/BarStore"
import type { Bar } from "@dgas/domain/Bar"
import type { QuarantinedBar } from "@dgas/domain/Quarantine"
import type { BarSource, SourceUnavailable } from "@dgas/market/BarSource"
import { validateBars } from "@dgas/market/BarValidation"
import * as Effect from "effect/Effect"
import type { SymbolState } from "./SymbolState.ts"
import type { Watch } from "./Watch.ts"

/** Counts of base bars over all symbols of one refresh. */
export interface Refreshed {
  readonly stored: number
  readonly quarantined: number
  readonly outsideSessions: number
  /** Why the source could not be asked at all; null when it answered. */
  readonly outage: SourceUnavailable | null
}

interface Read {
  readonly state: SymbolState
  readonly bars: ReadonlyArray<Bar>
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

/** Reads up to `until` for every symbol that was not read as far as `slotAt`. */
export const refreshBars = Effect.fn("refreshBars")(function*(
  watch: Watch,
  source: BarSource,
  store: BarStore["Service"],
  states: ReadonlyArray<SymbolState>,
  range: ReadRange
) {
  const due = states.filter((state) => state.readUntil < range.slotAt)
  const [probe, ...others] = due
  if (probe === undefined) return nothing(null)

  const first = yield* read(watch, source, probe, range.until).pipe(
    Effect.catchTag("SourceUnavailable", (error) =>
      Effect.sync(() => {
        for (const state of due) state.failure = error.message
        return nothing(error)
      }))
  )
  if (first !== null && "outage" in first) return first
  const rest = yield* Effect.forEach(others, (state) =>
    read(watch, source, state, range.until).pipe(
      Effect.catchTag("SourceUnavailable", (error) =>
        Effect.sync(() => {
          state.failure = error.message
          return null
        }))
    ), { concurrency: readsAtOnce })
  return yield* keep(watch, store, [first, ...rest].filter((result) => result !== null), range)
})

const nothing = (outage: SourceUnavailable | null): Refreshed => ({
  stored: 0,
  quarantined: 0,
  outsideSessions: 0,
  outage
})

const read = Effect.fnUntraced(function*(watch: Watch, source: BarSource, state: SymbolState, until: number) {
  const answer = yield* source.fetch({
    symbol: state.instrument.symbol,
    grid: watch.baseGrid,
    from: state.readUntil,
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
  const { bars, outsideSessions, quarantined } = validateBars(answer.rows, { grid: watch.baseGrid, asOf: until })
  // Days and weeks are asked for by their label, which may bring one that was read before.
  const fresh = bars.filter(({ openTime }) => openTime >= state.readUntil)
  // A bar that has not closed yet is what every source ends with, not a bad bar: it is read again when it has.
  return {
    state,
    bars: fresh,
    outsideSessions,
    quarantined: quarantined.filter(({ reason }) => reason !== "not_closed")
  }
})

const keep = Effect.fnUntraced(function*(
  watch: Watch,
  store: BarStore["Service"],
  reads: ReadonlyArray<Read>,
  range: ReadRange
) {
  const timeframe = watch.base
  const bad = reads.filter(({ quarantined }) => quarantined.length > 0)
  if (bad.length > 0) {
    yield* store.quarantine(
      bad.map(({ quarantined, state }) => ({ instrumentId: state.instrumentId, timeframe, rows: quarantined }))
    )
  }
  yield* store.upsert(reads.map(({ bars, state }) => ({ instrumentId: state.instrumentId, timeframe, bars })))
  let stored = 0
  let quarantined = 0
  let outsideSessions = 0
  for (const result of reads) {
    const last = result.bars.at(-1)
    result.state.enqueue(result.bars)
    if (range.final) result.state.readUntil = range.until
    else if (last !== undefined) result.state.readUntil = last.openTime + 1
    stored += result.bars.length
    quarantined += result.quarantined.length
    outsideSessions += result.outsideSessions
  }
  return { stored, quarantined, outsideSessions, outage: null }
})

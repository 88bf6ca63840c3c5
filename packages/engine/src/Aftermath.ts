/**
 * What is found out about slots after they were run: symbols whose bars come late, bars that are revised, splits and rolls.
 *
 * A cycle settles this first, so that its own slot is decided on states that have always known it.
 */
import type { DbClock } from "@dgas/db/DbClock"
import type { SlotStore } from "@dgas/db/SlotStore"
import type { PriceEvent } from "@dgas/domain/PriceEvent"
import type { SlotClaim } from "@dgas/domain/Slot"
import type { BarSources } from "@dgas/market/BarSources"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { corrections } from "./Corrections.ts"
import { analyseLate, type LateServices } from "./LateSymbols.ts"
import { sameEvents } from "./PriceBasis.ts"
import { type Changed, refreshBars, type Refreshed } from "./RefreshBars.ts"
import type { SymbolState } from "./SymbolState.ts"
import { historyStart, type Watch } from "./Watch.ts"
import { buildStates, eventsUntil, renewed } from "./WatchStates.ts"

export interface AftermathServices extends LateServices {
  readonly clock: DbClock["Service"]
  readonly slots: SlotStore["Service"]
  readonly sources: BarSources["Service"]
}

/** Symbols whose bars came late, and how many are still missing. */
export interface Revisited {
  readonly analysed: ReadonlyArray<string>
  readonly missing: number
}

/** How long a revisit holds the slot. */
const revisitMs = 30_000
/** How long it looks: what it has found must be stored while the slot is held, see `LateStore`. */
const lookMs = 20_000
/** Symbols that it asks for at once, so that what came is stored although others take their time. */
const symbolsAtOnce = 16

/** Where states come from: `carried` when this very worker brought them from the slot before, and saw all that came since. */
export interface Origins {
  readonly since: number | null
  readonly carried: boolean
}

/** Comes back with the states to go on from, of which those that did not know what is known now are built anew. */
export const settle = Effect.fn("settle")(function*(
  services: AftermathServices,
  watch: Watch,
  claim: SlotClaim,
  { carried, since }: Origins,
  states: ReadonlyArray<SymbolState>,
  refreshed: Refreshed
) {
  const { clock, stores } = services
  const { origin, slotAt } = claim
  const live = origin === "LIVE"
  // What was stored before the worker that read it came to tell of it is known to the database alone.
  const left = live && !carried ? yield* leftBehind(services, watch, states, slotAt) : nothingLeft
  const symbols = new Set([...refreshed.late, ...left.late])
  const analysed = live && symbols.size > 0
    ? yield* analyseLate(services, watch, {
      claim,
      symbols: [...symbols],
      until: slotAt - 1,
      now: yield* clock.now,
      tell: false
    })
    : new Set<string>()
  const events = yield* eventsUntil(stores, watch, states.map(({ instrumentId }) => instrumentId), claim)
  const changed = [...refreshed.changed, ...left.changed, ...toldLate(watch, states, events)]
  const corrected = changed.length > 0 ? yield* corrections(stores, watch, changed, claim) : []
  return {
    states: yield* renewed(
      stores,
      watch,
      { slotAt, origin, since },
      states,
      (state) =>
        state.stale || analysed.has(state.instrument.symbol) ||
        !sameEvents(state.events, events.get(state.instrumentId) ?? [])
    ),
    corrected,
    revisedCloses: changed.flatMap(({ closes }) => closes)
  }
})

const nothingLeft: Pick<Refreshed, "late" | "changed"> = { late: [], changed: [] }

const leftBehind = Effect.fnUntraced(function*(
  { late, runs, stores }: AftermathServices,
  watch: Watch,
  states: ReadonlyArray<SymbolState>,
  slotAt: number
) {
  const { maxLatenessHours, name } = watch.schedule
  const key = { schedule: name, origin: "LIVE" as const }
  const [run] = yield* runs.recent({ ...key, since: slotAt - maxLatenessHours * 3_600_000, limit: 1 })
  if (run === undefined) return nothingLeft
  const all = watch.instruments.map(({ symbol }) => symbol)
  const [without] = yield* late.withoutData(key, { since: run.slotAt, until: run.slotAt }, all)
  const ids = states.map(({ instrumentId }) => instrumentId)
  const revised = yield* stores.changes.revisedAfterRun(run.id, ids, watch.base)
  const told = watch.universe.basis === "raw"
    ? yield* stores.events.recordedAfter(ids.map((instrumentId) => ({ instrumentId, runId: run.id })))
    : new Map<number, ReadonlyArray<PriceEvent>>()
  return {
    late: without?.symbols ?? [],
    changed: states.flatMap(({ instrument: { symbol }, instrumentId }) => {
      const closes = [
        ...revised.get(instrumentId) ?? [],
        ...closesAfter(watch, told.get(instrumentId) ?? [], run.slotAt)
      ]
      return closes.length === 0 ? [] : [{ symbol, closes }]
    })
  }
})

/** Of events that came before `until` the first close at the new prices. What was before the warm-up has no part in anything. */
const closesAfter = (watch: Watch, events: ReadonlyArray<PriceEvent>, until: number): ReadonlyArray<number> => {
  const past = events.filter(({ at }) => at < until)
  if (past.length === 0) return []
  const from = historyStart(watch, until)
  return past.filter(({ at }) => at >= from).map(({ at }) => watch.baseGrid.nextClose(at))
}

/** Splits and rolls of raw prices that were told after slots had been run without them: they change every bar since. */
const toldLate = (
  watch: Watch,
  states: ReadonlyArray<SymbolState>,
  events: ReadonlyMap<number, ReadonlyArray<PriceEvent>>
): ReadonlyArray<Changed> =>
  watch.universe.basis !== "raw" ? [] : states.flatMap((state) => {
    const news = (events.get(state.instrumentId) ?? []).filter(({ at, factor }) =>
      !state.events.some((known) => known.at === at && known.factor === factor)
    )
    const closes = closesAfter(watch, news, state.seenUntil)
    return closes.length === 0 ? [] : [{ symbol: state.instrument.symbol, closes }]
  })

/**
 * Looks for the symbols that had no bar when the schedule's newest slot was run, and analyses those that have it now. Null
 * when another worker does so, or a newer slot is at work.
 */
export const lookForLate = Effect.fn("lookForLate")(
  function*(services: AftermathServices, watch: Watch, slotAt: number, owner: string) {
    const { late, slots } = services
    const key = { schedule: watch.schedule.name, origin: "LIVE" as const }
    const all = watch.instruments.map(({ symbol }) => symbol)
    const [run] = yield* late.withoutData(key, { since: slotAt, until: slotAt }, all)
    const missing = run?.symbols ?? []
    if (missing.length === 0) return { analysed: [], missing: 0 } satisfies Revisited
    const claim = yield* slots.revisit({ ...key, slotAt }, owner, revisitMs)
    if (claim === null) return null
    const analysed = yield* look(services, watch, claim, missing).pipe(
      Effect.catchTag("LeaseLost", () => Effect.succeed(new Set<string>())),
      Effect.catchDefect((defect) =>
        Effect.as(Effect.logError("a bug ended a look for late bars", defect), new Set<string>())
      ),
      Effect.ensuring(Effect.ignore(slots.leave(claim)))
    )
    return { analysed: [...analysed], missing: missing.length - analysed.size } satisfies Revisited
  }
)

/** Goes through the symbols in any order, for as long as there is time: the next look goes on. */
const look = Effect.fnUntraced(
  function*(services: AftermathServices, watch: Watch, claim: SlotClaim, missing: ReadonlyArray<string>) {
    const { clock, sources, stores } = services
    const { origin, slotAt } = claim
    const source = sources.get(watch.universe.source, watch.universe.fallbacks)
    const found = new Set<string>()
    const work = Effect.gen(function*() {
      const symbols = yield* Random.shuffle(missing)
      for (let from = 0; from < symbols.length; from += symbolsAtOnce) {
        const some = new Set(symbols.slice(from, from + symbolsAtOnce))
        const now = yield* clock.now
        const watched: Watch = { ...watch, instruments: watch.instruments.filter(({ symbol }) => some.has(symbol)) }
        const states = yield* buildStates(stores, watched, { slotAt, origin, since: null })
        const { outage } = yield* refreshBars(watched, source, stores, states, { slotAt, until: now, final: false })
        if (outage !== null) return
        const analysed = yield* analyseLate(services, watch, {
          claim,
          symbols: [...some],
          until: slotAt,
          now,
          tell: true
        })
        for (const symbol of analysed) found.add(symbol)
      }
    })
    yield* Effect.timeoutOption(work, lookMs)
    return found
  }
)

/**
 * What is found out about slots after they were run: symbols whose bars come late, bars that are revised, splits and rolls.
 *
 * A cycle settles this first, so that its own slot is decided on states that have always known it.
 */
import type { DbClock } from "@dgas/db/DbClock"
import type { SlotStore } from "@dgas/db/SlotStore"
import type { SlotClaim } from "@dgas/domain/Slot"
import type { BarSources } from "@dgas/market/BarSources"
import * as Effect from "effect/Effect"
import { corrections } from "./Corrections.ts"
import { analyseLate, type LateServices } from "./LateSymbols.ts"
import { sameEvents } from "./PriceBasis.ts"
import { refreshBars, type Refreshed } from "./RefreshBars.ts"
import type { SymbolState } from "./SymbolState.ts"
import type { Watch } from "./Watch.ts"
import { buildStates, eventsUntil } from "./WatchStates.ts"

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

/** How long a revisit holds the slot: a provider's budget, and the time to store what was found. */
const revisitMs = 30_000

/** Comes back with the states to go on from, of which those that did not know what is known now are built anew. */
export const settle = Effect.fn("settle")(function*(
  services: AftermathServices,
  watch: Watch,
  claim: SlotClaim,
  since: number | null,
  states: ReadonlyArray<SymbolState>,
  { changed, late: symbols }: Refreshed
) {
  const { clock, stores } = services
  const { origin, slotAt } = claim
  const analysed = origin === "LIVE" && symbols.length > 0
    ? yield* analyseLate(services, watch, { claim, symbols, until: slotAt - 1, now: yield* clock.now, tell: false })
    : null
  const corrected = changed.length > 0 ? yield* corrections(stores, watch, changed, claim) : []
  const events = yield* eventsUntil(stores, watch, states.map(({ instrumentId }) => instrumentId), claim)
  const stale = new Set(
    states.filter((state) =>
      state.stale || analysed?.has(state.instrument.symbol) === true ||
      !sameEvents(state.events, events.get(state.instrumentId) ?? [])
    )
  )
  if (stale.size === 0) return { states, corrected }
  const some = { ...watch, instruments: [...stale].map(({ instrument }) => instrument) }
  const trail = states[0]?.trail
  const built = yield* buildStates(stores, some, { slotAt, origin, since, complete: true, trail })
  const fresh = new Map(built.map((state) => [state.instrument.symbol, state]))
  return {
    states: states.map((state) => stale.has(state) ? fresh.get(state.instrument.symbol)! : state),
    corrected
  }
})

/**
 * Looks for the symbols that had no bar when the schedule's newest slot was run, and analyses those that have it now. Null
 * when another worker does so, a newer slot is at work, or a bug ended it.
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
    return yield* look(services, watch, claim, missing).pipe(
      Effect.map((analysed): Revisited => ({ analysed: [...analysed], missing: missing.length - analysed.size })),
      Effect.catchDefect((defect) => Effect.as(Effect.logError("a bug ended a look for late bars", defect), null)),
      Effect.ensuring(Effect.ignore(slots.leave(claim)))
    )
  }
)

const look = Effect.fnUntraced(
  function*(services: AftermathServices, watch: Watch, claim: SlotClaim, symbols: ReadonlyArray<string>) {
    const { clock, sources, stores } = services
    const { origin, slotAt } = claim
    const now = yield* clock.now
    const some: Watch = { ...watch, instruments: watch.instruments.filter(({ symbol }) => symbols.includes(symbol)) }
    const states = yield* buildStates(stores, some, { slotAt, origin, since: null })
    const source = sources.get(watch.universe.source, watch.universe.fallbacks)
    yield* refreshBars(some, source, stores, states, { slotAt, until: now, final: false })
    return yield* analyseLate(services, watch, { claim, symbols, until: slotAt, now, tell: true })
  }
)

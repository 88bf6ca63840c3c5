/**
 * Symbols whose bars come after their slot was run: each is analysed for that slot when its bar is there, once, and what is
 * found says how late it is.
 *
 * A symbol is owed the slots since the last one that had its bar: what comes before that is a revision, not a late bar. The
 * states are made for this alone, from the stored bars up to each slot, so nothing later has a part in what they find.
 */
import type { LateStore, RunWithoutData } from "@dgas/db/LateStore"
import type { RunStore } from "@dgas/db/RunStore"
import type { Announce } from "@dgas/domain/Announce"
import { noOdds, type Odds } from "@dgas/domain/Odds"
import { isEntry } from "@dgas/domain/Signal"
import type { SlotClaim } from "@dgas/domain/Slot"
import * as Effect from "effect/Effect"
import { conclude } from "./Cycle.ts"
import { lateness } from "./RunRow.ts"
import { rulesId, type RunKey } from "./SignalRow.ts"
import { inSlices } from "./Slices.ts"
import type { Watch } from "./Watch.ts"
import { buildStates, eventsUntil, type Stores } from "./WatchStates.ts"

export interface LateServices {
  readonly stores: Stores
  readonly late: LateStore["Service"]
  readonly runs: RunStore["Service"]
  readonly announce: Announce["Service"]
  readonly odds: (typeof Odds)["Service"]
}

/** Instants in epoch milliseconds. */
export interface LateWork {
  /** Under which the findings are stored. */
  readonly claim: SlotClaim
  readonly symbols: ReadonlyArray<string>
  /** The newest slot that may be owed. */
  readonly until: number
  readonly now: number
  /** Whether what is found is told at once, or left to the digest of a later run. */
  readonly tell: boolean
}

/** The symbols that are owed slots, by the oldest of these; `runs` are the newest first. */
export const owedSince = (
  runs: ReadonlyArray<RunWithoutData>,
  symbols: ReadonlyArray<string>
): ReadonlyMap<number, ReadonlyArray<string>> => {
  const byFirst = new Map<number, Array<string>>()
  let waiting: ReadonlyArray<string> = symbols
  let first: number | null = null
  const owed = (ended: ReadonlyArray<string>) => {
    if (first !== null && ended.length > 0) byFirst.set(first, [...ended])
  }
  for (const run of runs) {
    const without = new Set(run.symbols)
    owed(waiting.filter((symbol) => !without.has(symbol)))
    waiting = waiting.filter((symbol) => without.has(symbol))
    first = run.slotAt
    if (waiting.length === 0) return byFirst
  }
  owed(waiting)
  return byFirst
}

/** Analyses what can be by now, and comes back with the symbols that were. */
export const analyseLate = Effect.fn("analyseLate")(
  function*(services: LateServices, watch: Watch, { claim, now, symbols, tell, until }: LateWork) {
    const { announce, late, odds, runs, stores } = services
    const { catchUp, maxLatenessHours, name } = watch.schedule
    const { origin } = claim
    const key: RunKey = { schedule: name, rules: rulesId(watch.rules), origin }
    const range = { since: now - maxLatenessHours * 3_600_000, until }
    const without = yield* late.withoutData({ schedule: name, origin }, range, symbols)
    const analysed = new Set<string>()

    for (const [first, group] of owedSince(without, symbols)) {
      const some = { ...watch, instruments: watch.instruments.filter(({ symbol }) => group.includes(symbol)) }
      const builtAt = (slotAt: number) => buildStates(stores, some, { slotAt, origin, since: null, complete: true })
      let states = yield* builtAt(first)
      const ids = states.map(({ instrumentId }) => instrumentId)
      const bars = yield* stores.bars.rangeMany(ids, watch.base, first, until)
      for (const state of states) {
        const later = bars.get(state.instrumentId) ?? []
        state.enqueue(later.filter(({ openTime }) => openTime >= state.readUntil))
      }
      // At the prices of the first slot a split on the way would be a move.
      const events = yield* eventsUntil(stores, watch, ids, { slotAt: until })
      const moves = [...events.values()].some((own) => own.some(({ at }) => at >= first))
      for (const run of without.filter(({ slotAt }) => slotAt >= first).toReversed()) {
        const { runId, slotAt } = run
        if (moves && slotAt > first) states = yield* builtAt(slotAt)
        yield* inSlices(states, (state) => state.advance(slotAt))
        const came = states.filter(({ analyzer }) => analyzer.trading.closeTime === slotAt)
        if (came.length === 0) continue
        const { events, gates, signals } = conclude(some, came, slotAt, key)
        const lateMs = Math.max(0, now - slotAt - watch.settleMs)
        const fresh = lateness(watch, slotAt, "LIVE", now) === null
        const wanted = tell && (fresh || catchUp !== "skip")
        const found = signals.some(({ type }) => isEntry(type)) ? yield* odds.of(signals) : noOdds
        const stored = wanted ? yield* runs.get(runId) : null
        yield* late.store({
          claim,
          runId,
          analyses: came.map(({ instrument: { symbol } }) => ({
            symbol,
            lateMs,
            gate: gates.find((gate) => gate.symbol === symbol) ?? null
          })),
          signals,
          odds: found,
          events,
          outbox: stored === null ? [] : yield* announce.messages({
            run: { ...stored, lateMs },
            at: now,
            signals: [],
            events: [],
            late: [],
            odds: found,
            alone: signals,
            aloneEvents: fresh ? events : []
          })
        })
        for (const state of came) {
          state.pass(slotAt)
          analysed.add(state.instrument.symbol)
        }
      }
    }
    return analysed
  }
)

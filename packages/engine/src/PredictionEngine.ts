/**
 * One cycle: from closed bars to a stored run.
 *
 * A slot is run by whoever claims it, and its run, signals, metrics, messages and final state are written by one
 * statement under that claim, or not at all. Live, a replay and a test run this same code; they differ in the
 * slot that they ask for. A cycle that fails leaves nothing behind but its claim, whose lease runs out.
 */
import { BarChangeStore } from "@dgas/db/BarChangeStore"
import { BarStore } from "@dgas/db/BarStore"
import { DbClock } from "@dgas/db/DbClock"
import { InstrumentStore } from "@dgas/db/InstrumentStore"
import { LateStore } from "@dgas/db/LateStore"
import { OptionStore } from "@dgas/db/OptionStore"
import { PriceEventStore } from "@dgas/db/PriceEventStore"
import { RunStore } from "@dgas/db/RunStore"
import { SignalStore } from "@dgas/db/SignalStore"
import { type LeaseLost, SlotStore } from "@dgas/db/SlotStore"
import type { SqlFailure } from "@dgas/db/Sql"
import { Announce, type AnnounceUnavailable } from "@dgas/domain/Announce"
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import { noOdds, Odds, type OddsUnavailable } from "@dgas/domain/Odds"
import type { Origin } from "@dgas/domain/Origin"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import { isEntry, type Signal } from "@dgas/domain/Signal"
import type { SlotClaim } from "@dgas/domain/Slot"
import { timeframeMs } from "@dgas/domain/Timeframe"
import type { SourceUnavailable } from "@dgas/market/BarSource"
import { BarSources } from "@dgas/market/BarSources"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { advance } from "./Advance.ts"
import { lookForLate, type Revisited, settle } from "./Aftermath.ts"
import { adjustments } from "./Corrections.ts"
import { conclude } from "./Cycle.ts"
import { holding, leaseMs } from "./Lease.ts"
import { refreshBars, type Refreshed } from "./RefreshBars.ts"
import { draftOf, finalState, metricsOf, runOptions, withoutRejected } from "./RunRow.ts"
import { rulesId } from "./SignalRow.ts"
import { Stopwatch } from "./Stopwatch.ts"
import { messagesOf } from "./Telling.ts"
import type { Watch } from "./Watch.ts"
import { buildStates, type Carried, followStates, renewed, type Stores } from "./WatchStates.ts"

/** A bar close to run. Times in epoch milliseconds. */
export interface CycleSlot {
  readonly slotAt: number
  readonly origin: Origin
  /** Up to when bars may be read: now when live, the end of the range in a replay. No bar after the slot is used. */
  readonly readUntil: number
  /** Signals since then may still live; null means however old. A replay starts flat at its first slot. */
  readonly since: number | null
  /**
   * What to do when the source cannot be asked at all: store the run as FAILED, which is final, or fail and leave the
   * slot open for another time.
   */
  readonly onOutage: "store" | "fail"
  /** Whether no later slot is due: then what was found too late is told, in one digest. False unless told. */
  readonly endsBacklog?: boolean
}

/** A bug ended the cycle, and the slot is `failed(error)`. */
export class CycleFailed extends Schema.TaggedError<CycleFailed>()("CycleFailed", {
  schedule: Schema.String,
  slotAt: Schema.Int,
  defect: Schema.Defect()
}) {
  override get message() {
    return `slot ${new Date(this.slotAt).toISOString()} of ${this.schedule} is failed(error), ended by a bug: ${
      String(this.defect)
    }`
  }
}

export interface CycleResult {
  readonly run: PredictionRun
  /** The stored ones. */
  readonly signals: ReadonlyArray<Signal>
  readonly events: ReadonlyArray<LevelEvent>
  readonly refreshed: Refreshed
}

/** Base bars that a replay reads at once. */
const replayRead = 2000

export class PredictionEngine extends Context.Service<PredictionEngine, {
  /** Runs the slot for `owner`; null when another worker holds it or it has its final state already. */
  readonly cycle: (
    watch: Watch,
    slot: CycleSlot,
    owner: string
  ) => Effect.Effect<
    CycleResult | null,
    AnnounceUnavailable | CycleFailed | LeaseLost | OddsUnavailable | SourceUnavailable | SqlFailure
  >
  /**
   * Looks once more for the symbols that had no bar when the schedule's newest slot was run, and analyses those that have it
   * now. Null when another worker does so, or a newer slot is at work.
   */
  readonly revisit: (
    watch: Watch,
    slotAt: number,
    owner: string
  ) => Effect.Effect<Revisited | null, AnnounceUnavailable | LeaseLost | OddsUnavailable | SqlFailure>
}>()("@dgas/engine/PredictionEngine") {
  static readonly layer = Layer.effect(
    PredictionEngine,
    Effect.gen(function*() {
      const announce = yield* Announce
      const clock = yield* DbClock
      const odds = yield* Odds
      const options = yield* OptionStore
      const runs = yield* RunStore
      const slots = yield* SlotStore
      const sources = yield* BarSources
      const stores: Stores = {
        bars: yield* BarStore,
        changes: yield* BarChangeStore,
        events: yield* PriceEventStore,
        instruments: yield* InstrumentStore,
        signals: yield* SignalStore
      }
      const services = { announce, clock, late: yield* LateStore, odds, runs, slots, sources, stores }
      /** By schedule and origin: the states after the slot that was run last. */
      const carried = new Map<string, Carried>()
      const keptOptions = new Set<string>()

      /** Stored under their own hash before the first run that names them, so it does not matter what becomes of it. */
      const keepOptions = Effect.fnUntraced(function*(watch: Watch) {
        const given = runOptions(watch)
        if (keptOptions.has(given.id)) return
        yield* options.ensure(given.id, given.options)
        keptOptions.add(given.id)
      })

      const statesFor = Effect.fnUntraced(function*(watch: Watch, slot: CycleSlot) {
        const key = `${watch.schedule.name}/${slot.origin}`
        const held = carried.get(key)
        // Whatever goes wrong from here on, a state that has moved on half-way is not carried.
        carried.delete(key)
        const followed = held === undefined ? null : yield* followStates(stores, watch, held, slot)
        if (held !== undefined && followed !== null) {
          const states = yield* renewed(stores, watch, slot, followed, ({ stale }) => stale)
          const carried = watch.tradingGrid.closes(held.slotAt, slot.slotAt).length === 1
          return { states, readSince: held.readSince, carried }
        }
        const readSince = yield* clock.now
        return { states: yield* buildStates(stores, watch, slot), readSince, carried: false }
      })

      const work = Effect.fnUntraced(function*(watch: Watch, slot: CycleSlot, claim: SlotClaim) {
        const { origin, slotAt } = slot
        const name = watch.schedule.name
        const stopwatch = new Stopwatch(yield* Clock.monotonicTimeNanos)
        const { carried: isCarried, readSince, states: before } = yield* statesFor(watch, slot)
        const readAt = yield* clock.now
        const source = sources.get(watch.universe.source, watch.universe.fallbacks)
        const refreshed = yield* refreshBars(watch, source, stores, before, readRange(watch, slot))
        if (refreshed.outage !== null && slot.onOutage === "fail") {
          // A lease of no length gives the slot back at once.
          yield* slots.renew(claim, 0)
          return yield* refreshed.outage
        }
        const dataFetchMs = yield* stopwatch.lap
        const origins = { since: slot.since, carried: isCarried }
        const { corrected, revisedCloses, states } = yield* settle(services, watch, claim, origins, before, refreshed)
        const built = yield* advance(watch, states, slotAt)
        const indicatorCalcMs = yield* stopwatch.lap
        const key = { schedule: name, rules: rulesId(watch.rules), origin }
        const noticed = [...corrected, ...adjustments(states)]
        const concluded = conclude(watch, states, slotAt, key)
        const { events, signals } = concluded
        const signalGenerationMs = yield* stopwatch.lap
        if (built.length > 0) yield* stores.bars.upsert(built)
        yield* keepOptions(watch)
        const storeMs = yield* stopwatch.lap

        const draft = draftOf(watch, key, slotAt, states, concluded, {
          spans: { dataFetchMs, indicatorCalcMs, signalGenerationMs, storeMs },
          signalsSince: slot.since,
          readSince,
          now: yield* clock.now
        })
        const found = origin === "LIVE" && signals.some(({ type }) => isEntry(type)) ? yield* odds.of(signals) : noOdds
        const outbox = origin === "LIVE"
          ? yield* messagesOf(
            services,
            watch,
            draft,
            { signals, events, odds: found, noticed },
            slot.endsBacklog === true
          )
          : []
        const notificationMs = yield* stopwatch.lap
        const run = { ...draft, notificationMs, executionTimeMs: draft.executionTimeMs + notificationMs }
        const { rejected } = yield* runs.finish({
          claim,
          run,
          signals,
          odds: found,
          events,
          metrics: metricsOf(run, refreshed),
          outbox,
          notices: noticed.map(({ notice }) => notice),
          revisedCloses,
          slot: finalState(run)
        })
        // A refused signal must not live on in the state, so the next slot builds it anew from what is stored.
        if (!rejected.some(({ what }) => what === "signal")) {
          for (const state of states) state.pass(slotAt)
          carried.set(`${name}/${origin}`, { slotAt, states, readSince, readAt })
        }
        const refused = new Set(rejected.map(({ id }) => id))
        const isStored = ({ id }: { readonly id: string }) => !refused.has(id)
        const kept = signals.filter(isStored)
        return {
          run: withoutRejected(run, kept.length, rejected),
          signals: kept,
          events: events.filter(isStored),
          refreshed
        }
      })

      const cycle = Effect.fn("PredictionEngine.cycle")(function*(watch: Watch, slot: CycleSlot, owner: string) {
        const { origin, slotAt } = slot
        const claim = yield* slots.claim({ schedule: watch.schedule.name, slotAt, origin }, owner, leaseMs)
        if (claim === null) return null
        return yield* holding(slots, claim, work(watch, slot, claim)).pipe(
          Effect.catchDefect((defect) =>
            // Whoever took the slot over would meet the same bug: it has its fate, and the next one its chance.
            Effect.logError("a bug ended a cycle", defect).pipe(
              Effect.andThen(slots.fail(claim, "error")),
              Effect.andThen(new CycleFailed({ schedule: watch.schedule.name, slotAt, defect }))
            )
          )
        )
      })

      const revisit = Effect.fn("PredictionEngine.revisit")(function*(watch: Watch, slotAt: number, owner: string) {
        const found = yield* lookForLate(services, watch, slotAt, owner)
        const late = new Set(found?.analysed)
        for (const state of carried.get(`${watch.schedule.name}/LIVE`)?.states ?? []) {
          if (late.has(state.instrument.symbol)) state.stale = true
        }
        return found
      })

      return PredictionEngine.of({ cycle, revisit })
    })
  )
}

const readRange = (watch: Watch, { origin, readUntil, slotAt }: CycleSlot) => {
  if (origin === "LIVE") return { slotAt, until: readUntil, final: false }
  const ahead = watch.baseGrid.nextClose(slotAt + replayRead * timeframeMs(watch.base))
  return { slotAt, until: Math.min(readUntil, ahead), final: true }
}

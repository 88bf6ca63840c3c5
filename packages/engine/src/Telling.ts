/**
 * What people are told of a live run.
 *
 * Its signals and level events while they are fresh; of what is late what the schedule's policy wants to be told, in one
 * digest with the last run that was owed; and what became of signals that they were told of.
 */
import type { SignalStore } from "@dgas/db/SignalStore"
import type { Announce } from "@dgas/domain/Announce"
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import { type OddsOf, storedOdds } from "@dgas/domain/Odds"
import type { PredictionRun } from "@dgas/domain/PredictionRun"
import type { Signal } from "@dgas/domain/Signal"
import * as Effect from "effect/Effect"
import type { Noticed } from "./Corrections.ts"
import type { Watch } from "./Watch.ts"

export interface TellingServices {
  readonly announce: Announce["Service"]
  readonly stores: { readonly signals: SignalStore["Service"] }
}

/** What a run found, and what was noticed of signals before it. */
export interface Found {
  readonly signals: ReadonlyArray<Signal>
  readonly events: ReadonlyArray<LevelEvent>
  readonly odds: OddsOf
  readonly noticed: ReadonlyArray<Noticed>
}

/** The messages of a run, which is not stored yet. `endsBacklog`: no later slot is due. */
export const messagesOf = Effect.fnUntraced(function*(
  { announce, stores }: TellingServices,
  watch: Watch,
  run: PredictionRun,
  { events, noticed, odds, signals }: Found,
  endsBacklog: boolean
) {
  const fresh = run.lateMs === null
  const late = endsBacklog ? yield* lateSignals(stores.signals, watch, run, signals) : nothingLate
  return yield* announce.messages({
    run,
    signals: fresh ? signals : [],
    events: fresh ? events : [],
    late: [...late.earlier, ...late.own],
    odds: new Map([...storedOdds(late.earlier), ...odds]),
    notices: yield* toTell(stores.signals, noticed)
  })
})

const nothingLate = { earlier: [], own: [] }

/** What the schedule's policy wants to be told of runs that were late, up to and with this one. */
const lateSignals = Effect.fnUntraced(function*(
  store: SignalStore["Service"],
  { schedule: { catchUp, maxLatenessHours, name } }: Watch,
  { lateMs, slotAt }: PredictionRun,
  signals: ReadonlyArray<Signal>
) {
  const own = lateMs === null ? [] : signals
  if (catchUp === "skip") return nothingLate
  if (catchUp === "latest") return { earlier: [], own }
  const since = slotAt - maxLatenessHours * 3_600_000
  return { earlier: yield* store.untold(name, { since, before: slotAt }), own }
})

/** Who was not told of a signal need not hear what became of it. */
const toTell = Effect.fnUntraced(function*(store: SignalStore["Service"], noticed: ReadonlyArray<Noticed>) {
  if (noticed.length === 0) return noticed
  const told = yield* store.toldOf(noticed.map(({ signal }) => signal.id))
  return noticed.filter(({ signal }) => told.has(signal.id))
})

/**
 * Port from fresh signals to what outcomes of earlier ones say of them.
 *
 * Asked by a live cycle that has an entry, before anything is stored, and answered from nothing but what was known at the
 * close of its bar. Where nobody implements it signals have no odds.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Signal, StoredSignal } from "./Signal.ts"

export interface SignalOdds {
  /** Of R > 0 given a fill; null where outcomes do not tell. */
  readonly probability: number | null
  /** Version of the calibration that says so, or that says nothing better than the confidence; null where there is none. */
  readonly calibration: string | null
  /** The probability with its interval and what it is made of; without one why there is none. */
  readonly text: string
}

/** By the id of the signal. Exits have none. */
export type OddsOf = ReadonlyMap<string, SignalOdds>

export const noOdds: OddsOf = new Map()

/** What is known could not be read just now: the same signals can be asked about again. */
export class OddsUnavailable extends Schema.TaggedError<OddsUnavailable>()("OddsUnavailable", {
  detail: Schema.String
}) {
  override get message() {
    return `the odds of signals could not be read: ${this.detail}`
  }
}

export const Odds = Context.Reference<{
  /** Of entries of one schedule. */
  readonly of: (signals: ReadonlyArray<Signal>) => Effect.Effect<OddsOf, OddsUnavailable>
}>("@dgas/domain/Odds", { defaultValue: () => ({ of: () => Effect.succeed(noOdds) }) })

/** As they were stored with the signals. */
export const storedOdds = (signals: ReadonlyArray<StoredSignal>): OddsOf =>
  new Map(
    signals.flatMap(({ calibration, id, odds, probability }) =>
      odds === null ? [] : [[id, { probability, calibration, text: odds }]]
    )
  )

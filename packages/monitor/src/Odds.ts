/**
 * The odds of fresh signals, by the map that was in force when their bar closed.
 *
 * One statement for the entries of a cycle, none without. A signal is told by what was known at its time, whenever it is
 * found: a map that was fitted since has no part in it.
 */
import { CalibrationStore } from "@dgas/db/CalibrationStore"
import { noOdds, Odds, OddsUnavailable } from "@dgas/domain/Odds"
import { isEntry, type Signal } from "@dgas/domain/Signal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { countedMap } from "./Calibrating.ts"
import { oddsOf } from "./SaidOdds.ts"

export const layer: Layer.Layer<never, never, CalibrationStore> = Layer.effect(
  Odds,
  Effect.gen(function*() {
    const store = yield* CalibrationStore

    const of = Effect.fn("Odds.of")(
      function*(signals: ReadonlyArray<Signal>) {
        const entries = signals.filter(({ type }) => isEntry(type))
        const [first] = entries
        if (first === undefined) return noOdds
        const { origin, schedule, signalTimestamp } = first
        const { calibration, known } = yield* store.inForce({ origin, schedule }, signalTimestamp)
        const counted = calibration === null ? null : yield* countedMap(calibration)
        return new Map(entries.map(({ confidence, id }) => [id, oddsOf(confidence, counted, known)]))
      },
      Effect.mapError(({ message }) => new OddsUnavailable({ detail: message })),
      (told) =>
        // A calibration that this version cannot read, as after a way back, must not keep a signal.
        Effect.catchDefect(told, (defect) =>
          Effect.as(
            Effect.logError(`signals are told without odds, since a calibration could not be read: ${String(defect)}`),
            noOdds
          ))
    )

    return { of }
  })
)

/**
 * Fits maps when enough new outcomes are known, and keeps them.
 *
 * Live a map is fitted of what is known now, and speaks of bars that close from now on. A replay is told at its end: its
 * signals are gone through in the order of time, each by the map that was due by then, so what it gives them is what they
 * would have had live, and its slots pay nothing for it. Each schedule has its own maps: a score means another thing in
 * another market, and one that cannot be fitted keeps no other from its own. What people said became of entries is not fitted
 * on: nobody corrects those that he does not look at.
 */
import type { Calibration } from "@dgas/db/CalibrationColumns"
import { type CalibrationKey, CalibrationStore } from "@dgas/db/CalibrationStore"
import { DbClock } from "@dgas/db/DbClock"
import { OutcomeHistory } from "@dgas/db/OutcomeHistory"
import type { SqlFailure } from "@dgas/db/SqlFailure"
import type { Origin } from "@dgas/domain/Origin"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { fillsOf } from "./Fill.ts"
import type { JudgedSignal } from "./JudgedSignal.ts"
import { fitMap } from "./MapFit.ts"
import { isIntact, ProbabilityMap } from "./ProbabilityMap.ts"
import { casesOf, oddsOf } from "./SaidOdds.ts"
import { fitWalkForward, isDue } from "./WalkForward.ts"

/** What hears of a schedule that could not be fitted, in a line. */
type Tell = (trouble: string) => Effect.Effect<void>

/** What goes wrong with one schedule is told and null, unless the database cannot be used for any. */
const alone = (schedule: string, tell: Tell) => <A, R>(fit: Effect.Effect<A, SqlFailure, R>) => {
  const told = (why: string) => Effect.as(tell(`schedule ${schedule} is not calibrated anew: ${why}`), null)
  return fit.pipe(
    Effect.catchTag(["SqlTimeout", "StoreRefused"], ({ message }) => told(message)),
    Effect.catchDefect((defect) => told(String(defect).replaceAll(/\s+/g, " ")))
  )
}

/** Of live schedules whose outcomes call for a newer map; comes back with those that this worker wrote. */
export const calibrate = Effect.fn("calibrate")(function*(tell: Tell = Effect.logWarning) {
  const store = yield* CalibrationStore
  const history = yield* OutcomeHistory
  const at = yield* (yield* DbClock).now
  const standing = yield* store.standing("LIVE", at)
  const due = standing.filter(isDue)
  const fitted = yield* Effect.forEach(due, ({ justFound, number, schedule }) =>
    Effect.gen(function*() {
      const signals = byBars(yield* history.judged({ schedule, origin: "LIVE" }))
      const key = { origin: "LIVE" as const, schedule }
      const calibration = calibrationOf(key, signals, fitMap(signals, at), { number: number + 1, at, fittedAt: at })
      return (yield* store.write(calibration, justFound)) ? [calibration] : []
    }).pipe(alone(schedule, tell)))
  return fitted.flatMap((written) => written ?? [])
})

/** Signals that are written by one statement, which must end within seconds. */
const saidAtOnce = 2000

/** Of these schedules; in the place of what an earlier look at them gave. One that was cut off is made good by the next. */
export const calibrateReplay = Effect.fn("calibrateReplay")(function*(
  origin: Exclude<Origin, "LIVE">,
  schedules: ReadonlyArray<string>,
  tell: Tell = Effect.logWarning
) {
  const store = yield* CalibrationStore
  const history = yield* OutcomeHistory
  const fittedAt = yield* (yield* DbClock).now
  yield* Effect.forEach(schedules, (schedule) =>
    Effect.gen(function*() {
      const key = { origin, schedule }
      const all = yield* history.judged(key)
      const signals = byBars(all)
      const calibrations = fitWalkForward(signals).maps.map(({ from, map }, index) => ({
        map,
        stored: calibrationOf(key, signals, map, { number: index + 1, at: from, fittedAt })
      }))
      const known = fillsOf(signals).map(({ knownAt }) => knownAt).toSorted((a, b) => a - b)
      let inForce = -1
      let before = 0
      const odds = new Map(
        all.toSorted((a, b) => a.signalAt - b.signalAt).map(({ confidence, id, signalAt }) => {
          while ((calibrations[inForce + 1]?.stored.inForceFrom ?? Infinity) <= signalAt) inForce++
          while ((known[before] ?? Infinity) < signalAt) before++
          const current = calibrations[inForce]
          const counted = current === undefined ? null : { map: current.map, cases: current.stored.cases }
          return [id, oddsOf(confidence, counted, before)]
        })
      )
      yield* store.replace(key, calibrations.map(({ stored }) => stored))
      const said = [...odds]
      for (let from = 0; from < said.length; from += saidAtOnce) {
        yield* store.say(key, new Map(said.slice(from, from + saidAtOnce)))
      }
    }).pipe(alone(schedule, tell)), { discard: true })
})

/** Those of whose outcome no person has said what it was. */
const byBars = <Signal extends JudgedSignal>(signals: ReadonlyArray<Signal>): ReadonlyArray<Signal> =>
  signals.filter(({ corrected }) => !corrected)

const calibrationOf = (
  key: CalibrationKey,
  signals: ReadonlyArray<JudgedSignal>,
  map: ProbabilityMap,
  { at, fittedAt, number }: { readonly number: number; readonly at: number; readonly fittedAt: number }
): Calibration => ({
  ...key,
  number,
  version: map.version,
  kind: map.kind,
  map: toJson(map),
  cases: casesOf(fillsOf(signals).filter(({ knownAt }) => knownAt < at)),
  fills: map.fills,
  knownUntil: map.knownUntil,
  inForceFrom: at,
  fittedAt,
  reason: map.reason
})

/** A stored map as it is applied. One in a wrong shape, or that is not the one which its version names, is a bug. */
export const countedMap = Effect.fnUntraced(function*({ cases, map, number, schedule, version }: Calibration) {
  const decoded = yield* Effect.orDie(decodeMap(map))
  if (decoded.version !== version || !isIntact(decoded)) {
    return yield* Effect.die(
      new Error(
        `map ${number} of schedule ${schedule} is not the one that its version ${version} names, expected it unchanged`
      )
    )
  }
  return { map: decoded, cases }
})

const decodeMap = Schema.decodeUnknownEffect(ProbabilityMap)
const toJson = Schema.encodeSync(Schema.toCodecJson(ProbabilityMap))

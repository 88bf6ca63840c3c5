/**
 * Maps from confidence to probability, and which of them is in force.
 *
 * A map speaks of bars that close after it came into force, and was made of outcomes known before: what becomes known later
 * changes nothing about a signal. Maps of a schedule are numbered, so of two workers that fit at once one writes.
 */
import type { OddsOf } from "@dgas/domain/Odds"
import type { Origin } from "@dgas/domain/Origin"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import {
  Calibration,
  calibrationNames,
  calibrationObject,
  calibrationRecord,
  calibrationSets,
  calibrationTypes,
  selectedCalibration
} from "./CalibrationColumns.ts"
import { longestStatement } from "./NewsOfSpan.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

export interface CalibrationKey {
  readonly origin: Origin
  readonly schedule: string
}

/** Outcomes of fills that are known, beside the newest map; number and fills are 0 without one. */
export const Standing = Schema.Struct({
  schedule: Schema.String,
  known: Schema.Int,
  /** Of these, how many were found, or found to be others, since the map was fitted, or so that it did not see them. */
  news: Schema.Int,
  /** Of these, how many may have been written while others, of the same seconds, are not seen yet. */
  justFound: Schema.Int,
  number: Schema.Int,
  fills: Schema.Int
})
export type Standing = typeof Standing.Type

/** A fill that was given a probability, and the log loss that its map had out of sample; null where that was not measured. */
export const GivenOdds = Schema.Struct({
  probability: Schema.Finite,
  /** Whether it ended above 0. */
  event: Schema.Boolean,
  /** Close of the signal's bar. */
  slot: Schema.Int,
  promised: Schema.NullOr(Schema.Finite)
})
export type GivenOdds = typeof GivenOdds.Type

export class CalibrationStore extends Context.Service<CalibrationStore, {
  /** The map for a bar that closes at `at`, epoch ms, or null; and how many outcomes of fills were known before then. */
  readonly inForce: (
    key: CalibrationKey,
    at: number
  ) => Effect.Effect<{ readonly calibration: Calibration | null; readonly known: number }, SqlFailure>
  /** Of each schedule that had an outcome before `at`. */
  readonly standing: (origin: Origin, at: number) => Effect.Effect<ReadonlyArray<Standing>, SqlFailure>
  /**
   * False when the schedule has one of that number: then another worker was first, and nothing is written. `justFound` is that
   * of the standing by which it was fitted.
   */
  readonly write: (calibration: Calibration, justFound: number) => Effect.Effect<boolean, SqlFailure>
  /** Puts these in the place of all maps of the key. */
  readonly replace: (
    key: CalibrationKey,
    calibrations: ReadonlyArray<Calibration>
  ) => Effect.Effect<void, SqlFailure>
  /** Puts these in the place of what was said of signals of the key, which are not LIVE: what is told live stays. */
  readonly say: (
    key: CalibrationKey & { readonly origin: Exclude<Origin, "LIVE"> },
    odds: OddsOf
  ) => Effect.Effect<void, SqlFailure>
  /** Of the newest fills to become known, at most `limit`. */
  readonly given: (key: CalibrationKey, limit: number) => Effect.Effect<ReadonlyArray<GivenOdds>, SqlFailure>
  /** Newest first. */
  readonly list: (key: CalibrationKey) => Effect.Effect<ReadonlyArray<Calibration>, SqlFailure>
}>()("@dgas/db/CalibrationStore") {
  static readonly layer = Layer.effect(
    CalibrationStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const inForce = Effect.fn("CalibrationStore.inForce")(function*(
        { origin, schedule }: CalibrationKey,
        at: number
      ) {
        const [found] = yield* run("calibration in force", (sql) =>
          sql`
            select (${sql.unsafe(knownFills)} and origin = ${origin}::origin and schedule = ${schedule}
                and decided_at < ${at}::timestamptz) as known,
              (select ${sql.unsafe(calibrationObject)} from calibrations
                where origin = ${origin}::origin and schedule = ${schedule} and in_force_from <= ${at}::timestamptz
                order by in_force_from desc, number desc limit 1) as calibration`).pipe(Effect.flatMap(decodeInForce))
        return found ?? { calibration: null, known: 0 }
      })

      const standing = Effect.fn("CalibrationStore.standing")(function*(origin: Origin, at: number) {
        return yield* run("standing of calibrations", (sql) => {
          const longest = sql.unsafe(longestStatement)
          return sql`
            with newest as materialized (
              select distinct on (schedule) schedule, number, fills, fitted_at, just_found from calibrations
              where origin = ${origin}::origin order by schedule, number desc
            )
            select schedule, count(*)::int as known,
              (count(*) filter (where found >= fitted_at)
                + greatest(0, count(*) filter (where found < fitted_at and found >= fitted_at - ${longest}) - max(just_found))
              )::int as news,
              (count(*) filter (where found >= ${at}::timestamptz - ${longest}))::int as "justFound",
              coalesce(max(number), 0) as number, coalesce(max(fills), 0) as fills
            from generated_signals left join newest using (schedule),
              lateral (select coalesce(found_at, evaluated_at) as found) as since
            where origin = ${origin}::origin and decided_at < ${at}::timestamptz and ${sql.unsafe(isFill)}
            group by schedule order by schedule`
        }).pipe(Effect.flatMap(decodeStanding))
      })

      const write = Effect.fn("CalibrationStore.write")(function*(calibration: Calibration, justFound: number) {
        const rows = yield* run("store calibration", (sql) =>
          sql`
            insert into calibrations (${sql.unsafe(calibrationNames)}, just_found)
            select ${sql.unsafe(calibrationNames)}, ${justFound}::int from jsonb_to_record(${
            JSON.stringify(calibrationRecord(calibration))
          }::text::jsonb)
              as x(${sql.unsafe(calibrationTypes)})
            on conflict (origin, schedule, number) do nothing returning number`)
        return rows.length > 0
      })

      const replace = Effect.fn("CalibrationStore.replace")(function*(
        { origin, schedule }: CalibrationKey,
        calibrations: ReadonlyArray<Calibration>
      ) {
        yield* run("replace calibrations", (sql) =>
          sql`
            with given as (
              select * from jsonb_to_recordset(${JSON.stringify(calibrations.map(calibrationRecord))}::text::jsonb)
                as x(${sql.unsafe(calibrationTypes)})
            ), former as (
              delete from calibrations where origin = ${origin}::origin and schedule = ${schedule}
                and number > ${calibrations.length}
            )
            insert into calibrations (${sql.unsafe(calibrationNames)})
            select ${sql.unsafe(calibrationNames)} from given order by number
            on conflict (origin, schedule, number) do update set ${sql.unsafe(calibrationSets)}`)
      })

      const say = Effect.fn("CalibrationStore.say")(function*({ origin, schedule }: CalibrationKey, odds: OddsOf) {
        const given = [...odds].map(([id, said]) => ({ id, ...said }))
        yield* run("store odds", (sql) =>
          sql`
            update generated_signals as signal
            set probability = x.probability, calibration = x.calibration, odds = x.text
            from jsonb_to_recordset(${JSON.stringify(given)}::text::jsonb)
              as x(id text, probability float8, calibration text, text text)
            where signal.id = x.id and signal.origin = ${origin}::origin and signal.schedule = ${schedule}
              and (signal.probability, signal.calibration, signal.odds) is distinct from
                (x.probability, x.calibration, x.text)`)
      })

      const given = Effect.fn("CalibrationStore.given")(function*({ origin, schedule }: CalibrationKey, limit: number) {
        return yield* run("odds given", (sql) =>
          sql`
            select probability, r > 0 as event, signal_timestamp as slot, promised
            from generated_signals as signal left join lateral (
              select (map->'logLoss'->>kind)::float8 as promised from calibrations
              where origin = signal.origin and schedule = signal.schedule and version = signal.calibration
              order by number desc limit 1
            ) as by on true
            where origin = ${origin}::origin and schedule = ${schedule} and decided_at is not null
              and probability is not null and r is not null and ${sql.unsafe(isFill)}
            order by decided_at desc, id desc limit ${limit}`).pipe(Effect.flatMap(decodeGiven))
      })

      const list = Effect.fn("CalibrationStore.list")(function*({ origin, schedule }: CalibrationKey) {
        return yield* run("calibrations", (sql) =>
          sql`
            select ${sql.unsafe(selectedCalibration)} from calibrations
            where origin = ${origin}::origin and schedule = ${schedule} order by number desc`).pipe(
            Effect.flatMap(decodeCalibrations)
          )
      })

      return CalibrationStore.of({ inForce, standing, write, replace, say, given, list })
    })
  )
}

/** What people said became of entries is no part of what is fitted: they say so of those that they look at. */
const isFill = "filled and exit_reason <> 'UNFILLED' and corrected_at is null"
const knownFills = `select count(*)::int from generated_signals where ${isFill}`

const decodeInForce = rowsOf(Schema.Struct({ calibration: Schema.NullOr(Calibration), known: Schema.Int }))
const decodeStanding = rowsOf(Standing)
const decodeGiven = rowsOf(GivenOdds)
const decodeCalibrations = rowsOf(Calibration)

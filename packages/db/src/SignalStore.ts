/**
 * Generated signals.
 *
 * A signal is stored once however often it is written, and one that is not fit to be stored does not lose the
 * others. Every number comes back as it went in, zero included.
 */
import { noOdds, type OddsOf } from "@dgas/domain/Odds"
import type { Origin } from "@dgas/domain/Origin"
import type { Outcome } from "@dgas/domain/Outcome"
import { type Signal, StoredSignal } from "@dgas/domain/Signal"
import { SignalNotice } from "@dgas/domain/SignalNotice"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { Rejected } from "./Rejection.ts"
import { checkSignals } from "./SignalCheck.ts"
import { insertedColumns, insertedRecord, signalColumns, signalRecord } from "./SignalColumns.ts"
import { type Client, rowsOf, Sql, type SqlFailure } from "./Sql.ts"
import { storableJson } from "./StorableJson.ts"

/** What is left out does not filter. `since` in epoch milliseconds; without `origin` only LIVE ones. */
export interface SignalFilter {
  readonly symbol?: string
  readonly schedule?: string
  readonly since?: number
  readonly minConfidence?: number
  readonly outcome?: Outcome
  readonly origin?: Origin | "ALL"
  readonly limit: number
}

export class SignalStore extends Context.Service<SignalStore, {
  /** Adds signals to a stored run; those that are not fit come back with why. */
  readonly insertMany: (
    runId: string,
    signals: ReadonlyArray<Signal>
  ) => Effect.Effect<{ readonly rejected: ReadonlyArray<Rejected> }, SqlFailure>
  /** Newest first. */
  readonly recent: (filter: SignalFilter) => Effect.Effect<ReadonlyArray<StoredSignal>, SqlFailure>
  /** The stored signals of one run, by id. */
  readonly ofRun: (runId: string) => Effect.Effect<ReadonlyArray<StoredSignal>, SqlFailure>
  /** What became known of signals since they were given, oldest first, by signal. */
  readonly noticesOf: (
    ids: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyMap<string, ReadonlyArray<SignalNotice>>, SqlFailure>
  /** Those of `ids` of which a message tells, whether it has been delivered or not. */
  readonly toldOf: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlySet<string>, SqlFailure>
  /** Null when there is no such signal. */
  readonly get: (id: string) => Effect.Effect<StoredSignal | null, SqlFailure>
  /**
   * LIVE signals of a schedule's late runs, and of symbols that were late alone, from `since` on and before `before`, epoch ms, of which no message tells, oldest
   * first.
   */
  readonly untold: (
    schedule: string,
    range: { readonly since: number; readonly before: number }
  ) => Effect.Effect<ReadonlyArray<StoredSignal>, SqlFailure>
  /**
   * Of each symbol the latest LONG or SHORT from `since` (else ever) and before `before`, epoch ms, unless an exit
   * before then closes it. What was stored for later bar closes has no part in it.
   */
  readonly openEntries: (
    schedule: string,
    origin: Origin,
    range: { readonly since?: number; readonly before: number }
  ) => Effect.Effect<ReadonlyArray<StoredSignal>, SqlFailure>
}>()("@dgas/db/SignalStore") {
  static readonly layer = Layer.effect(
    SignalStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const insertMany = Effect.fn("SignalStore.insertMany")(function*(runId: string, signals: ReadonlyArray<Signal>) {
        const { fit, rejected } = checkSignals(signals)
        const rows = yield* run("store signals", (sql) =>
          sql`
            with ${givenSignals(sql, fit)}, stored as (
              insert into generated_signals (run_id, ${sql.unsafe(insertedColumns)})
              select ${runId}, ${sql.unsafe(insertedColumns)} from given
              where id not in (select id from orphans)
              on conflict (id) do nothing
            )
            select id, reason from orphans order by id`)
        return { rejected: [...rejected, ...yield* decodeRejected(rows)] }
      })

      const recent = Effect.fn("SignalStore.recent")(function*(filter: SignalFilter) {
        const { limit, minConfidence, origin = "LIVE", outcome, schedule, since, symbol } = filter
        const rows = yield* run("recent signals", (sql) =>
          sql`
            select ${sql.unsafe(signalColumns)} from generated_signals
            where true
              ${origin === "ALL" ? sql`` : sql`and origin = ${origin}::origin`}
              ${symbol === undefined ? sql`` : sql`and symbol = ${symbol}`}
              ${schedule === undefined ? sql`` : sql`and schedule = ${schedule}`}
              ${since === undefined ? sql`` : sql`and signal_timestamp >= ${since}::timestamptz`}
              ${minConfidence === undefined ? sql`` : sql`and confidence >= ${minConfidence}::float8`}
              ${outcome === undefined ? sql`` : sql`and outcome = ${outcome}::signal_outcome`}
            order by signal_timestamp desc, confidence desc, id limit ${limit}`)
        return yield* decodeSignals(rows)
      })

      const ofRun = Effect.fn("SignalStore.ofRun")(function*(runId: string) {
        const rows = yield* run(
          "signals of run",
          (sql) => sql`select ${sql.unsafe(signalColumns)} from generated_signals where run_id = ${runId} order by id`
        )
        return yield* decodeSignals(rows)
      })

      const noticesOf = Effect.fn("SignalStore.noticesOf")(function*(ids: ReadonlyArray<string>) {
        const rows = yield* run("notices of signals", (sql) =>
          sql`
            select id, signal_id as "signalId", kind, detail from signal_notices
            where signal_id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb))
            order by noticed_at, id`)
        return Map.groupBy(yield* decodeNotices(rows), ({ signalId }) => signalId)
      })

      const toldOf = Effect.fn("SignalStore.toldOf")(function*(ids: ReadonlyArray<string>) {
        const rows = yield* run("signals told", (sql) =>
          sql`
            select id from jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb) as given(id)
            where exists (select from outbox where signal_ids @> array[given.id])`)
        return new Set((yield* decodeIds(rows)).map(({ id }) => id))
      })

      const get = Effect.fn("SignalStore.get")(function*(id: string) {
        const [found] = yield* run(
          "signal",
          (sql) => sql`select ${sql.unsafe(signalColumns)} from generated_signals where id = ${id}`
        ).pipe(Effect.flatMap(decodeSignals))
        return found ?? null
      })

      const untold = Effect.fn("SignalStore.untold")(function*(
        schedule: string,
        { before, since }: { readonly since: number; readonly before: number }
      ) {
        const rows = yield* run("untold signals", (sql) =>
          sql`
            select ${sql.unsafe(signalColumns)} from generated_signals as signal
            where origin = 'LIVE' and schedule = ${schedule}
              and signal_timestamp >= ${since}::timestamptz and signal_timestamp < ${before}::timestamptz
              and (signal.late_ms is not null or exists (
                select from prediction_runs late where late.id = run_id and late.late_ms is not null
              ))
              and not exists (select from outbox where signal_ids @> array[signal.id])
            order by signal_timestamp, id`)
        return yield* decodeSignals(rows)
      })

      const openEntries = Effect.fn("SignalStore.openEntries")(function*(
        schedule: string,
        origin: Origin,
        { before, since = -Infinity }: { readonly since?: number; readonly before: number }
      ) {
        const rows = yield* run("open entries", (sql) =>
          sql`
            select ${sql.unsafe(signalColumns)} from (
              select distinct on (symbol) * from generated_signals
              where schedule = ${schedule} and origin = ${origin}::origin
                and signal_type in ('LONG', 'SHORT') and signal_timestamp >= ${since}::timestamptz
                and signal_timestamp < ${before}::timestamptz
              order by symbol, signal_timestamp desc, id
            ) as entry
            where not exists (
              select from generated_signals later
              where later.closes_signal_id = entry.id and later.signal_timestamp < ${before}::timestamptz
            )
            order by symbol`)
        return yield* decodeSignals(rows)
      })

      return SignalStore.of({ insertMany, recent, ofRun, noticesOf, toldOf, get, untold, openEntries })
    })
  )
}

/**
 * `given`, the signals to insert, and `orphans`, those among them that close a signal which is neither stored nor
 * among them: with them the whole statement would be refused.
 */
export const givenSignals = (sql: Client, signals: ReadonlyArray<Signal>, odds: OddsOf = noOdds) =>
  sql`
    given as (
      select * from jsonb_to_recordset(${
    storableJson(signals.map((signal) => signalRecord(signal, odds.get(signal.id))))
  }::text::jsonb)
        as x(${sql.unsafe(insertedRecord)})
    ), orphans as (
      select id, 'expected the signal that it closes to be stored, found none with id ' || closes_signal_id as reason
      from given
      where closes_signal_id is not null
        and closes_signal_id not in (select id from given)
        and not exists (select from generated_signals stored where stored.id = given.closes_signal_id)
    )`

const decodeSignals = rowsOf(StoredSignal)
const decodeIds = rowsOf(Schema.Struct({ id: Schema.String }))
const decodeNotices = rowsOf(SignalNotice)
const decodeRejected = rowsOf(Schema.Struct({ id: Schema.String, reason: Schema.String }))

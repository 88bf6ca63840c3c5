/**
 * Symbols that had no bar when their slot was run, and are analysed when it comes.
 *
 * What is found is written by one statement, for whoever holds a newer slot of the schedule or revisits its newest one, see
 * `SlotStore`. The run stays as it was; of each of its symbols there is one late analysis at most.
 */
import type { OutboxMessage } from "@dgas/domain/Announce"
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import type { OddsOf } from "@dgas/domain/Odds"
import type { Origin } from "@dgas/domain/Origin"
import { SymbolGate } from "@dgas/domain/PredictionRun"
import type { Signal } from "@dgas/domain/Signal"
import type { SlotClaim } from "@dgas/domain/Slot"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DbClock } from "./DbClock.ts"
import { checkEvents } from "./LevelEventCheck.ts"
import { eventRecord, insertedEventColumns, insertedEventRecord } from "./LevelEventColumns.ts"
import { insertedMessage, insertedMessageColumns, messageRecord, messageRecordTypes } from "./RunColumns.ts"
import { checkSignals } from "./SignalCheck.ts"
import { insertedColumns } from "./SignalColumns.ts"
import { givenSignals } from "./SignalStore.ts"
import { LeaseLost } from "./SlotStore.ts"
import { type Client, rowsOf, Sql, type SqlFailure } from "./Sql.ts"
import { storableJson } from "./StorableJson.ts"

/** A run, and the symbols that it found no bar of and that were not analysed since. */
export const RunWithoutData = Schema.Struct({
  runId: Schema.String,
  slotAt: Schema.Int,
  symbols: Schema.Array(Schema.String)
})
export type RunWithoutData = typeof RunWithoutData.Type

export const LateAnalysis = Schema.Struct({
  symbol: Schema.String,
  /** How long after the bar could be had, milliseconds. */
  lateMs: Schema.Finite,
  /** The first gate that stopped it; null for a signal. */
  gate: Schema.NullOr(SymbolGate)
})
export type LateAnalysis = typeof LateAnalysis.Type

/** What the bars of some symbols of one run came to when they came. */
export interface LateFindings {
  /** Under which it is written: of a newer slot that is at work, or of a revisit. */
  readonly claim: SlotClaim
  readonly runId: string
  readonly analyses: ReadonlyArray<LateAnalysis>
  readonly signals: ReadonlyArray<Signal>
  readonly odds?: OddsOf
  readonly events: ReadonlyArray<LevelEvent>
  readonly outbox: ReadonlyArray<OutboxMessage>
}

export class LateStore extends Context.Service<LateStore, {
  /** Runs of a schedule with `since` <= slot <= `until`, epoch ms, newest first; only `symbols` are told of. */
  readonly withoutData: (
    key: { readonly schedule: string; readonly origin: Origin },
    range: { readonly since: number; readonly until: number },
    symbols: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyArray<RunWithoutData>, SqlFailure>
  /** Writes what has not been written yet; what is not fit to be stored is left out, and told by its id. */
  readonly store: (findings: LateFindings) => Effect.Effect<ReadonlyArray<string>, SqlFailure | LeaseLost>
  readonly ofRun: (runId: string) => Effect.Effect<ReadonlyArray<LateAnalysis>, SqlFailure>
}>()("@dgas/db/LateStore") {
  static readonly layer = Layer.effect(
    LateStore,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const clock = yield* DbClock

      const withoutData = Effect.fn("LateStore.withoutData")(function*(
        { origin, schedule }: { readonly schedule: string; readonly origin: Origin },
        { since, until }: { readonly since: number; readonly until: number },
        symbols: ReadonlyArray<string>
      ) {
        const rows = yield* run("runs without data", (sql) =>
          sql`
            select run.id as "runId", slot_at as "slotAt", case when without_data = '{}' then '[]' else (
              select coalesce(jsonb_agg(symbol), '[]') from unnest(without_data) as one(symbol)
              where symbol in (select jsonb_array_elements_text(${JSON.stringify(symbols)}::text::jsonb))
                and not exists (
                  select from late_analyses as late where late.run_id = run.id and late.symbol = one.symbol
                )
            ) end as symbols
            from prediction_runs as run
            where schedule = ${schedule} and origin = ${origin}::origin
              and slot_at between ${since}::timestamptz and ${until}::timestamptz
            order by slot_at desc`)
        return yield* decodeRuns(rows)
      })

      const store = Effect.fn("LateStore.store")(function*(findings: LateFindings) {
        const at = yield* clock.instant
        const { claim, runId } = findings
        const events = checkEvents(findings.events)
        const signals = checkSignals(findings.signals)
        // A message tells of what is stored alone.
        const refused = new Set(signals.rejected.map(({ id }) => id))
        const outbox = findings.outbox.map((message) => ({
          ...message,
          signalIds: message.signalIds.filter((id) => !refused.has(id))
        })).filter(({ signalIds }, index) => signalIds.length > 0 || findings.outbox[index]!.signalIds.length === 0)
        const [result] = yield* run("store late analyses", (sql) =>
          sql`
            with held as (${holding(sql, claim, at)}), fresh as (
              insert into late_analyses (run_id, symbol, late_ms, gate)
              select ${runId}, x.symbol, x."lateMs", x.gate
              from held, jsonb_to_recordset(${storableJson(findings.analyses)}::text::jsonb)
                as x(symbol text, "lateMs" float8, gate jsonb)
              on conflict (run_id, symbol) do nothing
              returning symbol, late_ms
            ), ${givenSignals(sql, signals.fit, findings.odds)}, signals as (
              insert into generated_signals (run_id, late_ms, ${sql.unsafe(insertedColumns)})
              select ${runId}, fresh.late_ms, ${sql.unsafe(insertedColumns)}
              from given join fresh using (symbol) where id not in (select id from orphans)
              on conflict (id) do nothing
            ), events as (
              insert into level_events (run_id, ${sql.unsafe(insertedEventColumns)})
              select ${runId}, x.* from jsonb_to_recordset(${
            storableJson(events.fit.map(eventRecord))
          }::text::jsonb) as x(${sql.unsafe(insertedEventRecord)})
              where x.symbol in (select symbol from fresh)
              on conflict (id) do nothing
            ), messages as (
              insert into outbox (run_id, signal_ids, ${sql.unsafe(insertedMessageColumns)})
              select ${runId}, signal_ids, ${sql.unsafe(insertedMessage)}
              from held, jsonb_to_recordset(${storableJson(outbox.map(messageRecord))}::text::jsonb)
                as x(${sql.unsafe(messageRecordTypes)})
              where exists (select from fresh)
              order by place
              on conflict (id) do nothing
            )
            select exists (select from held) as held,
              (select coalesce(jsonb_agg(id), '[]') from orphans) as orphans`).pipe(Effect.flatMap(decodeStored))
        if (result?.held !== true) {
          const { fence, schedule, slotAt } = claim
          return yield* new LeaseLost({ schedule, slotAt, fence })
        }
        return [...signals.rejected, ...events.rejected].map(({ id }) => id).concat(result.orphans)
      })

      const ofRun = Effect.fn("LateStore.ofRun")(function*(runId: string) {
        const rows = yield* run("late analyses", (sql) =>
          sql`
            select symbol, late_ms as "lateMs", gate from late_analyses where run_id = ${runId} order by symbol`)
        return yield* decodeAnalyses(rows)
      })

      return LateStore.of({ withoutData, store, ofRun })
    })
  )
}

/**
 * A revisit must last longer than this statement may take, so that nobody can claim a newer slot before it has ended, nor
 * may anybody have claimed one while the revisit began.
 */
const holding = (sql: Client, { fence, origin, owner, schedule, slotAt }: SlotClaim, at: number | null) =>
  sql`
    select fence from slots
    where schedule = ${schedule} and origin = ${origin}::origin and slot_at = ${slotAt}::timestamptz
      and owner = ${owner} and fence = ${fence} and (state = 'running' or (
        late_until > coalesce(${at}::timestamptz, clock_timestamp()) + interval '6 seconds'
        and not exists (
          select from slots as newer
          where newer.schedule = slots.schedule and newer.origin = slots.origin and newer.slot_at > slots.slot_at
        )
      ))
    for update`

const decodeRuns = rowsOf(RunWithoutData)
const decodeAnalyses = rowsOf(LateAnalysis)
const decodeStored = rowsOf(Schema.Struct({ held: Schema.Boolean, orphans: Schema.Array(Schema.String) }))

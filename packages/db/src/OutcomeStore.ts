/**
 * What became of entries: which are to be looked at, and what was found.
 *
 * An outcome is written over the one that was read and no other, so of two workers that judge the same signal at once one
 * writes and the other is told that it did not. A final outcome that becomes another one is kept in `outcome_changes`. What
 * a person said of an entry is neither looked at nor written over.
 */
import type { OutboxMessage } from "@dgas/domain/Announce"
import { OutcomeUpdate, priceTolerance } from "@dgas/domain/Outcome"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { type Cost, doubted } from "./DoubtedOutcomes.ts"
import { type EntriesQuery, inOrder, matching } from "./EntriesQuery.ts"
import { isRevisedBefore, lateBarBefore, readFrom } from "./NewsOfSpan.ts"
import { outcomeObject, outcomeRecord, outcomeRecordTypes, outcomeSets } from "./OutcomeColumns.ts"
import { isRestating } from "./Restatement.ts"
import { insertedMessage, insertedMessageColumns, messageRecord, messageRecordTypes } from "./RunColumns.ts"
import { type Client, rowsOf, Sql, type SqlFailure } from "./Sql.ts"
import { storableJson } from "./StorableJson.ts"

/** An entry to look at, with what that needs. Instants in epoch milliseconds. */
export const EntryToJudge = Schema.Struct({
  id: Schema.String,
  schedule: Schema.String,
  symbol: Schema.String,
  type: Schema.Literals(["LONG", "SHORT"]),
  signalTimestamp: Schema.Int,
  entryPrice: Schema.Finite,
  stopLoss: Schema.Finite,
  targetPrice: Schema.Finite,
  runId: Schema.String,
  /** What was found when it was looked at last; null where nobody did. */
  known: Schema.NullOr(OutcomeUpdate),
  instrumentId: Schema.Int,
  /** Under which `OptionStore` has what its run was made with. */
  optionsId: Schema.String,
  /** The last slot of its schedule that was run: what came after is not known yet, exits above all. */
  until: Schema.Int,
  /** The exit that closes it. */
  exit: Schema.NullOr(Schema.Struct({ at: Schema.Int, price: Schema.Finite, runId: Schema.String })),
  /** When this was read, by the database's clock. */
  readAt: Schema.Int
})
export type EntryToJudge = typeof EntryToJudge.Type

/** `since` is when the first of them was looked at last, or given. */
export const Overdue = Schema.Struct({ schedule: Schema.String, count: Schema.Int, since: Schema.Int })
export type Overdue = typeof Overdue.Type

export interface FoundOutcome {
  readonly update: OutcomeUpdate
  /** When the outcome was found that this one is written over; null where there was none. */
  readonly readOver: number | null
}

export class OutcomeStore extends Context.Service<OutcomeStore, {
  /**
   * Entries without a final outcome that nobody has looked at since a slot of their schedule was run, a bar of theirs was
   * stored, or what else they are judged by changed; oldest first. Those of runs without inputs cannot be judged, and are
   * not among them, nor are those whose bars are being restated for a split.
   */
  readonly living: (query: EntriesQuery) => Effect.Effect<ReadonlyArray<EntryToJudge>, SqlFailure>
  /**
   * Entries whose final outcome may be another one, oldest first: since it was found a bar of its span was revised, restated
   * or came late, a split or roll in it was told, or an exit from before its end; or `costs` has another one for it. Not while its bars are being restated.
   */
  readonly doubtful: (
    query: EntriesQuery,
    costs: ReadonlyArray<Cost>
  ) => Effect.Effect<ReadonlyArray<EntryToJudge>, SqlFailure>
  /** How many are PENDING. */
  readonly pending: (query: Pick<EntriesQuery, "origin" | "schedules">) => Effect.Effect<number, SqlFailure>
  /** LIVE ones that `living` has given since before `at`, epoch ms, and that nobody has judged; by schedule. */
  readonly overdue: (at: number) => Effect.Effect<ReadonlyArray<Overdue>, SqlFailure>
  /**
   * Comes back with the ids of those that were still as they had been read. With `messages`, which tell of all of them, it
   * is all or none: a message is stored with what it tells, and never of what another one wrote.
   */
  readonly write: (
    outcomes: ReadonlyArray<FoundOutcome>,
    messages?: ReadonlyArray<OutboxMessage>
  ) => Effect.Effect<ReadonlySet<string>, SqlFailure>
}>()("@dgas/db/OutcomeStore") {
  static readonly layer = Layer.effect(
    OutcomeStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const living = Effect.fn("OutcomeStore.living")(function*(query: EntriesQuery) {
        const rows = yield* run(
          "living entries",
          (sql) =>
            entries(
              sql,
              query,
              sql`(signal.outcome is null or signal.outcome = 'PENDING') and (${sql.unsafe(hasNews)})`
            )
        )
        return yield* decodeEntries(rows)
      })

      const doubtful = Effect.fn("OutcomeStore.doubtful")(function*(query: EntriesQuery, costs: ReadonlyArray<Cost>) {
        const rows = yield* run(
          "doubtful outcomes",
          (sql) =>
            // The page first: what is looked up of each entry is looked up of no other.
            entries(sql, query, sql`signal.id = any(array(${doubted(sql, query, costs)}))`)
        )
        return yield* decodeEntries(rows)
      })

      const pending = Effect.fn("OutcomeStore.pending")(function*(
        { origin, schedules }: Pick<EntriesQuery, "origin" | "schedules">
      ) {
        const rows = yield* run("pending entries", (sql) =>
          sql`
            select count(*)::int as count from generated_signals as signal
            where outcome = 'PENDING' and origin = ${origin}::origin and ${
            matching(sql, schedules === undefined ? {} : { schedules })
          }`)
        return (yield* decodeCount(rows))[0]?.count ?? 0
      })

      const overdue = Effect.fn("OutcomeStore.overdue")(function*(at: number) {
        return yield* run("overdue entries", (sql) =>
          sql`
            select signal.schedule, count(*)::int as count, min(coalesce(evaluated_at, signal_timestamp)) as since
            from generated_signals as signal join prediction_runs as run on run.id = signal.run_id
            join lateral (
              select slot_at, stored_at from prediction_runs as one
              where one.schedule = signal.schedule and one.origin = 'LIVE' and one.stored_at < ${at}::timestamptz
              order by slot_at desc limit 1
            ) as last on last.slot_at > signal_timestamp
            where signal.signal_type in ('LONG', 'SHORT') and signal.origin = 'LIVE' and run.options_id is not null
              and (outcome is null or outcome = 'PENDING') and (evaluated_at is null or evaluated_at < last.stored_at)
            group by signal.schedule order by signal.schedule`).pipe(Effect.flatMap(decodeOverdue))
      })

      const write = Effect.fn("OutcomeStore.write")(function*(
        outcomes: ReadonlyArray<FoundOutcome>,
        messages: ReadonlyArray<OutboxMessage> = []
      ) {
        const given = JSON.stringify(outcomes.map(({ readOver, update }) => outcomeRecord(update, readOver)))
        const rows = yield* run("write outcomes", (sql) =>
          sql`
            with given as (
              select * from jsonb_to_recordset(${given}::text::jsonb) as x(${sql.unsafe(outcomeRecordTypes)})
            ), free as (
              -- In one order, so that two writers never wait for each other.
              select signal.id, signal.outcome, signal.exit_reason, signal.fill_price, signal.exit_price, signal.r,
                signal.decided_at, coalesce(signal.found_at, signal.evaluated_at) as found_at
              from generated_signals as signal join given using (id)
              where signal.evaluated_at is not distinct from given.read_over and signal.corrected_at is null
              order by signal.id for update of signal
            ), former as (
              select * from free where ${
            messages.length === 0
          } or (select count(*) from free) = (select count(*) from given)
            ), written as (
              update generated_signals as signal set ${sql.unsafe(outcomeSets)}, found_at = case
                when given.decided_at is null then null
                when ${sql.unsafe(isNewResult)} then clock_timestamp() else former.found_at
              end
              from former join given using (id) where signal.id = former.id
            ), changed as (
              insert into outcome_changes (signal_id, outcome, exit_reason, fill_price, exit_price, r, decided_at)
              select id, former.outcome, former.exit_reason, former.fill_price, former.exit_price, former.r,
                former.decided_at
              from former join given using (id)
              where former.decided_at is not null
                and (${sql.unsafe(isOtherEnd)})
            ), told as (
              insert into outbox (signal_ids, ${sql.unsafe(insertedMessageColumns)})
              select signal_ids, ${sql.unsafe(insertedMessage)}
              from jsonb_to_recordset(${storableJson(messages.map(messageRecord))}::text::jsonb)
                as x(${sql.unsafe(messageRecordTypes)})
              where exists (select from former)
              order by place
              on conflict (id) do nothing
            )
            select id from former`)
        return new Set((yield* decodeIds(rows)).map(({ id }) => id))
      })

      return OutcomeStore.of({ living, doubtful, pending, overdue, write })
    })
  )
}

const isOtherPrice = (column: string) =>
  `coalesce(abs(former.${column} - given.${column}) > ${priceTolerance} * former.${column},
    (former.${column} is null) <> (given.${column} is null))`

/** Whether `given` ended otherwise than `former`, as `isOtherEnd` has it. */
const isOtherEnd = `(former.outcome, former.exit_reason) is distinct from (given.outcome, given.exit_reason)
  or ${isOtherPrice("fill_price")} or ${isOtherPrice("exit_price")}`

/** Whether maps that were fitted on `former` know nothing of `given`. */
const isNewResult = `former.decided_at is null or ${isOtherEnd} or former.r is null or abs(former.r - given.r) > 1e-9`

/** Of one that is not final. What its schedule has not come to yet is not known of it. */
const hasNews = `signal.evaluated_at is null or last.stored_at > ${readFrom} or leaving.at is not null
  or (${lateBarBefore("last.slot_at")}) or ${isRevisedBefore("last.slot_at")}`

const entries = (sql: Client, query: EntriesQuery, which: ReturnType<Client>) =>
  sql`
    select signal.id, signal.schedule, signal.symbol, signal_type as type, signal_timestamp as "signalTimestamp",
      entry_price as "entryPrice", stop_loss as "stopLoss", target_price as "targetPrice", signal.run_id as "runId",
      case when filled is not null then ${sql.unsafe(outcomeObject)} end as known, known.id as "instrumentId",
      run.options_id as "optionsId", last.slot_at as until,
      case when leaving.at is not null then jsonb_build_object(
        'at', (extract(epoch from leaving.at) * 1000)::int8, 'price', leaving.price, 'runId', leaving.run_id
      ) end as exit,
      statement_timestamp() as "readAt"
    from generated_signals as signal
    join prediction_runs as run on run.id = signal.run_id
    join run_options as made on made.id = run.options_id
    join lateral (
      select id, basis, ${sql.unsafe(isRestating("instruments"))} as restating,
        coalesce(made.options->'schedule'->>'lower', made.options->'schedule'->>'trading')::timeframe as base
      from instruments where source = made.options->'universe'->>'source' and symbol = signal.symbol
    ) as known on true
    join lateral (
      select slot_at, stored_at from prediction_runs as one
      where one.schedule = signal.schedule and one.origin = signal.origin order by slot_at desc limit 1
    ) as last on true
    left join lateral (
      select signal_timestamp as at, entry_price as price, run_id from generated_signals as exit
      where exit.closes_signal_id = signal.id order by signal_timestamp, id limit 1
    ) as leaving on true
    where signal.signal_type in ('LONG', 'SHORT') and signal.origin = ${query.origin}::origin and signal.corrected_at is null
      and not known.restating and ${which} and ${matching(sql, query)}
    ${inOrder(sql, query)}`

const decodeEntries = rowsOf(EntryToJudge)
const decodeCount = rowsOf(Schema.Struct({ count: Schema.Int }))
const decodeOverdue = rowsOf(Overdue)
const decodeIds = rowsOf(Schema.Struct({ id: Schema.String }))

/**
 * What became of entries: which are to be looked at, and what was found.
 *
 * An outcome is written over the one that was read and no other, so of two workers that judge the same signal at once one
 * writes and the other is told that it did not. A final outcome that becomes another one is kept in `outcome_changes`.
 */
import type { OutboxMessage } from "@dgas/domain/Announce"
import type { Origin } from "@dgas/domain/Origin"
import { OutcomeUpdate } from "@dgas/domain/Outcome"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { outcomeObject, outcomeRecord, outcomeRecordTypes, outcomeSets } from "./OutcomeColumns.ts"
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

export interface FoundOutcome {
  readonly update: OutcomeUpdate
  /** When the outcome was found that this one is written over; null where there was none. */
  readonly readOver: number | null
}

/** Where a page ends. */
export interface Place {
  readonly at: number
  readonly id: string
}

/** What is left out does not filter. */
export interface EntriesQuery {
  readonly origin: Origin
  readonly schedules?: ReadonlyArray<string>
  readonly after?: Place | null
  readonly limit: number
}

export interface Cost {
  readonly schedule: string
  readonly symbol: string
  readonly costPct: number
}

export class OutcomeStore extends Context.Service<OutcomeStore, {
  /** Entries without a final outcome, oldest first. Those of runs without inputs cannot be judged, and are not among them. */
  readonly living: (query: EntriesQuery) => Effect.Effect<ReadonlyArray<EntryToJudge>, SqlFailure>
  /**
   * Entries whose final outcome may be another one, oldest first: since it was found a bar of its span was revised, restated
   * or came late, a split or roll in it was told, or an exit from before its end; or `costs` has another one for it.
   */
  readonly doubtful: (
    query: EntriesQuery,
    costs: ReadonlyArray<Cost>
  ) => Effect.Effect<ReadonlyArray<EntryToJudge>, SqlFailure>
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
          (sql) => entries(sql, query, sql`(signal.outcome is null or signal.outcome = 'PENDING')`)
        )
        return yield* decodeEntries(rows)
      })

      const doubtful = Effect.fn("OutcomeStore.doubtful")(function*(query: EntriesQuery, costs: ReadonlyArray<Cost>) {
        const given = JSON.stringify(costs)
        const rows = yield* run(
          "doubtful outcomes",
          (sql) =>
            entries(
              sql,
              query,
              sql`signal.decided_at is not null and (${sql.unsafe(changedSince)} or exists (
            select from jsonb_to_recordset(${given}::text::jsonb) as cost(schedule text, symbol text, "costPct" float8)
            where cost.schedule = signal.schedule and cost.symbol = signal.symbol and cost."costPct" <> signal.cost_pct
          ))`
            )
        )
        return yield* decodeEntries(rows)
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
                signal.decided_at
              from generated_signals as signal join given using (id)
              where signal.evaluated_at is not distinct from given.read_over
              order by signal.id for update of signal
            ), former as (
              select * from free where ${
            messages.length === 0
          } or (select count(*) from free) = (select count(*) from given)
            ), written as (
              update generated_signals as signal set ${sql.unsafe(outcomeSets)}
              from former join given using (id) where signal.id = former.id
            ), changed as (
              insert into outcome_changes (signal_id, outcome, exit_reason, fill_price, exit_price, r, decided_at)
              select id, former.outcome, former.exit_reason, former.fill_price, former.exit_price, former.r,
                former.decided_at
              from former join given using (id)
              where former.decided_at is not null
                and (former.outcome, former.exit_reason, former.fill_price, former.exit_price) is distinct from
                  (given.outcome, given.exit_reason, given.fill_price, given.exit_price)
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

      return OutcomeStore.of({ living, doubtful, write })
    })
  )
}

/** The timeframe that is fetched for a signal, as its run was told to. */
const base = `coalesce(made.options->'schedule'->>'lower', made.options->'schedule'->>'trading')::timeframe`

/** A statement that had begun before the entry was read may store what it has until its time is over. */
const read = `signal.evaluated_at - interval '10 seconds'`
const ofSpan = (row: string) =>
  `${row}.instrument_id = instrument.id and ${row}.timeframe = ${base} and
    ${row}.open_time >= signal.signal_timestamp and ${row}.open_time < signal.decided_at`

/** A bar that came late lies where one was missing, so that the bars of most spans need not be looked at. */
const changedSince = `leaving.at < signal.decided_at
  or exists (select from bar_revisions as kept where ${ofSpan("kept")} and kept.replaced_at > ${read})
  or (signal.bars_missing > 0 and exists (select from bars where ${ofSpan("bars")} and bars.stored_at > ${read}))
  or exists (
    select from price_events as event
    where event.instrument_id = instrument.id and event.factor <> 1 and event.at >= signal.signal_timestamp
      and event.at < signal.decided_at and event.recorded_at > ${read}
  )`

const entries = (sql: Client, { after = null, limit, origin, schedules }: EntriesQuery, which: ReturnType<Client>) =>
  sql`
    select signal.id, signal.schedule, signal.symbol, signal_type as type, signal_timestamp as "signalTimestamp",
      entry_price as "entryPrice", stop_loss as "stopLoss", target_price as "targetPrice", signal.run_id as "runId",
      case when filled is not null then ${sql.unsafe(outcomeObject)} end as known, instrument.id as "instrumentId",
      run.options_id as "optionsId", last.slot_at as until,
      case when leaving.at is not null then jsonb_build_object(
        'at', (extract(epoch from leaving.at) * 1000)::int8, 'price', leaving.price, 'runId', leaving.run_id
      ) end as exit,
      statement_timestamp() as "readAt"
    from generated_signals as signal
    join prediction_runs as run on run.id = signal.run_id
    join run_options as made on made.id = run.options_id
    join instruments as instrument
      on instrument.source = made.options->'universe'->>'source' and instrument.symbol = signal.symbol
    join lateral (
      select slot_at from prediction_runs as one
      where one.schedule = signal.schedule and one.origin = signal.origin order by slot_at desc limit 1
    ) as last on true
    left join lateral (
      select signal_timestamp as at, entry_price as price, run_id from generated_signals as exit
      where exit.closes_signal_id = signal.id order by signal_timestamp, id limit 1
    ) as leaving on true
    where signal.signal_type in ('LONG', 'SHORT') and signal.origin = ${origin}::origin and ${which}
      ${
    schedules === undefined ? sql`` : sql`and signal.schedule in (
        select jsonb_array_elements_text(${JSON.stringify(schedules)}::text::jsonb))`
  }
      ${
    after === null ? sql`` : sql`and (signal.signal_timestamp, signal.id) > (${after.at}::timestamptz, ${after.id})`
  }
    order by signal.signal_timestamp, signal.id limit ${limit}`

const decodeEntries = rowsOf(EntryToJudge)
const decodeIds = rowsOf(Schema.Struct({ id: Schema.String }))

/**
 * Runs that have had their days, with everything that is theirs: signals, level events, and the slot.
 *
 * A run goes whole, unless a signal of it is needed: by its exit or entry that stays, by a message that is kept, or
 * because it is a live entry that may still become something. Then it stays with that signal alone. A schedule keeps its
 * newest live slot, from which a worker knows where it was. Maps from confidence to probability go with the runs, but for
 * those that a signal names, and that which was in force as old runs end.
 */
import type { Origin } from "@dgas/domain/Origin"
import * as Schema from "effect/Schema"
import { type Client, rowsOf } from "../Sql.ts"
import { type Query, rowsAtOnce } from "./OldRows.ts"

export interface OldRuns {
  readonly origin: Origin
  /** Epoch milliseconds: runs that were stored before that are old. */
  readonly before: number
}

const Counted = Schema.Struct({ runs: Schema.Int, signals: Schema.Int, events: Schema.Int, slots: Schema.Int })

export const decodeRuns = rowsOf(Counted)

/** Runs that are looked at in one statement. */
const runsAtOnce = 1000

/** Removes the runs of the oldest slots, as many as together are a few thousand rows, and counts what has gone. */
export const removeOldRuns = (sql: Client, old: OldRuns): Query =>
  sql`
    with old as (${candidates(sql, old)} order by slot_at, id limit ${runsAtOnce}), sized as (${
    sizes(sql)
  }), doomed as (
      select * from (select *, sum(own) over (order by slot_at, id) as total from sized) as summed
      where total <= ${rowsAtOnce} or total = own
    ), slots_gone as (
      delete from slots using doomed as run where ${itsSlot(sql)} returning 1
    ), gone as (
      delete from prediction_runs using doomed where prediction_runs.id = doomed.id returning 1
    )
    select (select count(*)::int from gone) as runs, coalesce(sum(signals), 0)::int as signals,
      coalesce(sum(events), 0)::int as events, (select count(*)::int from slots_gone) as slots
    from doomed`

/** Counts what there is to remove. */
export const countOldRuns = (sql: Client, old: OldRuns): Query =>
  sql`
    with old as (${candidates(sql, old)}), sized as (${sizes(sql)})
    select count(*)::int as runs, coalesce(sum(signals), 0)::int as signals, coalesce(sum(events), 0)::int as events,
      coalesce(sum(slots), 0)::int as slots
    from sized`

/** Signals that are not needed, of old runs that stay: of those that are left when the others have gone. */
export const oldSignals = (sql: Client, old: OldRuns): Query =>
  sql`
    select signal.ctid, signal.signal_timestamp as age
    from prediction_runs as run join generated_signals as signal on signal.run_id = run.id
    where ${isOld(sql, old)} and not ${isNeeded(sql, old)} and ${stays(sql, old)}`

/** Slots without a run: missed, failed, or left by a worker that died in a replay. */
export const oldSlots = (sql: Client, { before, origin }: OldRuns): Query =>
  sql`
    select ctid, updated_at as age from slots
    where origin = ${origin}::origin and updated_at < ${before}::timestamptz
      and (state <> 'running' or (origin <> 'LIVE' and lease_until < ${before}::timestamptz)) and ${notNewest(sql)}
      and not exists (
        select from prediction_runs as run
        where run.schedule = slots.schedule and run.origin = slots.origin and run.slot_at = slots.slot_at
      )`

/** Maps that have had a successor for so long that no slot which may still be run is told by them, and that no signal names. */
export const oldMaps = (sql: Client, { before, origin }: OldRuns): Query =>
  sql`
    select ctid, fitted_at as age from calibrations as map
    where origin = ${origin}::origin
      and exists (
        select from calibrations as later
        where later.origin = map.origin and later.schedule = map.schedule and later.number > map.number
          and greatest(later.fitted_at, later.in_force_from) < ${before}::timestamptz
      )
      and not exists (
        select from generated_signals as signal
        where signal.origin = map.origin and signal.schedule = map.schedule and signal.calibration = map.version
      )`

const candidates = (sql: Client, old: OldRuns) =>
  sql`select run.* from prediction_runs as run where ${isOld(sql, old)} and not ${stays(sql, old)}`

const isOld = (sql: Client, { before, origin }: OldRuns) =>
  sql`(run.origin = ${origin}::origin and run.stored_at < ${before}::timestamptz)`

const stays = (sql: Client, old: OldRuns) =>
  sql`(
    exists (select from outbox where outbox.run_id = run.id)
    or exists (select from generated_signals as signal where signal.run_id = run.id and ${isNeeded(sql, old)})
  )`

/** Whether something that stays needs `signal`: an exit its entry, and an entry its exit, without which its end would be another one. */
const isNeeded = (sql: Client, old: OldRuns) =>
  sql`(
    signal.id in (select unnest(signal_ids) from outbox)
    or exists (
      select from generated_signals as closing join prediction_runs as run on run.id = closing.run_id
      where closing.closes_signal_id = signal.id and (
        not ${isOld(sql, old)} or closing.id in (select unnest(signal_ids) from outbox)
      )
    )
    or exists (
      select from generated_signals as closed join prediction_runs as run on run.id = closed.run_id
      where closed.id = signal.closes_signal_id and (
        not ${isOld(sql, old)} or closed.id in (select unnest(signal_ids) from outbox)
      )
    )
    or (
      signal.origin = 'LIVE' and signal.signal_type in ('LONG', 'SHORT')
      and (signal.outcome is null or signal.outcome = 'PENDING')
      and not exists (select from generated_signals as closing where closing.closes_signal_id = signal.id)
    )
  )`

/** `own` is how many rows a run takes with it, itself included. */
const sizes = (sql: Client) =>
  sql`
    select run.*, signals, events, slots, 1 + signals + events + slots as own from old as run,
      lateral (select count(*) as signals from generated_signals where run_id = run.id) as its_signals,
      lateral (select count(*) as events from level_events where run_id = run.id) as its_events,
      lateral (select count(*) as slots from slots where ${itsSlot(sql)}) as its_slots`

const itsSlot = (sql: Client) =>
  sql`
    (slots.schedule, slots.origin, slots.slot_at) = (run.schedule, run.origin, run.slot_at)
      and slots.state <> 'running' and ${notNewest(sql)}`

const notNewest = (sql: Client) =>
  sql`(slots.origin <> 'LIVE' or slots.slot_at < (
    select max(newest.slot_at) from slots as newest
    where newest.schedule = slots.schedule and newest.origin = slots.origin
  ))`

/** Looks at the database from outside every half second while things go wrong: how old statements get, and whether anything is half written. */
import * as Effect from "effect/Effect"
import { ofWorkers, type Server } from "./Server.ts"

export interface Seen {
  /** Answers that there were. */
  readonly looks: number
  /**
   * Age of the oldest statement of a worker that the server was ever seen to work at, milliseconds. One whose client says
   * nothing half-way, as those in a hole do, is not at work.
   */
  readonly oldestMs: number
  /** The most rows that were ever seen without what they belong to. */
  readonly halfWritten: number
  /** Slots that have their final state, for eyes. */
  readonly finalSlots: number
}

const everyMs = 500

/** Rows that are only ever written together with others, and whose others are not there. */
export const halfWritten = `
  (select count(*) from prediction_runs run where not exists (
    select from slots where slots.schedule = run.schedule and slots.origin = run.origin and slots.slot_at = run.slot_at
      and slots.state in ('done', 'late', 'failed')
  )) + (select count(*) from slots where state in ('done', 'late') and not exists (
    select from prediction_runs run
    where run.schedule = slots.schedule and run.origin = slots.origin and run.slot_at = slots.slot_at
  )) + (select count(*) from prediction_runs run where signals_generated <> (
    select count(*) from generated_signals where run_id = run.id
  )) + (select count(*) from outbox, unnest(signal_ids) as told(id) where not exists (
    select from generated_signals where generated_signals.id = told.id
  ))`

const question = `
  select (${halfWritten})::int as half,
    (select count(*)::int from slots where state <> 'running') as final,
    (select coalesce(max(extract(epoch from clock_timestamp() - query_start)) * 1000, 0)::float8 from pg_stat_activity
      where datname = 'main' and state = 'active' and wait_event_type is distinct from 'Client'
        and ${ofWorkers}) as oldest`

/** Looks until the scope ends; `seen` is what it has seen so far. */
export const makeWatcher = Effect.fn("makeWatcher")(function*(server: Server) {
  let seen: Seen = { looks: 0, oldestMs: 0, halfWritten: 0, finalSlots: 0 }
  const look = Effect.gen(function*() {
    const row = (yield* server.ask("watch", question))?.[0]
    if (row === undefined) return
    seen = {
      looks: seen.looks + 1,
      oldestMs: Math.max(seen.oldestMs, Number(row["oldest"])),
      halfWritten: Math.max(seen.halfWritten, Number(row["half"])),
      finalSlots: Number(row["final"])
    }
  })
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(look, Effect.sleep(everyMs))))
  return { seen: () => seen }
})

/**
 * Looks that people ask the worker for, besides those at bar closes.
 *
 * One worker takes a request, and holds it under a lease, so that another one looks when it dies. What no worker took for
 * a day is answered with that: whoever asked does not expect a look any more.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DbClock } from "./DbClock.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** Instants in epoch milliseconds. `schedule` is null for all of them; `result` says in words what came of it. */
export const RunRequest = Schema.Struct({
  id: Schema.String,
  schedule: Schema.NullOr(Schema.String),
  requestedAt: Schema.Int,
  requestedBy: Schema.String,
  state: Schema.Literals(["waiting", "done"]),
  doneAt: Schema.NullOr(Schema.Int),
  result: Schema.NullOr(Schema.String)
})
export type RunRequest = typeof RunRequest.Type

export class RunRequestStore extends Context.Service<RunRequestStore, {
  readonly ask: (schedule: string | null, by: string) => Effect.Effect<RunRequest, SqlFailure>
  /** Null when there is no such request. */
  readonly get: (id: string) => Effect.Effect<RunRequest | null, SqlFailure>
  /** Takes what waits for one of `schedules` or for all, oldest first, and ends what has waited for more than a day. */
  readonly take: (
    schedules: ReadonlyArray<string>,
    owner: string
  ) => Effect.Effect<ReadonlyArray<RunRequest>, SqlFailure>
  /** Gives back what `owner` took and has not done. */
  readonly release: (owner: string) => Effect.Effect<void, SqlFailure>
  /** Says what came of a request, unless another worker has taken it since. */
  readonly done: (id: string, owner: string, result: string) => Effect.Effect<void, SqlFailure>
}>()("@dgas/db/RunRequestStore") {
  static readonly layer = Layer.effect(
    RunRequestStore,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const clock = yield* DbClock

      const ask = Effect.fn("RunRequestStore.ask")(function*(schedule: string | null, by: string) {
        const at = yield* clock.instant
        const rows = yield* run("ask for a look", (sql) =>
          sql`
            insert into run_requests (id, schedule, requested_at, requested_by)
            values (gen_random_uuid()::text, ${schedule}, coalesce(${at}::timestamptz, clock_timestamp()), ${by})
            returning ${sql.unsafe(columns)}`)
        const [request] = yield* decodeRequests(rows)
        return request!
      })

      const get = Effect.fn("RunRequestStore.get")(function*(id: string) {
        const rows = yield* run("request", (sql) =>
          sql`
            select ${sql.unsafe(columns)} from run_requests where id = ${id}`)
        const [request] = yield* decodeRequests(rows)
        return request ?? null
      })

      const take = Effect.fn("RunRequestStore.take")(function*(schedules: ReadonlyArray<string>, owner: string) {
        const at = yield* clock.instant
        const rows = yield* run("take requests", (sql) =>
          sql`
            with clock as (
              select coalesce(${at}::timestamptz, clock_timestamp()) as now
            ), waiting as (
              select id, requested_at < clock.now - interval '1 day' as old from run_requests, clock
              where done_at is null and (lease_until is null or lease_until <= clock.now)
                and (requested_at < clock.now - interval '1 day' or schedule is null
                  or schedule in (select jsonb_array_elements_text(${JSON.stringify(schedules)}::text::jsonb)))
              order by requested_at limit ${takenAtOnce}
              for update of run_requests skip locked
            ), expired as (
              update run_requests set done_at = clock.now, result = 'no worker looked within a day'
              from clock where id in (select id from waiting where old)
            ), taken as (
              update run_requests
              set owner = ${owner}, lease_until = clock.now + ${leaseMs} * interval '1 millisecond'
              from clock where id in (select id from waiting where not old)
              returning ${sql.unsafe(columns)}
            )
            select * from taken order by "requestedAt", id`)
        return yield* decodeRequests(rows)
      })

      const release = Effect.fn("RunRequestStore.release")(function*(owner: string) {
        yield* run("release requests", (sql) =>
          sql`
            update run_requests set owner = null, lease_until = null where owner = ${owner} and done_at is null`)
      })

      const done = Effect.fn("RunRequestStore.done")(function*(id: string, owner: string, result: string) {
        const at = yield* clock.instant
        yield* run("end request", (sql) =>
          sql`
            update run_requests set done_at = coalesce(${at}::timestamptz, clock_timestamp()), result = ${result}
            where id = ${id} and owner = ${owner} and done_at is null`)
      })

      return RunRequestStore.of({ ask, get, take, release, done })
    })
  )
}

/** A pass that has much to catch up with takes minutes. */
const leaseMs = 600_000
/** One look answers all that wait, and this many in one statement. */
const takenAtOnce = 200

const columns = `id, schedule, requested_at as "requestedAt", requested_by as "requestedBy",
  case when done_at is null then 'waiting' else 'done' end as state, done_at as "doneAt", result`

const decodeRequests = rowsOf(RunRequest)

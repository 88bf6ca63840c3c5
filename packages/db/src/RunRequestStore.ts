/**
 * Looks that people ask the worker for, besides those at bar closes.
 *
 * A request of all schedules has a part for each, since they may be several workers'. One worker takes a part, and holds it
 * under a lease, so that another one looks when it dies. What no worker took for a day is answered with that: whoever asked
 * does not expect a look any more.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DbClock } from "./DbClock.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** Instants in epoch milliseconds. `schedule` is null for all of them; `result` says in words what came of it, as far as that is known. */
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

/** Of a request what a worker takes. */
export const RequestPart = Schema.Struct({ id: Schema.String, schedule: Schema.String })
export type RequestPart = typeof RequestPart.Type

export class RunRequestStore extends Context.Service<RunRequestStore, {
  /** One of `schedules` or, for null, all of them. */
  readonly ask: (
    schedule: string | null,
    schedules: ReadonlyArray<string>,
    by: string
  ) => Effect.Effect<RunRequest, SqlFailure>
  /** Null when there is no such request. */
  readonly get: (id: string) => Effect.Effect<RunRequest | null, SqlFailure>
  /** Takes what waits for one of `schedules`, oldest first, and ends what has waited for more than a day. */
  readonly take: (
    schedules: ReadonlyArray<string>,
    owner: string
  ) => Effect.Effect<ReadonlyArray<RequestPart>, SqlFailure>
  /** Gives back what `owner` took and has not done. */
  readonly release: (owner: string) => Effect.Effect<void, SqlFailure>
  /** Says what came of a part, unless another worker has taken it since. */
  readonly done: (part: RequestPart, owner: string, result: string) => Effect.Effect<void, SqlFailure>
}>()("@dgas/db/RunRequestStore") {
  static readonly layer = Layer.effect(
    RunRequestStore,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const clock = yield* DbClock

      const ask = Effect.fn("RunRequestStore.ask")(function*(
        schedule: string | null,
        schedules: ReadonlyArray<string>,
        by: string
      ) {
        const at = yield* clock.instant
        const names = JSON.stringify(schedule === null ? schedules : [schedule])
        const rows = yield* run("ask for a look", (sql) =>
          sql`
            with request as materialized (
              select gen_random_uuid()::text as id, coalesce(${at}::timestamptz, clock_timestamp()) as now
            ), part as (
              insert into run_requests (id, schedule, of_all, requested_at, requested_by)
              select id, name, ${schedule === null}::boolean, now, ${by}
              from request, jsonb_array_elements_text(${names}::text::jsonb) as name
              returning *
            )
            select ${sql.unsafe(columns)} from part group by id`)
        const [request] = yield* decodeRequests(rows)
        return request!
      })

      const get = Effect.fn("RunRequestStore.get")(function*(id: string) {
        const rows = yield* run("request", (sql) =>
          sql`
            select ${sql.unsafe(columns)} from run_requests where id = ${id} group by id`)
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
              select id, schedule, requested_at < clock.now - interval '1 day' as old from run_requests, clock
              where done_at is null and (lease_until is null or lease_until <= clock.now)
                and (requested_at < clock.now - interval '1 day' or schedule in (select jsonb_array_elements_text(${
            JSON.stringify(schedules)
          }::text::jsonb)))
              order by requested_at, id, schedule limit ${takenAtOnce}
              for update of run_requests skip locked
            ), expired as (
              update run_requests set done_at = clock.now, result = 'no worker looked within a day'
              from clock where (id, schedule) in (select id, schedule from waiting where old)
            ), taken as (
              update run_requests
              set owner = ${owner}, lease_until = clock.now + ${leaseMs} * interval '1 millisecond'
              from clock where (id, schedule) in (select id, schedule from waiting where not old)
              returning id, schedule, requested_at
            )
            select id, schedule from taken order by requested_at, id, schedule`)
        return yield* decodeParts(rows)
      })

      const release = Effect.fn("RunRequestStore.release")(function*(owner: string) {
        yield* run("release requests", (sql) =>
          sql`
            update run_requests set owner = null, lease_until = null where owner = ${owner} and done_at is null`)
      })

      const done = Effect.fn("RunRequestStore.done")(function*(
        { id, schedule }: RequestPart,
        owner: string,
        result: string
      ) {
        const at = yield* clock.instant
        yield* run("end request", (sql) =>
          sql`
            update run_requests set done_at = coalesce(${at}::timestamptz, clock_timestamp()), result = ${result}
            where id = ${id} and schedule = ${schedule} and owner = ${owner} and done_at is null`)
      })

      return RunRequestStore.of({ ask, get, take, release, done })
    })
  )
}

/** A pass that has much to catch up with takes minutes. */
const leaseMs = 600_000
/** One look answers all that wait, and this many in one statement. */
const takenAtOnce = 200

/** Of the parts of a request. */
const columns = `id, case when not bool_or(of_all) then min(schedule) end as schedule,
  min(requested_at) as "requestedAt", min(requested_by) as "requestedBy",
  case when count(*) > count(done_at) then 'waiting' else 'done' end as state,
  case when count(*) = count(done_at) then max(done_at) end as "doneAt",
  case
    when count(*) = 1 then min(result)
    when count(done_at) > 0
      then string_agg(schedule || ': ' || coalesce(result, 'no worker has looked yet'), '. ' order by schedule)
  end as result`

const decodeRequests = rowsOf(RunRequest)
const decodeParts = rowsOf(RequestPart)

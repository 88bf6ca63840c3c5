/**
 * Work that is done once a day or once an hour by one of the workers, whichever comes first.
 *
 * A worker that dies in the middle leaves it to another one when its lease runs out; so a chore must be one that may be
 * begun again.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DbClock } from "./DbClock.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

export interface Chore {
  /** One of an hour ends with that hour in UTC: `NAME/HH`. */
  readonly name: string
  /** Day in UTC, `YYYY-MM-DD`. */
  readonly day: string
  readonly owner: string
}

export class ChoreStore extends Context.Service<ChoreStore, {
  /** Takes the chore of today, or of this hour, for `leaseMs`; null when another worker has it, or it is done. */
  readonly claim: (
    name: string,
    owner: string,
    leaseMs: number,
    every?: "day" | "hour"
  ) => Effect.Effect<Chore | null, SqlFailure>
  /** Keeps what came of it. Repeating it changes nothing. */
  readonly done: (chore: Chore, result: Readonly<Record<string, unknown>>) => Effect.Effect<void, SqlFailure>
  /** What came of the last one of an hour that was done; null when none was. */
  readonly lastHourly: (name: string) => Effect.Effect<Readonly<Record<string, unknown>> | null, SqlFailure>
  /** Takes out those of more than 62 days ago that are not the last of their name that was done. */
  readonly forget: Effect.Effect<void, SqlFailure>
}>()("@dgas/db/ChoreStore") {
  static readonly layer = Layer.effect(
    ChoreStore,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const clock = yield* DbClock

      const claim = Effect.fn("ChoreStore.claim")(function*(
        name: string,
        owner: string,
        leaseMs: number,
        every: "day" | "hour" = "day"
      ) {
        const at = yield* clock.instant
        const [taken] = yield* run("claim chore", (sql) =>
          sql`
            with clock as (select coalesce(${at}::timestamptz, clock_timestamp()) as now)
            insert into chores as held (name, day, owner, lease_until)
            select ${name} || ${
            every === "hour" ? sql`to_char(now at time zone 'UTC', '/HH24')` : sql`''`
          }, (now at time zone 'UTC')::date, ${owner}, now + ${leaseMs}::float8 * interval '1 millisecond'
            from clock
            on conflict (name, day) do update set owner = excluded.owner, lease_until = excluded.lease_until
            where held.done_at is null and held.lease_until <= (select now from clock)
            returning name, day::text as day`).pipe(Effect.flatMap(decodeTaken))
        return taken === undefined ? null : { ...taken, owner }
      })

      const done = Effect.fn("ChoreStore.done")(function*(chore: Chore, result: Readonly<Record<string, unknown>>) {
        yield* run("end chore", (sql) =>
          sql`
            update chores set done_at = clock_timestamp(), result = ${JSON.stringify(result)}::text::jsonb
            where name = ${chore.name} and day = ${chore.day}::date and done_at is null`)
      })

      const lastHourly = Effect.fn("ChoreStore.lastHourly")(function*(name: string) {
        const [last] = yield* run("last chore", (sql) =>
          sql`
            select result from chores
            where name in (select ${name} || to_char(hour, 'FM/00') from generate_series(0, 23) as hour)
              and done_at is not null
            order by done_at desc limit 1`).pipe(Effect.flatMap(decodeResult))
        return last?.result ?? null
      })

      const forget = Effect.gen(function*() {
        const at = yield* clock.instant
        yield* run("forget chores", (sql) =>
          sql`
            delete from chores as old
            where day < (coalesce(${at}::timestamptz, clock_timestamp()) at time zone 'UTC')::date - ${keptDays}::int
              and exists (
                select from chores as newer
                where newer.name = old.name and newer.day > old.day and newer.done_at is not null
              )`)
      }).pipe(Effect.withSpan("ChoreStore.forget"))

      return ChoreStore.of({ claim, done, lastHourly, forget })
    })
  )
}

/** Longer than anybody asks what a worker did. */
const keptDays = 62

const decodeTaken = rowsOf(Schema.Struct({ name: Schema.String, day: Schema.String }))
const decodeResult = rowsOf(Schema.Struct({ result: Schema.Record(Schema.String, Schema.Unknown) }))

/**
 * Work that is done once a day by one of the workers, whichever comes first.
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
  readonly name: string
  /** Day in UTC, `YYYY-MM-DD`. */
  readonly day: string
  readonly owner: string
}

export class ChoreStore extends Context.Service<ChoreStore, {
  /** Takes today's chore for `leaseMs`; null when another worker has it, or it is done. */
  readonly claim: (name: string, owner: string, leaseMs: number) => Effect.Effect<Chore | null, SqlFailure>
  /** Keeps what came of it. Repeating it changes nothing. */
  readonly done: (chore: Chore, result: Readonly<Record<string, unknown>>) => Effect.Effect<void, SqlFailure>
}>()("@dgas/db/ChoreStore") {
  static readonly layer = Layer.effect(
    ChoreStore,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const clock = yield* DbClock

      const claim = Effect.fn("ChoreStore.claim")(function*(name: string, owner: string, leaseMs: number) {
        const at = yield* clock.instant
        const [taken] = yield* run("claim chore", (sql) =>
          sql`
            with clock as (select coalesce(${at}::timestamptz, clock_timestamp()) as now)
            insert into chores as held (name, day, owner, lease_until)
            select ${name}, (now at time zone 'UTC')::date, ${owner}, now + ${leaseMs}::float8 * interval '1 millisecond'
            from clock
            on conflict (name, day) do update set owner = excluded.owner, lease_until = excluded.lease_until
            where held.done_at is null and held.lease_until <= (select now from clock)
            returning day::text as day`).pipe(Effect.flatMap(decodeDay))
        return taken === undefined ? null : { name, day: taken.day, owner }
      })

      const done = Effect.fn("ChoreStore.done")(function*(chore: Chore, result: Readonly<Record<string, unknown>>) {
        yield* run("end chore", (sql) =>
          sql`
            update chores set done_at = clock_timestamp(), result = ${JSON.stringify(result)}::text::jsonb
            where name = ${chore.name} and day = ${chore.day}::date and done_at is null`)
      })

      return ChoreStore.of({ claim, done })
    })
  )
}

const decodeDay = rowsOf(Schema.Struct({ day: Schema.String }))

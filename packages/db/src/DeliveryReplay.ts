/**
 * Lets messages go that did not arrive, as they were, with the same id.
 *
 * What has arrived is never sent again, and what is on its way is left to whoever has it. A destination that was disabled is
 * asked again with it.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DbClock } from "./DbClock.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

export class DeliveryReplay extends Context.Service<DeliveryReplay, {
  /** Of a held, dead, expired or suppressed message. Says whether it goes, else which state keeps it; null for no such message. */
  readonly one: (id: string) => Effect.Effect<{ readonly replayed: boolean; readonly state: string } | null, SqlFailure>
  /** All that a destination did not take: held, dead or expired. Comes back with how many. */
  readonly of: (destination: string) => Effect.Effect<number, SqlFailure>
}>()("@dgas/db/DeliveryReplay") {
  static readonly layer = Layer.effect(
    DeliveryReplay,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const clock = yield* DbClock

      const one = Effect.fn("DeliveryReplay.one")(function*(id: string) {
        const at = yield* clock.instant
        const [found] = yield* run("replay message", (sql) =>
          sql`
            with clock as (select coalesce(${at}::timestamptz, clock_timestamp()) as now),
            replayed as (
              update outbox set ${sql.unsafe(anew)} from clock
              where id = ${id} and (
                state in ('held', 'dead', 'expired', 'suppressed') or state = 'leased' and lease_until <= now
              )
              returning destination
            ), enabled as (
              update destinations set ${sql.unsafe(enabled)} from replayed
              where destinations.name = replayed.destination and destinations.state <> 'well'
            )
            select exists (select from replayed) as replayed, state from outbox where id = ${id}`).pipe(
            Effect.flatMap(decodeOne)
          )
        return found ?? null
      })

      /** In parts, since a statement must end in time. */
      const of = Effect.fn("DeliveryReplay.of")(function*(destination: string) {
        let all = 0
        while (true) {
          const at = yield* clock.instant
          const [counted] = yield* run("replay messages", (sql) =>
            sql`
              with clock as (select coalesce(${at}::timestamptz, clock_timestamp()) as now),
              chosen as (
                select id from outbox, clock
                where destination = ${destination} and channel <> 'console'
                  and (state in ('held', 'dead', 'expired') or state = 'leased' and lease_until <= now)
                order by position limit ${atOnce} for update of outbox skip locked
              ), replayed as (
                update outbox set ${sql.unsafe(anew)} from clock where id in (select id from chosen) returning 1
              ), enabled as (
                update destinations set ${sql.unsafe(enabled)}
                where name = ${destination} and state <> 'well' and exists (select from chosen)
              )
              select count(*)::int as count from replayed`).pipe(Effect.flatMap(decodeCount))
          const count = counted?.count ?? 0
          all += count
          if (count < atOnce) return all
        }
      })

      return DeliveryReplay.of({ one, of })
    })
  )
}

const atOnce = 2000
const anew = `state = 'pending', reason = null, finished_at = null, retries = 0, first_attempt_at = null,
  next_attempt_at = null, due_since = now, restored_at = null, lease_token = null, lease_until = null`
const enabled = `state = 'well', reason = null, outage = coalesce(now() - failing_since, outage), failing_since = null,
  disabled_at = null, next_probe_at = null, blocked_until = null`

const decodeOne = rowsOf(Schema.Struct({ replayed: Schema.Boolean, state: Schema.String }))
const decodeCount = rowsOf(Schema.Struct({ count: Schema.Int }))

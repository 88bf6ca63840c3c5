/** How the destinations do, for people, and how one that was disabled is asked again. */
import { ChannelName } from "@dgas/domain/DestinationConfig"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DbClock } from "./DbClock.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** Instants in epoch ms. Counts of messages: those that wait in any way, and those that ended in the last 24 hours. */
export const DestinationHealth = Schema.Struct({
  name: Schema.String,
  channel: ChannelName,
  state: Schema.Literals(["well", "failing", "disabled"]),
  reason: Schema.NullOr(Schema.String),
  failingSince: Schema.NullOr(Schema.Int),
  disabledAt: Schema.NullOr(Schema.Int),
  blockedUntil: Schema.NullOr(Schema.Int),
  lastSuccessAt: Schema.NullOr(Schema.Int),
  lastFailureAt: Schema.NullOr(Schema.Int),
  /** When a process whose configuration has it was last at work. */
  seenAt: Schema.Int,
  waiting: Schema.Int,
  oldestDueSince: Schema.NullOr(Schema.Int),
  done: Schema.Int,
  dead: Schema.Int,
  newestDeadAt: Schema.NullOr(Schema.Int)
})
export type DestinationHealth = typeof DestinationHealth.Type

export class DestinationStore extends Context.Service<DestinationStore, {
  /** Every destination that a message was ever tried for, by name. */
  readonly list: Effect.Effect<ReadonlyArray<DestinationHealth>, SqlFailure>
  /** Lets messages go to it again, those that it held too. Says whether there is such a one. */
  readonly enable: (name: string) => Effect.Effect<boolean, SqlFailure>
}>()("@dgas/db/DestinationStore") {
  static readonly layer = Layer.effect(
    DestinationStore,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const clock = yield* DbClock

      const list = Effect.gen(function*() {
        const at = yield* clock.instant
        return yield* run("destinations", (sql) =>
          sql`
            select name, channel, destination.state, destination.reason, failing_since as "failingSince",
              disabled_at as "disabledAt", case when blocked_until > now then blocked_until end as "blockedUntil",
              last_success_at as "lastSuccessAt", last_failure_at as "lastFailureAt", seen_at as "seenAt", waiting.*, ended.*
            from destinations as destination, (select coalesce(${at}::timestamptz, clock_timestamp()) as now) as clock,
            lateral (
              select count(*)::int as waiting, min(due_since) filter (
                where outbox.state in ('pending', 'leased') and due_since <= now
              ) as "oldestDueSince"
              from outbox
              where outbox.destination = name and outbox.channel = destination.channel
                and outbox.state in ('pending', 'leased', 'held')
            ) as waiting,
            lateral (
              select (count(*) filter (where outbox.state = 'done'))::int as done,
                (count(*) filter (where outbox.state = 'dead'))::int as dead,
                max(finished_at) filter (where outbox.state = 'dead') as "newestDeadAt"
              from outbox
              where outbox.destination = name and outbox.channel = destination.channel
                and finished_at > now - interval '24 hours'
            ) as ended
            order by name`)
      }).pipe(Effect.flatMap(decodeHealth), Effect.withSpan("DestinationStore.list"))

      const enable = Effect.fn("DestinationStore.enable")(function*(name: string) {
        const rows = yield* run("enable destination", (sql) =>
          sql`
            update destinations set state = 'well', reason = null, outage = coalesce(now() - failing_since, outage),
              failing_since = null, disabled_at = null,
              next_probe_at = null, blocked_until = null
            where name = ${name} returning name`)
        return rows.length > 0
      })

      return DestinationStore.of({ list, enable })
    })
  )
}

const decodeHealth = rowsOf(DestinationHealth)

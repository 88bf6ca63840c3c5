/**
 * Messages that wait to be delivered. They are written by the cycle's own statement, see `RunStore.finish`.
 *
 * A message is delivered at least once: it counts as done only after its channel has taken it.
 */
import type { OutboxMessage } from "@dgas/domain/Announce"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DbClock } from "./DbClock.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

export class OutboxStore extends Context.Service<OutboxStore, {
  /** The oldest messages of a channel that are due, in the order in which they should leave. */
  readonly pending: (channel: string, limit: number) => Effect.Effect<ReadonlyArray<OutboxMessage>, SqlFailure>
  /** Ends messages and marks their signals as notified through their channels. Others of `ids` are passed over. */
  readonly markDone: (ids: ReadonlyArray<string>) => Effect.Effect<void, SqlFailure>
}>()("@dgas/db/OutboxStore") {
  static readonly layer = Layer.effect(
    OutboxStore,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const clock = yield* DbClock

      const pending = Effect.fn("OutboxStore.pending")(function*(channel: string, limit: number) {
        const at = yield* clock.instant
        const rows = yield* run("pending messages", (sql) =>
          sql`
            select id, channel, destination, kind, to_jsonb(signal_ids) as "signalIds", payload from outbox
            where channel = ${channel} and state = 'pending'
              and (next_attempt_at is null or next_attempt_at <= coalesce(${at}::timestamptz, clock_timestamp()))
            order by position limit ${limit}`)
        return yield* decodeMessages(rows)
      })

      const markDone = Effect.fn("OutboxStore.markDone")(function*(ids: ReadonlyArray<string>) {
        const at = yield* clock.instant
        yield* run("finish messages", (sql) =>
          sql`
            with clock as (select coalesce(${at}::timestamptz, clock_timestamp()) as now),
            finished as (
              update outbox set state = 'done', finished_at = now, attempts = attempts + 1,
                lease_token = null, lease_until = null
              from clock
              where id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb))
                and state in ('pending', 'leased')
              returning channel, signal_ids
            ), announced as (
              select signal.id, array_agg(distinct channel) as channels
              from finished, unnest(signal_ids) as signal(id) group by signal.id
            )
            update generated_signals set notification_sent = true,
              notification_timestamp = coalesce(notification_timestamp, now),
              notification_channels =
                (select array_agg(distinct one order by one) from unnest(notification_channels || channels) as one)
            from announced, clock
            where generated_signals.id = announced.id`)
      })

      return OutboxStore.of({ pending, markDone })
    })
  )
}

const decodeMessages = rowsOf(Schema.Struct({
  id: Schema.String,
  channel: Schema.String,
  destination: Schema.String,
  kind: Schema.String,
  signalIds: Schema.Array(Schema.String),
  payload: Schema.Record(Schema.String, Schema.Unknown)
}))

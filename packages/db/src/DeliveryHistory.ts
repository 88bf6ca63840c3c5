/** Messages and what became of them, for people. */
import { MessageState } from "@dgas/domain/MessageState"
import type { Place } from "@dgas/domain/Place"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { instantText } from "./Instant.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** What did not arrive, and will not by itself or not soon. */
export const failedStates: ReadonlyArray<MessageState> = ["held", "dead", "expired"]

/** Instants in epoch ms. `status` and `answer` are those of the last try. */
export const StoredMessage = Schema.Struct({
  id: Schema.String,
  channel: Schema.String,
  destination: Schema.String,
  kind: Schema.String,
  state: MessageState,
  reason: Schema.NullOr(Schema.String),
  attempts: Schema.Int,
  nextAttemptAt: Schema.NullOr(Schema.Int),
  createdAt: Schema.Int,
  finishedAt: Schema.NullOr(Schema.Int),
  restored: Schema.Boolean,
  signalIds: Schema.Array(Schema.String),
  payload: Schema.Record(Schema.String, Schema.Json),
  status: Schema.NullOr(Schema.Int),
  answer: Schema.NullOr(Schema.String)
})
export type StoredMessage = typeof StoredMessage.Type

export const StoredAttempt = Schema.Struct({
  attempt: Schema.Int,
  attemptedAt: Schema.Int,
  status: Schema.NullOr(Schema.Int),
  durationMs: Schema.Finite,
  answer: Schema.NullOr(Schema.String)
})
export type StoredAttempt = typeof StoredAttempt.Type

/** `since` in epoch ms, of when a message was written; empty `states` means any. */
export interface MessageFilter {
  readonly states: ReadonlyArray<MessageState>
  readonly destination?: string
  readonly since?: number
  readonly limit: number
}

/**
 * A page of them, newest first: those after the message `after`, which was written at that millisecond. Where that one is
 * gone meanwhile, others of its millisecond may come again.
 */
export interface MessagePage {
  readonly state?: MessageState
  readonly destination?: string
  readonly since?: number
  readonly after?: Place
  readonly limit: number
}

export class DeliveryHistory extends Context.Service<DeliveryHistory, {
  /** Newest first. */
  readonly recent: (filter: MessageFilter) => Effect.Effect<ReadonlyArray<StoredMessage>, SqlFailure>
  readonly page: (wanted: MessagePage) => Effect.Effect<ReadonlyArray<StoredMessage>, SqlFailure>
  /** Null where there is no such message. Attempts oldest first. */
  readonly one: (id: string) => Effect.Effect<
    { readonly message: StoredMessage; readonly attempts: ReadonlyArray<StoredAttempt> } | null,
    SqlFailure
  >
}>()("@dgas/db/DeliveryHistory") {
  static readonly layer = Layer.effect(
    DeliveryHistory,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const recent = Effect.fn("DeliveryHistory.recent")(
        function*({ destination, limit, since, states }: MessageFilter) {
          const only = destination ?? null
          const from = since === undefined ? null : instantText(since)
          return yield* run("messages", (sql) =>
            sql`
              select ${sql.unsafe(columns)} from outbox ${sql.unsafe(withLastTry)}
              where (${states.length === 0} or state::text in (
                  select jsonb_array_elements_text(${JSON.stringify(states)}::text::jsonb)
                ))
                and (${only}::text is null or destination = ${only})
                and (${from}::timestamptz is null or created_at >= ${from}::timestamptz)
              order by created_at desc, position desc limit ${limit}`).pipe(Effect.flatMap(decodeMessages))
        }
      )

      // Instants of messages are finer than a millisecond, so a page names the message that it begins after.
      const page = Effect.fn("DeliveryHistory.page")(
        function*({ after, destination, limit, since, state }: MessagePage) {
          return yield* run("page of messages", (sql) => {
            const of = ({ id }: Place, column: string) =>
              sql`(select ${sql.unsafe(column)} from outbox where id = ${id})`
            const writtenAt = (place: Place) => sql`coalesce(${of(place, "created_at")}, ${place.at + 1}::timestamptz)`
            return sql`
              select ${sql.unsafe(columns)} from outbox ${sql.unsafe(withLastTry)}
              where true
                ${state === undefined ? sql`` : sql`and state = ${state}::outbox_state`}
                ${destination === undefined ? sql`` : sql`and destination = ${destination}`}
                ${since === undefined ? sql`` : sql`and created_at >= ${since}::timestamptz`}
                ${
              after === undefined
                ? sql``
                : sql`and created_at <= ${writtenAt(after)}
                    and (created_at, position) < (${writtenAt(after)}, coalesce(${of(after, "position")}, 0))`
            }
              order by created_at desc, position desc limit ${limit}`
          }).pipe(Effect.flatMap(decodeMessages))
        }
      )

      const one = Effect.fn("DeliveryHistory.one")(function*(id: string) {
        const [message] = yield* run("message", (sql) =>
          sql`
            select ${sql.unsafe(columns)} from outbox ${sql.unsafe(withLastTry)} where id = ${id}`).pipe(
            Effect.flatMap(decodeMessages)
          )
        if (message === undefined) return null
        const attempts = yield* run("attempts", (sql) =>
          sql`
            select attempt, attempted_at as "attemptedAt", status, duration_ms as "durationMs", answer
            from delivery_attempts where message_id = ${id} order by attempt`).pipe(Effect.flatMap(decodeAttempts))
        return { message, attempts }
      })

      return DeliveryHistory.of({ recent, page, one })
    })
  )
}

/** Select list of a message without what it says, from `outbox` with its last try. */
export const messageBriefColumns = `id, channel, destination, kind, state, reason, attempts,
  next_attempt_at as "nextAttemptAt", created_at as "createdAt", finished_at as "finishedAt",
  to_jsonb(signal_ids) as "signalIds", status, answer`
export const withLastTry = `left join lateral (
  select status, answer from delivery_attempts where message_id = outbox.id order by attempt desc limit 1
) as last on true`
const columns = `${messageBriefColumns}, restored_at is not null as restored, payload`

const decodeMessages = rowsOf(StoredMessage)
const decodeAttempts = rowsOf(StoredAttempt)

/** What the live worker did in a time, in counts: slots by how they ended, level events by what they were, messages by what became of them. */
import { MessageState } from "@dgas/domain/MessageState"
import { SlotReason, SlotState } from "@dgas/domain/Slot"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

const SlotCount = Schema.Struct({
  schedule: Schema.String,
  state: SlotState,
  reason: Schema.NullOr(SlotReason),
  count: Schema.Int
})
export type SlotCount = typeof SlotCount.Type

const EventCount = Schema.Struct({
  schedule: Schema.String,
  symbol: Schema.String,
  timeframe: Schema.String,
  level: Schema.String,
  kind: Schema.String,
  count: Schema.Int
})
export type EventCount = typeof EventCount.Type

const MessageCount = Schema.Struct({
  destination: Schema.String,
  kind: Schema.String,
  state: MessageState,
  count: Schema.Int
})
export type MessageCount = typeof MessageCount.Type

/** The runs of a schedule on one day of a zone, `2026-01-05`, and how long 95 of 100 of them took at most. */
const CycleDay = Schema.Struct({
  schedule: Schema.String,
  day: Schema.String,
  runs: Schema.Int,
  p95Ms: Schema.Finite
})
export type CycleDay = typeof CycleDay.Type

/** Epoch milliseconds; `until` is not included. */
export interface Span {
  readonly since: number
  readonly until: number
}

export class DayStore extends Context.Service<DayStore, {
  /** Of bar closes in that time. */
  readonly slots: (span: Span) => Effect.Effect<ReadonlyArray<SlotCount>, SqlFailure>
  /** Of bar closes in that time. */
  readonly events: (span: Span) => Effect.Effect<ReadonlyArray<EventCount>, SqlFailure>
  /** Written in that time. */
  readonly messages: (span: Span) => Effect.Effect<ReadonlyArray<MessageCount>, SqlFailure>
  /** Days with runs, oldest first; percentiles by definition 7 of Hyndman and Fan. */
  readonly cycles: (span: Span & { readonly zone: string }) => Effect.Effect<ReadonlyArray<CycleDay>, SqlFailure>
}>()("@dgas/db/DayStore") {
  static readonly layer = Layer.effect(
    DayStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const slots = Effect.fn("DayStore.slots")(function*({ since, until }: Span) {
        const rows = yield* run("slots of a time", (sql) =>
          sql`
            select schedule, state, reason, count(*)::int as count from slots
            where origin = 'LIVE' and slot_at >= ${since}::timestamptz and slot_at < ${until}::timestamptz
            group by schedule, state, reason order by schedule, state, reason`)
        return yield* decodeSlots(rows)
      })

      const events = Effect.fn("DayStore.events")(function*({ since, until }: Span) {
        const rows = yield* run("level events of a time", (sql) =>
          sql`
            select schedule, symbol, timeframe::text, level, kind::text, count(*)::int as count from level_events
            where origin = 'LIVE' and event_timestamp >= ${since}::timestamptz and event_timestamp < ${until}::timestamptz
            group by schedule, symbol, timeframe, level, kind order by schedule, symbol, timeframe, level, kind`)
        return yield* decodeEvents(rows)
      })

      const messages = Effect.fn("DayStore.messages")(function*({ since, until }: Span) {
        const rows = yield* run("messages of a time", (sql) =>
          sql`
            select destination, kind, state, count(*)::int as count from outbox
            where created_at >= ${since}::timestamptz and created_at < ${until}::timestamptz
            group by destination, kind, state order by destination, kind, state`)
        return yield* decodeMessages(rows)
      })

      const cycles = Effect.fn("DayStore.cycles")(function*({ since, until, zone }: Span & { readonly zone: string }) {
        const rows = yield* run("cycles by day", (sql) =>
          sql`
            select schedule, to_char(slot_at at time zone ${zone}::text, 'YYYY-MM-DD') as day, count(*)::int as runs,
              percentile_cont(0.95) within group (order by execution_time_ms)::float8 as "p95Ms"
            from prediction_runs
            where origin = 'LIVE' and slot_at >= ${since}::timestamptz and slot_at < ${until}::timestamptz
            group by schedule, day order by schedule, day`)
        return yield* decodeCycles(rows)
      })

      return DayStore.of({ slots, events, messages, cycles })
    })
  )
}

const decodeSlots = rowsOf(SlotCount)
const decodeEvents = rowsOf(EventCount)
const decodeMessages = rowsOf(MessageCount)
const decodeCycles = rowsOf(CycleDay)

/**
 * Slots a page at a time, newest first, and how many of each day came to which end.
 *
 * Of one bar close they go by schedule and origin, which together are the `id` of a place.
 */
import { Origin } from "@dgas/domain/Origin"
import type { Place } from "@dgas/domain/Place"
import { SlotReason, SlotState } from "@dgas/domain/Slot"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { newest } from "./Newest.ts"
import { type Client, rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** Instants in epoch milliseconds. `lateMs` and `runId` are those of its run; null where it has none. */
export const SlotItem = Schema.Struct({
  schedule: Schema.String,
  origin: Origin,
  slotAt: Schema.Int,
  state: SlotState,
  reason: Schema.NullOr(SlotReason),
  owner: Schema.String,
  updatedAt: Schema.Int,
  lateMs: Schema.NullOr(Schema.Finite),
  runId: Schema.NullOr(Schema.String)
})
export type SlotItem = typeof SlotItem.Type

/** The place of a slot among all others. */
export const placeOf = ({ origin, schedule, slotAt }: SlotItem): Place => ({ at: slotAt, id: `${schedule}/${origin}` })

/** What is left out does not filter. `since` and, not included, `until` are bar closes in epoch milliseconds. */
export interface SlotPage {
  readonly schedule?: string
  readonly state?: SlotState
  readonly since?: number
  readonly until?: number
  readonly origin: Origin | "ALL"
  readonly after?: Place
  readonly limit: number
}

/** Live slots of one schedule and one day, `YYYY-MM-DD` in UTC, with why those that were missed or failed did. */
export const SlotDay = Schema.Struct({
  schedule: Schema.String,
  day: Schema.String,
  running: Schema.Int,
  done: Schema.Int,
  late: Schema.Int,
  missed: Schema.Int,
  failed: Schema.Int,
  reasons: Schema.Array(Schema.Struct({ reason: SlotReason, count: Schema.Int }))
})
export type SlotDay = typeof SlotDay.Type

export interface DaysWanted {
  readonly schedule?: string
  readonly since: number
  readonly until: number
}

export class SlotPages extends Context.Service<SlotPages, {
  readonly page: (wanted: SlotPage) => Effect.Effect<ReadonlyArray<SlotItem>, SqlFailure>
  /** Days that have a slot with `since` <= bar close < `until`, oldest first, and of one day by schedule. */
  readonly days: (wanted: DaysWanted) => Effect.Effect<ReadonlyArray<SlotDay>, SqlFailure>
}>()("@dgas/db/SlotPages") {
  static readonly layer = Layer.effect(
    SlotPages,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const page = Effect.fn("SlotPages.page")(function*(wanted: SlotPage) {
        const rows = yield* run("page of slots", (sql) => slotPageStatement(sql, wanted))
        return yield* decodeSlots(rows)
      })

      const days = Effect.fn("SlotPages.days")(function*({ schedule, since, until }: DaysWanted) {
        const rows = yield* run("days of slots", (sql) =>
          sql`
            with counted as (
              select schedule, (slot_at at time zone 'UTC')::date as day, reason, count(*)::int as count,
                count(*) filter (where state = 'running') as running, count(*) filter (where state = 'done') as done,
                count(*) filter (where state = 'late') as late, count(*) filter (where state = 'missed') as missed,
                count(*) filter (where state = 'failed') as failed
              from slots
              where origin = 'LIVE' and slot_at >= ${since}::timestamptz and slot_at < ${until}::timestamptz
                ${schedule === undefined ? sql`` : sql`and schedule = ${schedule}`}
              group by 1, 2, 3
            )
            select schedule, day::text, sum(running)::int as running, sum(done)::int as done, sum(late)::int as late,
              sum(missed)::int as missed, sum(failed)::int as failed,
              coalesce(
                jsonb_agg(jsonb_build_object('reason', reason, 'count', count) order by count desc, reason)
                  filter (where reason is not null),
                '[]'
              ) as reasons
            from counted group by schedule, day order by day, schedule`)
        return yield* decodeDays(rows)
      })

      return SlotPages.of({ page, days })
    })
  )
}

const newestFirst = "slot_at desc, schedule || '/' || origin desc"

export const slotPageStatement = (sql: Client, wanted: SlotPage) => {
  const { after, limit, origin, schedule, since, state, until } = wanted
  const where = sql`
    ${state === undefined ? sql`` : sql`and state = ${state}::slot_state`}
    ${schedule === undefined ? sql`` : sql`and schedule = ${schedule}`}
    ${since === undefined ? sql`` : sql`and slot_at >= ${since}::timestamptz`}
    ${until === undefined ? sql`` : sql`and slot_at < ${until}::timestamptz`}
    ${
    after === undefined
      ? sql``
      : sql`and (slot_at, schedule || '/' || origin) < (${after.at}::timestamptz, ${after.id})`
  }`
  return sql`
    select slot.schedule, slot.origin, slot.slot_at as "slotAt", slot.state, slot.reason, slot.owner,
      slot.updated_at as "updatedAt", run.late_ms as "lateMs", run.id as "runId"
    from (${newest(sql, { table: "slots", origin, where, order: newestFirst, limit })}) as slot
    left join prediction_runs as run
      on run.schedule = slot.schedule and run.origin = slot.origin and run.slot_at = slot.slot_at
    order by slot.slot_at desc, slot.schedule || '/' || slot.origin desc`
}

const decodeSlots = rowsOf(SlotItem)
const decodeDays = rowsOf(SlotDay)

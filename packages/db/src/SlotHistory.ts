/** What became of slots, for people: reads only, see `SlotStore` for who runs them. */
import { Origin } from "@dgas/domain/Origin"
import { SlotReason, SlotState } from "@dgas/domain/Slot"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { type Client, rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** Which slots to tell of. Fields that are left out filter nothing, but origin, which is LIVE. */
export interface SlotFilter {
  readonly schedule?: string
  readonly state?: SlotState
  readonly origin?: Origin | "ALL"
  /** Epoch milliseconds of the bar close, inclusive. */
  readonly since?: number
}

const SlotTally = Schema.Struct({
  schedule: Schema.String,
  origin: Origin,
  state: SlotState,
  reason: Schema.NullOr(SlotReason),
  count: Schema.Int,
  /** Bar close of the newest of them. */
  latest: Schema.Int
})
export type SlotTally = typeof SlotTally.Type

/** A slot as it is stored; instants in epoch milliseconds. */
export const SlotRecord = Schema.Struct({
  schedule: Schema.String,
  origin: Origin,
  slotAt: Schema.Int,
  state: SlotState,
  reason: Schema.NullOr(SlotReason),
  /** Who claimed it last. */
  owner: Schema.String,
  fence: Schema.Int,
  leaseUntil: Schema.Int,
  updatedAt: Schema.Int,
  /** How long after its bar could be had it was run, when that was too late to act on; null in time. */
  lateMs: Schema.NullOr(Schema.Finite)
})
export type SlotRecord = typeof SlotRecord.Type

export class SlotHistory extends Context.Service<SlotHistory, {
  /** How many slots there are of each schedule, origin, state and reason. */
  readonly tally: (filter: SlotFilter) => Effect.Effect<ReadonlyArray<SlotTally>, SqlFailure>
  /** The `limit` newest, newest first. */
  readonly recent: (
    filter: SlotFilter & { readonly limit: number }
  ) => Effect.Effect<ReadonlyArray<SlotRecord>, SqlFailure>
  /** Live slots that a worker holds, or held when it died. */
  readonly held: Effect.Effect<ReadonlyArray<SlotRecord>, SqlFailure>
}>()("@dgas/db/SlotHistory") {
  static readonly layer = Layer.effect(
    SlotHistory,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const tally = Effect.fn("SlotHistory.tally")(function*(filter: SlotFilter) {
        const rows = yield* run("count slots", (sql) =>
          sql`
            select schedule, origin, state, reason, count(*)::int as count, max(slot_at) as latest
            from slots where ${matching(sql, filter)}
            group by schedule, origin, state, reason order by schedule, origin, state, reason`)
        return yield* decodeTally(rows)
      })

      const recent = Effect.fn("SlotHistory.recent")(function*(filter: SlotFilter & { readonly limit: number }) {
        const rows = yield* run("recent slots", (sql) =>
          sql`
            with newest as (
              select * from slots where ${matching(sql, filter)} order by slot_at desc, schedule limit ${filter.limit}
            )
            ${records(sql)} from newest as slots ${late(sql)} order by slots.slot_at desc, slots.schedule`)
        return yield* decodeRecords(rows)
      })

      const held = run("held slots", (sql) =>
        sql`
          ${records(sql)} from slots ${late(sql)}
          where slots.origin = 'LIVE' and slots.state = 'running' order by slots.slot_at, slots.schedule`).pipe(
          Effect.flatMap(decodeRecords),
          Effect.withSpan("SlotHistory.held")
        )

      return SlotHistory.of({ tally, recent, held })
    })
  )
}

const records = (sql: Client) =>
  sql`
    select slots.schedule, slots.origin, slots.slot_at as "slotAt", slots.state, slots.reason, slots.owner, slots.fence,
      slots.lease_until as "leaseUntil", slots.updated_at as "updatedAt", run.late_ms as "lateMs"`

const late = (sql: Client) =>
  sql`
    left join prediction_runs as run
      on run.schedule = slots.schedule and run.origin = slots.origin and run.slot_at = slots.slot_at`

const matching = (sql: Client, { origin = "LIVE", schedule, since, state }: SlotFilter) =>
  sql`true
    ${origin === "ALL" ? sql`` : sql`and origin = ${origin}::origin`}
    ${state === undefined ? sql`` : sql`and state = ${state}::slot_state`}
    ${schedule === undefined ? sql`` : sql`and schedule = ${schedule}`}
    ${since === undefined ? sql`` : sql`and slot_at >= ${since}::timestamptz`}`

const decodeTally = rowsOf(SlotTally)
const decodeRecords = rowsOf(SlotRecord)

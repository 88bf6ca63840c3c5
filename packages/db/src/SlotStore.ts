/**
 * Which worker runs which bar close.
 *
 * One worker holds a slot at a time. A worker that dies gives it back when its lease runs out, and whoever takes it
 * then has a higher fence, under which alone the slot can be brought to its final state. A final state stays.
 */
import { Origin } from "@dgas/domain/Origin"
import { type SlotClaim, SlotReason, SlotState } from "@dgas/domain/Slot"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DbClock } from "./DbClock.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** The lease ran out and another worker has claimed the slot since, or it has its final state. */
export class LeaseLost extends Schema.TaggedError<LeaseLost>()("LeaseLost", {
  schedule: Schema.String,
  slotAt: Schema.Int,
  fence: Schema.Int
}) {
  override get message() {
    return `slot ${new Date(this.slotAt).toISOString()} of ${this.schedule} is no longer held under fence ${this.fence}`
  }
}

/** What identifies a slot. `slotAt` in epoch milliseconds. */
export type SlotKey = Pick<SlotClaim, "schedule" | "slotAt" | "origin">

/** Slots of any state at both sides of an instant, epoch milliseconds; null where there is none. */
const SlotsAround = Schema.Struct({
  /** The newest before it. */
  before: Schema.NullOr(Schema.Int),
  /** The oldest from it on. */
  after: Schema.NullOr(Schema.Int),
  /** Those before it that a worker died in and nobody has taken over. */
  abandoned: Schema.Array(Schema.Int)
})
export type SlotsAround = typeof SlotsAround.Type

const SlotCount = Schema.Struct({
  schedule: Schema.String,
  origin: Origin,
  state: SlotState,
  reason: Schema.NullOr(SlotReason),
  count: Schema.Int
})
export type SlotCount = typeof SlotCount.Type

export class SlotStore extends Context.Service<SlotStore, {
  /**
   * Holds the slot for `leaseMs`; null when another worker holds it, or an older slot of the schedule, whose signals
   * this one must know, or when it has its final state.
   */
  readonly claim: (slot: SlotKey, owner: string, leaseMs: number) => Effect.Effect<SlotClaim | null, SqlFailure>
  /**
   * Holds a slot that has its final state, and is the newest of its schedule, for symbols whose bars came late: until then
   * no newer slot can be claimed. Null when another worker holds it so, or it is not the newest any more.
   */
  readonly revisit: (slot: SlotKey, owner: string, leaseMs: number) => Effect.Effect<SlotClaim | null, SqlFailure>
  /** Ends a revisit; of one that ran out it changes nothing. */
  readonly leave: (claim: SlotClaim) => Effect.Effect<void, SqlFailure>
  /** Holds it for `leaseMs` from now on; false when it is no longer ours. */
  readonly renew: (claim: SlotClaim, leaseMs: number) => Effect.Effect<boolean, SqlFailure>
  /** Ends the slot without a run. */
  readonly fail: (claim: SlotClaim, reason: SlotReason) => Effect.Effect<void, SqlFailure | LeaseLost>
  /** The slots with `from` <= slot <= `to`, epoch ms, that have their final state. */
  readonly final: (
    schedule: string,
    origin: Origin,
    from: number,
    to: number
  ) => Effect.Effect<ReadonlySet<number>, SqlFailure>
  /** What is known around the instant `from`, epoch ms. */
  readonly around: (schedule: string, origin: Origin, from: number) => Effect.Effect<SlotsAround, SqlFailure>
  /** Gives slots that nobody holds and that have no final state the state `missed`; comes back with how many did. */
  readonly miss: (
    schedule: string,
    origin: Origin,
    slots: ReadonlyArray<number>,
    reason: SlotReason
  ) => Effect.Effect<number, SqlFailure>
  /** Gives every slot that `owner` holds back at once, for a worker that ends before its work does. */
  readonly release: (owner: string) => Effect.Effect<void, SqlFailure>
  /** How many slots there are of each schedule, origin, state and reason. */
  readonly counts: Effect.Effect<ReadonlyArray<SlotCount>, SqlFailure>
}>()("@dgas/db/SlotStore") {
  static readonly layer = Layer.effect(
    SlotStore,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const clock = yield* DbClock

      const claim = Effect.fn("SlotStore.claim")(function*(slot: SlotKey, owner: string, leaseMs: number) {
        const { origin, schedule, slotAt } = slot
        const at = yield* clock.instant
        const [taken] = yield* run("claim slot", (sql) =>
          sql`
            with clock as (select coalesce(${at}::timestamptz, clock_timestamp()) as now), previous as (
              -- Waits for a revisit that begins or ends just now, and looks at what it leaves.
              select late_until from slots
              where schedule = ${schedule} and origin = ${origin}::origin and slot_at < ${slotAt}::timestamptz
              order by slot_at desc limit 1 for share
            )
            insert into slots as held (schedule, origin, slot_at, state, owner, fence, lease_until, updated_at)
            select ${schedule}, ${origin}::origin, ${slotAt}::timestamptz, 'running', ${owner}, 1,
              now + ${leaseMs}::float8 * interval '1 millisecond', now
            from clock
            where not exists (
              select from slots as older
              where older.schedule = ${schedule} and older.origin = ${origin}::origin
                and older.slot_at < ${slotAt}::timestamptz and older.state = 'running' and older.lease_until > now
            ) and not exists (select from previous where late_until > now)
            on conflict (schedule, origin, slot_at) do update set
              owner = excluded.owner, fence = held.fence + 1,
              lease_until = excluded.lease_until, updated_at = excluded.updated_at
            where held.state = 'running' and held.lease_until <= excluded.updated_at
            returning fence`).pipe(Effect.flatMap(decodeFence))
        return taken === undefined ? null : { schedule, origin, slotAt, owner, fence: taken.fence }
      })

      const revisit = Effect.fn("SlotStore.revisit")(function*(slot: SlotKey, owner: string, leaseMs: number) {
        const { origin, schedule, slotAt } = slot
        const at = yield* clock.instant
        const [taken] = yield* run("revisit slot", (sql) =>
          sql`
            update slots as held set owner = ${owner}, fence = fence + 1, updated_at = now,
              late_until = now + ${leaseMs}::float8 * interval '1 millisecond'
            from (select coalesce(${at}::timestamptz, clock_timestamp()) as now) as clock
            where schedule = ${schedule} and origin = ${origin}::origin and slot_at = ${slotAt}::timestamptz
              and state <> 'running' and (late_until is null or late_until <= now)
              and not exists (
                select from slots as newer
                where newer.schedule = held.schedule and newer.origin = held.origin and newer.slot_at > held.slot_at
              )
            returning fence`).pipe(Effect.flatMap(decodeFence))
        return taken === undefined ? null : { schedule, origin, slotAt, owner, fence: taken.fence }
      })

      const leave = Effect.fn("SlotStore.leave")(function*({ fence, origin, owner, schedule, slotAt }: SlotClaim) {
        yield* run("leave slot", (sql) =>
          sql`
            update slots set late_until = null
            where schedule = ${schedule} and origin = ${origin}::origin and slot_at = ${slotAt}::timestamptz
              and owner = ${owner} and fence = ${fence} and state <> 'running'`)
      })

      const renew = Effect.fn("SlotStore.renew")(function*(claim: SlotClaim, leaseMs: number) {
        const at = yield* clock.instant
        const rows = yield* run("renew slot", (sql) =>
          sql`
            update slots set updated_at = now,
              lease_until = now + ${leaseMs}::float8 * interval '1 millisecond'
            from (select coalesce(${at}::timestamptz, clock_timestamp()) as now) as clock
            where schedule = ${claim.schedule} and origin = ${claim.origin}::origin
              and slot_at = ${claim.slotAt}::timestamptz
              and owner = ${claim.owner} and fence = ${claim.fence} and state = 'running'
            returning fence`)
        return rows.length > 0
      })

      const fail = Effect.fn("SlotStore.fail")(function*(claim: SlotClaim, reason: SlotReason) {
        // Repeating it changes nothing, so it may be tried again when the answer was lost.
        const rows = yield* run("fail slot", (sql) =>
          sql`
            update slots set state = 'failed', reason = ${reason}::slot_reason, updated_at = clock_timestamp()
            where schedule = ${claim.schedule} and origin = ${claim.origin}::origin
              and slot_at = ${claim.slotAt}::timestamptz
              and owner = ${claim.owner} and fence = ${claim.fence}
              and (state = 'running' or (state = 'failed' and reason = ${reason}::slot_reason))
            returning fence`)
        const { fence, schedule, slotAt } = claim
        if (rows.length === 0) return yield* new LeaseLost({ schedule, slotAt, fence })
      })

      const final = Effect.fn("SlotStore.final")(function*(
        schedule: string,
        origin: Origin,
        from: number,
        to: number
      ) {
        const rows = yield* run("final slots", (sql) =>
          sql`
            select slot_at as "slotAt" from slots
            where schedule = ${schedule} and origin = ${origin}::origin
              and slot_at between ${from}::timestamptz and ${to}::timestamptz and state <> 'running'`)
        return new Set((yield* decodeSlots(rows)).map(({ slotAt }) => slotAt))
      })

      const around = Effect.fn("SlotStore.around")(function*(schedule: string, origin: Origin, from: number) {
        const at = yield* clock.instant
        const [found] = yield* run("slots around", (sql) =>
          sql`
            with own as (
              select * from slots where schedule = ${schedule} and origin = ${origin}::origin
            )
            select (select max(slot_at) from own where slot_at < ${from}::timestamptz) as before,
              (select min(slot_at) from own where slot_at >= ${from}::timestamptz) as after,
              (select coalesce(jsonb_agg((extract(epoch from slot_at) * 1000)::float8 order by slot_at), '[]')
                from own where state = 'running' and slot_at < ${from}::timestamptz
                and lease_until <= coalesce(${at}::timestamptz, clock_timestamp())) as abandoned`).pipe(
            Effect.flatMap(decodeAround)
          )
        return found ?? { before: null, after: null, abandoned: [] }
      })

      const miss = Effect.fn("SlotStore.miss")(function*(
        schedule: string,
        origin: Origin,
        slots: ReadonlyArray<number>,
        reason: SlotReason
      ) {
        const at = yield* clock.instant
        const rows = yield* run("miss slots", (sql) =>
          sql`
            insert into slots as held (schedule, origin, slot_at, state, reason, owner, fence, lease_until, updated_at)
            select ${schedule}, ${origin}::origin, to_timestamp(at / 1000), 'missed', ${reason}::slot_reason, 'nobody', 1,
              now, now
            from jsonb_array_elements_text(${JSON.stringify(slots)}::text::jsonb) as given(text),
              lateral (select text::float8 as at) as instant,
              (select coalesce(${at}::timestamptz, clock_timestamp()) as now) as clock
            on conflict (schedule, origin, slot_at) do update set
              state = 'missed', reason = excluded.reason, fence = held.fence + 1, updated_at = excluded.updated_at
            where held.state = 'running' and held.lease_until <= excluded.updated_at
            returning fence`)
        return rows.length
      })

      const release = Effect.fn("SlotStore.release")(function*(owner: string) {
        const at = yield* clock.instant
        yield* run("release slots", (sql) =>
          sql`
            update slots set lease_until = now, updated_at = now
            from (select coalesce(${at}::timestamptz, clock_timestamp()) as now) as clock
            where owner = ${owner} and state = 'running' and lease_until > now`)
      })

      const counts = run("count slots", (sql) =>
        sql`
          select schedule, origin, state, reason, count(*)::int as count from slots
          group by schedule, origin, state, reason order by schedule, origin, state, reason`).pipe(
          Effect.flatMap(decodeCounts),
          Effect.withSpan("SlotStore.counts")
        )

      return SlotStore.of({ claim, revisit, leave, renew, fail, final, around, miss, release, counts })
    })
  )
}

const decodeFence = rowsOf(Schema.Struct({ fence: Schema.Int }))
const decodeSlots = rowsOf(Schema.Struct({ slotAt: Schema.Int }))
const decodeAround = rowsOf(SlotsAround)
const decodeCounts = rowsOf(SlotCount)

/**
 * What nobody is to be told of for a while.
 *
 * A mute is never changed but by being lifted, so what was suppressed can be explained by it later. One that ended or was
 * lifted stays.
 */
import { Mute } from "@dgas/domain/Mute"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { DbClock } from "./DbClock.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** `id` is drawn and `startsAt` is now unless told. Instants in epoch milliseconds, `endsAt` not included. */
export interface NewMute extends Pick<Mute, "schedule" | "symbol" | "destination" | "endsAt" | "author" | "reason"> {
  readonly id?: string
  readonly startsAt?: number
}

export class MuteStore extends Context.Service<MuteStore, {
  /** The mutes that hold at an instant, epoch ms, or now by `DbClock`; oldest first. */
  readonly active: (at: number | null) => Effect.Effect<ReadonlyArray<Mute>, SqlFailure>
  /** Null when there is one of the given id. Refused when it ends before it begins. */
  readonly add: (mute: NewMute) => Effect.Effect<Mute | null, SqlFailure>
  /** Ends a mute now. Null when there is none of that id which holds or is to come. */
  readonly lift: (id: string) => Effect.Effect<Mute | null, SqlFailure>
  /** Those that hold or are to come, and with `all` those that are over; newest first. */
  readonly list: (which: { readonly all: boolean }) => Effect.Effect<ReadonlyArray<Mute>, SqlFailure>
}>()("@dgas/db/MuteStore") {
  static readonly layer = Layer.effect(
    MuteStore,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const clock = yield* DbClock

      const active = Effect.fn("MuteStore.active")(function*(at: number | null) {
        const instant = at ?? (yield* clock.instant)
        const rows = yield* run("active mutes", (sql) =>
          sql`
            select ${sql.unsafe(columns)}
            from mutes, (select coalesce(${instant}::timestamptz, clock_timestamp()) as now) as clock
            where ends_at > now and starts_at <= now and lifted_at is null
            order by created_at, id`)
        return yield* decodeMutes(rows)
      })

      const insert = Effect.fnUntraced(function*(id: string, mute: NewMute) {
        const at = yield* clock.instant
        const rows = yield* run("add mute", (sql) =>
          sql`
            insert into mutes (id, schedule, symbol, destination, starts_at, ends_at, author, reason, created_at)
            select ${id}, ${mute.schedule}, ${mute.symbol}, ${mute.destination},
              coalesce(${mute.startsAt ?? null}::timestamptz, now), ${mute.endsAt}::timestamptz, ${mute.author},
              ${mute.reason}, now
            from (select coalesce(${at}::timestamptz, clock_timestamp()) as now) as clock
            on conflict (id) do nothing
            returning ${sql.unsafe(columns)}`)
        return (yield* decodeMutes(rows))[0] ?? null
      })

      const add = Effect.fn("MuteStore.add")(function*(mute: NewMute) {
        if (mute.id !== undefined) return yield* insert(mute.id, mute)
        while (true) {
          const added = yield* insert(yield* drawId, mute)
          if (added !== null) return added
        }
      })

      const lift = Effect.fn("MuteStore.lift")(function*(id: string) {
        const at = yield* clock.instant
        const rows = yield* run("lift mute", (sql) =>
          sql`
            update mutes set lifted_at = now
            from (select coalesce(${at}::timestamptz, clock_timestamp()) as now) as clock
            where id = ${id} and lifted_at is null and ends_at > now
            returning ${sql.unsafe(columns)}`)
        return (yield* decodeMutes(rows))[0] ?? null
      })

      const list = Effect.fn("MuteStore.list")(function*({ all }: { readonly all: boolean }) {
        const at = yield* clock.instant
        const rows = yield* run("mutes", (sql) =>
          sql`
            select ${sql.unsafe(columns)}
            from mutes, (select coalesce(${at}::timestamptz, clock_timestamp()) as now) as clock
            where ${all} or (ends_at > now and lifted_at is null)
            order by created_at desc, id`)
        return yield* decodeMutes(rows)
      })

      return MuteStore.of({ active, add, lift, list })
    })
  )
}

const columns = `id, schedule, symbol, destination, starts_at as "startsAt", ends_at as "endsAt", author, reason,
  created_at as "createdAt", lifted_at as "liftedAt"`

/** Without letters and digits that look alike, and without vowels, so that it spells nothing. */
const letters = "bcdfghjkmnpqrstvwxz23456789"

const drawId = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, letters.length - 1), 5),
  (drawn) => drawn.map((index) => letters[index]).join("")
)

const decodeMutes = rowsOf(Mute)

/**
 * What is new, in one order, so that whoever looks on misses nothing and sees nothing twice.
 *
 * Rows are read in the order of their transactions, and only those of transactions below the oldest one that is still at
 * work in this database: a row that becomes visible later never lies before one that was read. A place can be gone on from
 * while its row is there; it goes after some days, and when the database crashes.
 */
import { FeedKind } from "@dgas/domain/FeedKind"
import { Origin } from "@dgas/domain/Origin"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** `place` is opaque; `id` is that of the thing in its own table, `at` epoch ms. */
export const FeedRow = Schema.Struct({
  place: Schema.String,
  kind: FeedKind,
  id: Schema.String,
  origin: Origin,
  schedule: Schema.NullOr(Schema.String),
  at: Schema.Int
})
export type FeedRow = typeof FeedRow.Type

/** Before all rows. */
export const beginning = "0-0"

export class FeedStore extends Context.Service<FeedStore, {
  /** The place of the newest row; `beginning` of none. */
  readonly head: Effect.Effect<string, SqlFailure>
  /** At most `limit` rows after a place, oldest first. */
  readonly after: (place: string, limit: number) => Effect.Effect<ReadonlyArray<FeedRow>, SqlFailure>
  /** Whether `after` this place tells all that came since: false of what is no place. */
  readonly knows: (place: string) => Effect.Effect<boolean, SqlFailure>
  /** Takes out what is older than three days: who was away for longer reads anew what it shows. */
  readonly forget: Effect.Effect<void, SqlFailure>
}>()("@dgas/db/FeedStore") {
  static readonly layer = Layer.effect(
    FeedStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      /**
       * All transactions below this one have ended, as a statement that begins after it sees. What other databases of the
       * server are at is no matter, unless it is not shown who is at work in this one.
       */
      const ended = run("transactions at work", (sql) =>
        sql`
          select (case when bool_or(hidden) then pg_snapshot_xmin(pg_current_snapshot())
            else least(pg_snapshot_xmax(pg_current_snapshot()), min(xid)) end)::text as xid
          from (
            select query = '<insufficient privilege>' as hidden,
              -- A counter of 32 bits: one at work is less than half of its round away from the newest, on either side.
              (newest + 2147483648 - mod(newest - backend_xid::text::int8 + 6442450944, 4294967296))::text::xid8 as xid
            from pg_stat_activity, (select pg_snapshot_xmax(pg_current_snapshot())::text::int8 as newest) as now
            where datname = current_database() and pid <> pg_backend_pid()
          ) as others`).pipe(
          Effect.flatMap(decodeXids),
          Effect.map(([found]) => found?.xid ?? "0")
        )

      const head = Effect.gen(function*() {
        const below = yield* ended
        const [newest] = yield* run("head of the feed", (sql) =>
          sql`
            select ${sql.unsafe(place)} as place from feed where xid < ${below}::text::xid8
            order by xid desc, position desc limit 1`).pipe(Effect.flatMap(decodePlaces))
        return newest?.place ?? beginning
      }).pipe(Effect.withSpan("FeedStore.head"))

      const after = Effect.fn("FeedStore.after")(function*(from: string, limit: number) {
        const { position, xid } = partsOf(from) ?? { xid: "0", position: "0" }
        const below = yield* ended
        return yield* run("feed", (sql) =>
          sql`
            select ${sql.unsafe(place)} as place, kind, id, origin, schedule, happened_at as at from feed
            where (xid, position) > (${xid}::text::xid8, ${position}::text::int8) and xid < ${below}::text::xid8
            order by xid, position limit ${limit}`).pipe(Effect.flatMap(decodeRows))
      })

      const knows = Effect.fn("FeedStore.knows")(function*(from: string) {
        const parts = partsOf(from)
        if (parts === null) return false
        const rows = yield* run(
          "place in the feed",
          (sql) =>
            sql`select from feed where xid = ${parts.xid}::text::xid8 and position = ${parts.position}::text::int8`
        )
        return rows.length > 0
      })

      const forget = run(
        "forget the feed",
        (sql) => sql`delete from feed where happened_at < now() - interval '3 days'`
      ).pipe(
        Effect.asVoid,
        Effect.withSpan("FeedStore.forget")
      )

      return FeedStore.of({ head, after, knows, forget })
    })
  )
}

const place = "xid::text || '-' || position::text"

const partsOf = (text: string) => {
  const [, xid, position] = /^(\d{1,18})-(\d{1,18})$/.exec(text) ?? []
  return xid === undefined || position === undefined ? null : { xid, position }
}

const decodeXids = rowsOf(Schema.Struct({ xid: Schema.String }))
const decodePlaces = rowsOf(Schema.Struct({ place: Schema.String }))
const decodeRows = rowsOf(FeedRow)

/**
 * Which hours of live bar closes have other numbers than at some earlier time.
 *
 * Numbers of an hour are made of its slots, of their runs, which are stored with the slot's final state, and of the messages
 * of these runs. So they change only when a slot or a message is done with, however late that is. A message that waits is as
 * old there as when its hour was written last.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { liveNames } from "./LiveNames.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

export class RollupStore extends Context.Service<RollupStore, {
  /**
   * Starts of the hours before `until` that have changed since `since`, oldest first; all that have slots when it is null.
   * A statement whose end was not seen at `since` is looked at again.
   */
  readonly changedHours: (since: number | null, until: number) => Effect.Effect<ReadonlyArray<number>, SqlFailure>
}>()("@dgas/db/RollupStore") {
  static readonly layer = Layer.effect(
    RollupStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const firstSlot = run("first slot", (sql) =>
        sql`
          with recursive due (name) as (${liveNames(sql, "slots", "due")})
          select min(slot_at) as hour from due, lateral (
            select slot_at from slots where origin = 'LIVE' and schedule = name order by slot_at limit 1
          ) as first having count(*) > 0`).pipe(Effect.flatMap(decodeHours))

      const ofSlots = (since: number | null, from: number, until: number) =>
        run("hours of slots", (sql) =>
          sql`
            with recursive due (name) as (${liveNames(sql, "slots", "due")})
            select distinct date_bin('1 hour', slot_at, 'epoch') as hour from due, lateral (
              select slot_at from slots
              where origin = 'LIVE' and schedule = name and state <> 'running'
                and slot_at >= ${from}::timestamptz and slot_at < ${until}::timestamptz
                and (${since}::timestamptz is null or updated_at >= ${since}::timestamptz)
            ) as slot`).pipe(Effect.flatMap(decodeHours))

      const ofMessages = (since: number, until: number) =>
        run("hours of messages", (sql) =>
          sql`
            select distinct date_bin('1 hour', slot_at, 'epoch') as hour
            from outbox as message join prediction_runs as run on run.id = message.run_id
            where message.state in ('done', 'dead', 'expired') and message.finished_at >= ${since}::timestamptz
              and run.origin = 'LIVE' and run.slot_at < ${until}::timestamptz`).pipe(Effect.flatMap(decodeHours))

      const changedHours = Effect.fn("RollupStore.changedHours")(function*(since: number | null, until: number) {
        const seen = since === null ? null : since - unseenMs
        const found = seen === null ? [] : [...yield* ofMessages(seen, until)]
        const first = seen === null ? (yield* firstSlot)[0]?.hour ?? until : seen - latestMs
        for (let from = first; from < until; from += atOnceMs) {
          found.push(...yield* ofSlots(seen, from, Math.min(until, from + atOnceMs)))
        }
        return [...new Set(found.map(({ hour }) => hour))].toSorted((a, b) => a - b)
      })

      return RollupStore.of({ changedHours })
    })
  )
}

const day = 86_400_000
/** A statement reads its clock before others see what it wrote: longer than any takes. */
const unseenMs = 600_000
/** A slot is run up to 31 days late. */
const latestMs = 32 * day
/** Bar closes that one statement looks at. */
const atOnceMs = 32 * day

const decodeHours = rowsOf(Schema.Struct({ hour: Schema.Int }))

/**
 * What is wrong now and was told: once, and again each day while it goes on.
 *
 * Workers look at the same time. Who tells writes its messages and that they were told in one statement, so others do not.
 */
import type { OutboxMessage } from "@dgas/domain/Announce"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DbClock } from "./DbClock.ts"
import { insertedMessage, insertedMessageColumns, messageRecord, messageRecordTypes } from "./RunColumns.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"
import { storableJson } from "./StorableJson.ts"

/** Instants in epoch ms. */
export const ToldAlarm = Schema.Struct({
  name: Schema.String,
  since: Schema.Int,
  toldAt: Schema.Int,
  tellings: Schema.Int
})
export type ToldAlarm = typeof ToldAlarm.Type

export class AlarmStore extends Context.Service<AlarmStore, {
  /**
   * `names` is what is wrong now. Comes back with what was told of it, and forgets what was not wrong for a quarter of an
   * hour: what comes and goes is told once. Nobody knows now whether alarms are over whose names begin with one of
   * `unknown` and a slash, so these are kept.
   */
  readonly look: (
    names: ReadonlyArray<string>,
    unknown: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyArray<ToldAlarm>, SqlFailure>
  /** Writes that it is told now with its messages, unless somebody else just did. Says whether it was us. */
  readonly tell: (
    alarm: Pick<ToldAlarm, "name" | "since" | "tellings">,
    messages: ReadonlyArray<OutboxMessage>
  ) => Effect.Effect<boolean, SqlFailure>
}>()("@dgas/db/AlarmStore") {
  static readonly layer = Layer.effect(
    AlarmStore,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const clock = yield* DbClock

      const look = Effect.fn("AlarmStore.look")(function*(
        names: ReadonlyArray<string>,
        unknown: ReadonlyArray<string>
      ) {
        const at = yield* clock.instant
        return yield* run("look at alarms", (sql) =>
          sql`
            with clock as (select coalesce(${at}::timestamptz, clock_timestamp()) as now),
            wrong as (select jsonb_array_elements_text(${JSON.stringify(names)}::text::jsonb) as name),
            unknown as (select jsonb_array_elements_text(${JSON.stringify(unknown)}::text::jsonb) as kind),
            going_on as (
              select name from alarms
              where exists (select from wrong where wrong.name = alarms.name)
                or exists (select from unknown where starts_with(alarms.name, kind || '/'))
            ),
            over as (
              delete from alarms using clock
              where seen_at < now - interval '15 minutes'
                and not exists (select from going_on where going_on.name = alarms.name)
            )
            update alarms set seen_at = now from going_on, clock where going_on.name = alarms.name
            returning alarms.name, since, told_at as "toldAt", tellings`).pipe(Effect.flatMap(decodeTold))
      })

      const tell: AlarmStore["Service"]["tell"] = Effect.fn("AlarmStore.tell")(
        function*({ name, since, tellings }, messages) {
          const at = yield* clock.instant
          const rows = yield* run("tell alarm", (sql) =>
            sql`
              with clock as (select coalesce(${at}::timestamptz, clock_timestamp()) as now),
              told as (
                insert into alarms (name, since, told_at, seen_at, tellings)
                select ${name}, ${since}::timestamptz, now, now, ${tellings} from clock
                on conflict (name) do update set told_at = excluded.told_at, tellings = excluded.tellings
                where alarms.since = excluded.since and alarms.tellings = excluded.tellings - 1
                returning name
              ), messages as (
                insert into outbox (${sql.unsafe(insertedMessageColumns)})
                select ${sql.unsafe(insertedMessage)}
                from told, jsonb_to_recordset(${storableJson(messages.map(messageRecord))}::text::jsonb)
                  as x(${sql.unsafe(messageRecordTypes)})
                order by place
                on conflict (id) do nothing
              )
              select name from told`)
          return rows.length > 0
        }
      )

      return AlarmStore.of({ look, tell })
    })
  )
}

const decodeTold = rowsOf(ToldAlarm)

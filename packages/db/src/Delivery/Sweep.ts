/**
 * Brings what waits in line with how its destination does.
 *
 * What waits for a destination that fails is held, and nothing is held of one that does well: its backlog goes on, with the
 * messages that failed most often at the end. What waits for a destination that the configuration does not have any more
 * expires after a day.
 */
import * as Schema from "effect/Schema"
import { type Client, rowsOf } from "../Sql.ts"
import type { Line } from "./Claim.ts"

/** Rows of a kind at once: a statement must end in time. Others follow with the next sweep. */
const atOnce = 5000
/** After a pause of the destination each of its earlier tries puts a message off by so much. */
const releaseGap = "20 seconds"
const orphanAfter = "24 hours"

export const sweepStatement = (
  sql: Client,
  lines: ReadonlyArray<Pick<Line, "name" | "channel">>,
  at: number | null
) =>
  sql`
    with clock as (select coalesce(${at}::timestamptz, clock_timestamp()) as now),
    line as (select * from jsonb_to_recordset(${JSON.stringify(lines)}::text::jsonb) as x(name text, channel text)),
    held as (
      update outbox set state = 'held', reason = waiting.why
      from (
        select id, 'the destination is ' || destination.state::text || coalesce(': ' || destination.reason, '') as why
        from destinations as destination join outbox on outbox.destination = destination.name
        where destination.state <> 'well' and outbox.state = 'pending' and restored_at is null
        limit ${atOnce} for update of outbox skip locked
      ) as waiting
      where outbox.id = waiting.id returning 1
    ),
    released as (
      update outbox set state = 'pending', reason = null, due_since = now,
        next_attempt_at = greatest(
          now + retries * ${releaseGap}::interval, case when retries = 0 then next_attempt_at end
        )
      from (
        select id from destinations as destination join outbox on outbox.destination = destination.name
        where destination.state = 'well' and outbox.state = 'held' and restored_at is null
        limit ${atOnce} for update of outbox skip locked
      ) as waiting, clock
      where outbox.id = waiting.id returning 1
    ),
    expired as (
      update outbox set state = 'expired', finished_at = now, lease_token = null, lease_until = null, restored_at = null,
        reason = 'the configuration has no destination ' || destination || ' by ' || channel || ' any more'
      from (
        select id from outbox, clock
        where outbox.state in ('pending', 'held') and channel <> 'console' and restored_at is null
          and created_at < now - ${orphanAfter}::interval
          and not exists (select from line where line.name = destination and line.channel = outbox.channel)
        limit ${atOnce} for update of outbox skip locked
      ) as orphan, clock
      where outbox.id = orphan.id returning 1
    )
    select (select count(*)::int from held) as held, (select count(*)::int from released) as released,
      (select count(*)::int from expired) as expired`

export const decodeSwept = rowsOf(Schema.Struct({ held: Schema.Int, released: Schema.Int, expired: Schema.Int }))

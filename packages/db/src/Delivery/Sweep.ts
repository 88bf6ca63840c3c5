/**
 * Brings what waits in line with how its destination does.
 *
 * What waits for a destination that fails is held, and nothing is held of one that does well: after an outage its backlog goes
 * on, with the messages that failed most often at the end. What no process has a destination for any more expires after a
 * day.
 */
import * as Schema from "effect/Schema"
import { type Client, rowsOf } from "../Sql.ts"
import type { Line } from "./Claim.ts"

/** Rows of a kind at once: a statement must end in time. Others follow with the next sweep. */
const atOnce = 5000
/** A destination that failed for less was not away: a message that made it fail keeps its own wait. */
const leastOutage = "1 minute"
/** After an outage each of its earlier tries puts a message off by so much. */
const releaseGap = "20 seconds"
const orphanAfter = "24 hours"

export const sweepStatement = (sql: Client, at: number | null) =>
  sql`
    with clock as (select coalesce(${at}::timestamptz, clock_timestamp()) as now),
    held as (
      update outbox set state = 'held', lease_token = null, lease_until = null,
        reason = 'the destination is ' || waiting.state || coalesce(': ' || waiting.reason, '')
      from (
        select id, destination.state, destination.reason
        from destinations as destination, clock, lateral (
          select id from (
            select id from outbox
            where outbox.destination = destination.name and outbox.channel = destination.channel
              and outbox.state = 'pending'
            limit ${atOnce} for update skip locked
          ) as ready
          union all
          select id from (
            select id from outbox
            where outbox.destination = destination.name and outbox.channel = destination.channel
              and outbox.state = 'leased' and lease_until <= now
            for update skip locked
          ) as lapsed
        ) as message
        where destination.state <> 'well'
      ) as waiting
      where outbox.id = waiting.id returning 1
    ),
    released as (
      update outbox set state = 'pending', reason = null, due_since = now,
        next_attempt_at = case
          when retries = 0 then next_attempt_at
          when outage >= ${leastOutage}::interval then now + retries * ${releaseGap}::interval
          else greatest(next_attempt_at, now)
        end
      from (
        select id, outage from destinations as destination, lateral (
          select id from outbox
          where outbox.destination = destination.name and outbox.channel = destination.channel
            and outbox.state = 'held' and restored_at is null
          limit ${atOnce} for update skip locked
        ) as message
        where destination.state = 'well'
      ) as waiting, clock
      where outbox.id = waiting.id returning 1
    )
    select (select count(*)::int from held) as held, (select count(*)::int from released) as released`

export const decodeSwept = rowsOf(Schema.Struct({ held: Schema.Int, released: Schema.Int }))

/** Says that a process is at work for these destinations, and lets expire what none was for a day. */
export const expireStatement = (
  sql: Client,
  lines: ReadonlyArray<Pick<Line, "name" | "channel">>,
  at: number | null
) =>
  sql`
    with clock as (select coalesce(${at}::timestamptz, clock_timestamp()) as now),
    line as (select * from jsonb_to_recordset(${JSON.stringify(lines)}::text::jsonb) as x(name text, channel text)),
    seen as (
      update destinations set seen_at = now from line, clock
      where destinations.name = line.name and destinations.channel = line.channel
    ),
    expired as (
      update outbox set state = 'expired', finished_at = now, lease_token = null, lease_until = null, restored_at = null,
        reason = 'no configuration has had a destination ' || destination || ' by ' || channel || ' for a day'
      from (
        select id from outbox, clock
        where (outbox.state in ('pending', 'held') or outbox.state = 'leased' and lease_until <= now)
          and channel <> 'console' and restored_at is null and due_since < now - ${orphanAfter}::interval
          and not exists (select from line where line.name = destination and line.channel = outbox.channel)
          and not exists (
            select from destinations as known
            where known.name = destination and known.channel = outbox.channel
              and seen_at > now - ${orphanAfter}::interval
          )
        limit ${atOnce} for update of outbox skip locked
      ) as orphan, clock
      where outbox.id = orphan.id returning 1
    )
    select count(*)::int as expired from expired`

export const decodeExpired = rowsOf(Schema.Struct({ expired: Schema.Int }))

/**
 * Which messages leave now: of each destination as many as it may have on their way, as its rate allows.
 *
 * A destination that does well has at most two on their way, oldest first; of one that fails a single one is tried at
 * each probe, the ones that were tried least first. A claim locks the destinations that it takes from and passes over locked
 * ones, so no other claim decides by the same count.
 */
import type { ChannelName } from "@dgas/domain/DestinationConfig"
import * as Schema from "effect/Schema"
import { type Client, rowsOf } from "../Sql.ts"

/** A destination of the configuration, and how it is asked. */
export interface Line {
  readonly name: string
  readonly channel: ChannelName
  /** Messages a second in the long run; `burst` of them may leave at once after a pause. */
  readonly ratePerSecond: number
  readonly burst: number
  /** Longer than a try takes: then the message is anybody's again. */
  readonly leaseMs: number
  /** While it fails one message is tried so often. */
  readonly probeMs: number
}

/** A message that is ours until its lease ends. Instants in epoch ms. */
export const Claimed = Schema.Struct({
  id: Schema.String,
  destination: Schema.String,
  kind: Schema.String,
  payload: Schema.Record(Schema.String, Schema.Json),
  token: Schema.String,
  /** Number of this try, from 1; one that nobody could settle counts. */
  attempt: Schema.Int,
  /** Earlier tries that count. */
  retries: Schema.Int,
  firstAttemptAt: Schema.Int,
  /** By the clock that claimed it. */
  claimedAt: Schema.Int,
  /** Receipt of the message that it answers. */
  repliesTo: Schema.NullOr(Schema.Record(Schema.String, Schema.Json))
})
export type Claimed = typeof Claimed.Type

const inFlight = 2
/** Failed tries of a message after which its answers do not wait for it any more. */
const patience = 3

export const claimStatement = (sql: Client, lines: ReadonlyArray<Line>, token: string, at: number | null) =>
  sql`
    with clock as (select coalesce(${at}::timestamptz, clock_timestamp()) as now),
    line as (
      select * from jsonb_to_recordset(${JSON.stringify(lines)}::text::jsonb)
        as x(name text, channel text, "ratePerSecond" float8, burst float8, "leaseMs" float8, "probeMs" float8)
    ),
    open as (
      select destination.name, line.channel, "leaseMs", "probeMs", state, now,
        least(
          burst, tokens + greatest(extract(epoch from now - tokens_at)::float8, 0) * "ratePerSecond"
        ) as tokens
      from destinations as destination join line using (name), clock
      where state <> 'disabled' and (blocked_until is null or blocked_until <= now)
        and (state = 'well' or next_probe_at <= now)
        -- A claim that ended after this one began to look has changed the number, and is not seen in the messages.
        and claims = (select seen.claims from destinations as seen where seen.name = destination.name)
      order by destination.name
      for update of destination skip locked
    ),
    room as (
      select open.*, case state when 'well' then least(${inFlight} - leased, floor(tokens)) else 1 - leased end as places
      from open, lateral (
        select count(*)::int as leased from outbox
        where destination = open.name and outbox.state = 'leased' and lease_until > now
      ) as of_it
    ),
    chosen as (
      select room.name, "leaseMs", now, picked.id
      from room, lateral (
        select id from outbox
        where destination = room.name and channel = room.channel and restored_at is null
          and (
            outbox.state in ('pending', 'held') and (next_attempt_at is null or next_attempt_at <= now)
            or outbox.state = 'leased' and lease_until <= now
          )
          -- An answer leaves after what it answers, unless that one has its troubles or waits for the end of quiet hours.
          and (replies_to is null or not exists (
            select from outbox as entry
            where entry.signal_ids @> array[outbox.replies_to] and entry.destination = outbox.destination
              and entry.channel = outbox.channel and entry.position < outbox.position and entry.retries < ${patience}
              and (
                entry.state = 'leased'
                or entry.state in ('pending', 'held') and entry.restored_at is null
                  and (entry.next_attempt_at is null or entry.next_attempt_at <= now)
              )
          ))
        order by case room.state when 'well' then 0 else retries end, position
        limit greatest(places, 0)::int
        for update skip locked
      ) as picked
    ),
    taken as (
      update outbox set state = 'leased', lease_token = ${token},
        lease_until = now + "leaseMs" * interval '1 millisecond', attempts = attempts + 1, reason = null,
        first_attempt_at = coalesce(first_attempt_at, now),
        -- As at its first try: a receiver that has it must not be asked to take another with its id.
        thread = case when attempts > 0 or replies_to is null then thread else (
          select entry.receipt from outbox as entry
          where entry.signal_ids @> array[outbox.replies_to] and entry.destination = outbox.destination
            and entry.channel = outbox.channel and entry.receipt is not null
          order by entry.position limit 1
        ) end
      from chosen where outbox.id = chosen.id
      returning outbox.*, now
    ),
    spent as (
      update destinations set claims = claims + 1, tokens = greatest(room.tokens - left_now, 0), tokens_at = room.now,
        next_probe_at = case room.state when 'failing' then room.now + "probeMs" * interval '1 millisecond' end
      from room join (select name, count(*)::int as left_now from chosen group by name) as counted using (name)
      where destinations.name = room.name
    )
    select taken.id, taken.destination, taken.kind, taken.payload, lease_token as token, attempts as attempt, retries,
      first_attempt_at as "firstAttemptAt", now as "claimedAt", thread as "repliesTo"
    from taken order by position`

export const decodeClaimed = rowsOf(Claimed)

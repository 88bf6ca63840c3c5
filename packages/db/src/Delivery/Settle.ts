/**
 * What became of a try: of the message, of its destination, and of the signals that it tells of.
 *
 * Only whoever holds the lease may put a message off or give it up; that it was taken counts from anybody, since it has
 * arrived. A message whose tries are used up is dead if its destination took others meanwhile. If not, the message is not at
 * fault: it stays held, and may be a probe once a day.
 */
import * as Schema from "effect/Schema"
import { type Client, rowsOf } from "../Sql.ts"
import { storableJson } from "../StorableJson.ts"

/** `destination` is what the try says of the destination; null says nothing. All waits in milliseconds from now. */
export interface Settlement {
  readonly id: string
  readonly destination: string
  readonly channel: string
  readonly token: string
  readonly attempt: number
  /** `usedUp`: it may have no further try. `wait`: as `again`, but the try does not count. */
  readonly verdict: "done" | "again" | "wait" | "usedUp" | "dead" | "expired"
  readonly reason: string | null
  readonly afterMs: number
  readonly health: "well" | "failing" | "disabled" | null
  /** The first probe of a destination that begins to fail. */
  readonly probeMs: number
  /** The destination is not asked for so long. */
  readonly blockMs: number | null
  readonly receipt: { readonly [key: string]: Schema.Json } | null
  readonly status: number | null
  readonly durationMs: number
  readonly answer: string
}

/** A destination that only failed for so long is asked no more until somebody enables it. */
const disableAfterHours = 120
const dailyProbe = "24 hours"

export const settleStatement = (sql: Client, settlement: Settlement, at: number | null) =>
  sql`
    with clock as (select coalesce(${at}::timestamptz, clock_timestamp()) as now),
    given as (
      select x.*, now, coalesce(x."blockMs", 0) * interval '1 millisecond' as block,
        x."afterMs" * interval '1 millisecond' as after, x."probeMs" * interval '1 millisecond' as probe,
        x."durationMs" * interval '1 millisecond' as took
      from jsonb_to_record(${storableJson(settlement)}::text::jsonb) as x(
        id text, destination text, channel text, token text, attempt int, verdict text, reason text, "afterMs" float8,
        health text, "probeMs" float8, "blockMs" float8, receipt jsonb, status int, "durationMs" float8, answer text
      ), clock
    ),
    before as (
      select destination.name, destination.state, destination.last_success_at, given.health
      from destinations as destination join given on given.destination = destination.name
      for update of destination
    ),
    judged as (
      select given.*, before.name is not null and (
          before.state <> 'well' or given.health is not null and given.health <> 'well'
        ) as is_held,
        before.last_success_at
      from given left join before on true
    ),
    settled as (
      update outbox set
        state = case
          when verdict = 'done' then 'done'
          when verdict in ('dead', 'expired') then verdict
          when verdict = 'usedUp' and last_success_at >= first_attempt_at then 'dead'
          when verdict = 'usedUp' or is_held and health is distinct from 'well' then 'held'
          else 'pending'
        end::outbox_state,
        reason = case when verdict <> 'done' then judged.reason end,
        finished_at = case
          when verdict in ('done', 'dead', 'expired') or verdict = 'usedUp' and last_success_at >= first_attempt_at
            then now
        end,
        lease_token = null, lease_until = null, receipt = judged.receipt,
        retries = retries + case when verdict = 'wait' then 0 else 1 end,
        -- Nothing of it has been taken, so how long ago it was does not count.
        first_attempt_at = case when verdict = 'wait' and retries = 0 then null else first_attempt_at end,
        next_attempt_at = case
          when verdict in ('again', 'wait') then now + after
          when verdict = 'usedUp' then now + ${dailyProbe}::interval
        end
      from judged
      where outbox.id = judged.id and (
        outbox.state = 'leased' and lease_token = token
        or verdict = 'done' and outbox.state in ('pending', 'leased', 'held')
      )
      returning outbox.signal_ids, outbox.channel, outbox.state, now
    ),
    tried as (
      insert into delivery_attempts (message_id, attempt, attempted_at, status, duration_ms, answer)
      select id, attempt, now - took, status, "durationMs", answer from given
      where exists (select from outbox where outbox.id = given.id)
      on conflict (message_id, attempt) do nothing
    ),
    known as (
      update destinations set
        state = case
          when destinations.state = 'disabled' or judged.health = 'disabled' then 'disabled'
          when judged.health = 'well' then 'well'
          when failing_since <= now - ${disableAfterHours} * interval '1 hour' then 'disabled'
          when judged.health = 'failing' then 'failing'
          else destinations.state
        end::destination_state,
        failing_since = case
          when judged.health = 'well' and destinations.state <> 'disabled' then null
          when judged.health in ('failing', 'disabled') then coalesce(failing_since, now)
          else failing_since
        end,
        disabled_at = case
          when destinations.state = 'disabled' then disabled_at
          when judged.health = 'disabled'
            or judged.health = 'failing' and failing_since <= now - ${disableAfterHours} * interval '1 hour' then now
        end,
        next_probe_at = case
          when judged.health = 'well' then null
          when judged.health = 'failing' and destinations.state = 'well' then now + probe
          else next_probe_at
        end,
        reason = case when judged.health = 'well' then null else coalesce(judged.reason, destinations.reason) end,
        last_success_at = case when judged.health = 'well' then now else destinations.last_success_at end,
        last_failure_at = case
          when judged.health in ('failing', 'disabled') then now else destinations.last_failure_at
        end,
        -- What was taken meanwhile does not shorten a wait that was asked for.
        blocked_until = case when "blockMs" is null then blocked_until else greatest(blocked_until, now + block) end,
        outage = case
          when judged.health = 'well' and destinations.state = 'failing' then now - failing_since else destinations.outage
        end
      from judged
      where destinations.name = judged.destination and (judged.health is not null or "blockMs" is not null)
    ),
    -- In one order everywhere: messages of one run to several destinations are settled at the same time.
    announced as (
      select signal.id, settled.channel, settled.now from generated_signals as signal, settled
      where settled.state = 'done' and signal.id = any(signal_ids)
      order by signal.id for update of signal
    ),
    marked as (
      update generated_signals as signal set notification_sent = true,
        notification_timestamp = coalesce(notification_timestamp, announced.now),
        notification_channels = (
          select array_agg(distinct one order by one) from unnest(notification_channels || announced.channel) as one
        )
      from announced where signal.id = announced.id
    )
    select coalesce((select state from settled)::text, 'lost') as state,
      exists (select from before where state <> 'well' and health = 'well') as recovered`

/** `lost`: the lease was not ours any more. `recovered`: the destination had failed before. */
export const decodeSettled = rowsOf(Schema.Struct({
  state: Schema.Literals(["pending", "held", "done", "dead", "expired", "lost"]),
  recovered: Schema.Boolean
}))

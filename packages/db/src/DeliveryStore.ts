/**
 * Messages on their way to the destinations of a configuration, all but the console.
 *
 * A message is delivered at least once and is never lost: it is leased to whoever tries it, and when that one dies it is
 * anybody's again after the lease. What comes of tries is decided by the statements of `Delivery/`, each whole or not at all.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import { DbClock } from "./DbClock.ts"
import { type Claimed, claimStatement, decodeClaimed, type Line } from "./Delivery/Claim.ts"
import { decodeSettled, type Settlement, settleStatement } from "./Delivery/Settle.ts"
import { decodeExpired, decodeSwept, expireStatement, sweepStatement } from "./Delivery/Sweep.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

type Settled = Effect.Success<ReturnType<typeof decodeSettled>>[number]
type Swept = Effect.Success<ReturnType<typeof decodeSwept>>[number]

export class DeliveryStore extends Context.Service<DeliveryStore, {
  /** Makes the destinations known. One that is told by another channel than before begins anew. */
  readonly begin: (lines: ReadonlyArray<Line>) => Effect.Effect<void, SqlFailure>
  /** Leases the messages that leave now, in the order in which they should. */
  readonly claim: (lines: ReadonlyArray<Line>) => Effect.Effect<ReadonlyArray<Claimed>, SqlFailure>
  readonly settle: (settlement: Settlement) => Effect.Effect<Settled, SqlFailure>
  /** Whether messages only wait for their turn: due, to destinations that do well and may be asked. */
  readonly hasLine: (lines: ReadonlyArray<Line>) => Effect.Effect<boolean, SqlFailure>
  readonly sweep: Effect.Effect<Swept, SqlFailure>
  /** Lets messages expire that no process has had a destination for since a day, and comes back with how many. */
  readonly expire: (lines: ReadonlyArray<Line>) => Effect.Effect<number, SqlFailure>
}>()("@dgas/db/DeliveryStore") {
  static readonly layer = Layer.effect(
    DeliveryStore,
    Effect.gen(function*() {
      const { run } = yield* Sql
      const clock = yield* DbClock

      const begin = Effect.fn("DeliveryStore.begin")(function*(lines: ReadonlyArray<Line>) {
        const at = yield* clock.instant
        yield* run("begin deliveries", (sql) =>
          sql`
            insert into destinations (name, channel, tokens, tokens_at, seen_at)
            select name, channel, burst, now, now
            from (select coalesce(${at}::timestamptz, clock_timestamp()) as now) as clock, jsonb_to_recordset(${
            JSON.stringify(lines)
          }::text::jsonb) as x(name text, channel text, burst float8)
            on conflict (name) do update set channel = excluded.channel, state = 'well', reason = null,
              failing_since = null, disabled_at = null, next_probe_at = null, blocked_until = null
            where destinations.channel <> excluded.channel`)
      })

      const claim = Effect.fn("DeliveryStore.claim")(function*(lines: ReadonlyArray<Line>) {
        const at = yield* clock.instant
        const token = (yield* Random.nextIntBetween(0, Number.MAX_SAFE_INTEGER)).toString(36)
        return yield* run("claim messages", (sql) => claimStatement(sql, lines, token, at)).pipe(
          Effect.flatMap(decodeClaimed)
        )
      })

      const settle = Effect.fn("DeliveryStore.settle")(function*(settlement: Settlement) {
        const at = yield* clock.instant
        const [settled] = yield* run("settle message", (sql) => settleStatement(sql, settlement, at)).pipe(
          Effect.flatMap(decodeSettled)
        )
        return settled!
      })

      const hasLine = Effect.fn("DeliveryStore.hasLine")(function*(lines: ReadonlyArray<Line>) {
        const at = yield* clock.instant
        const [found] = yield* run("messages in line", (sql) =>
          sql`
            select exists (
              select
              from (select coalesce(${at}::timestamptz, clock_timestamp()) as now) as clock,
                jsonb_to_recordset(${JSON.stringify(lines)}::text::jsonb) as line(name text, channel text)
                join destinations as destination using (name, channel)
                join outbox on outbox.destination = name and outbox.channel = destination.channel
              where destination.state = 'well' and (blocked_until is null or blocked_until <= now)
                and (
                  outbox.state = 'pending' and (next_attempt_at is null or next_attempt_at <= now)
                  or outbox.state = 'leased'
                )
            ) as found`).pipe(Effect.flatMap(decodeFound))
        return found?.found === true
      })

      const sweep = Effect.gen(function*() {
        const at = yield* clock.instant
        const [swept] = yield* run("sweep messages", (sql) => sweepStatement(sql, at)).pipe(Effect.flatMap(decodeSwept))
        return swept!
      }).pipe(Effect.withSpan("DeliveryStore.sweep"))

      const expire = Effect.fn("DeliveryStore.expire")(function*(lines: ReadonlyArray<Line>) {
        const at = yield* clock.instant
        const [counted] = yield* run("expire messages", (sql) => expireStatement(sql, lines, at)).pipe(
          Effect.flatMap(decodeExpired)
        )
        return counted?.expired ?? 0
      })

      return DeliveryStore.of({ begin, claim, settle, hasLine, sweep, expire })
    })
  )
}

const decodeFound = rowsOf(Schema.Struct({ found: Schema.Boolean }))

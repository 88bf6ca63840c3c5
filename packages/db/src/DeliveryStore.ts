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
import { decodeSwept, sweepStatement } from "./Delivery/Sweep.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

type Settled = Effect.Success<ReturnType<typeof decodeSettled>>[number]
type Swept = Effect.Success<ReturnType<typeof decodeSwept>>[number]

export class DeliveryStore extends Context.Service<DeliveryStore, {
  /** Makes the destinations known. One that is told by another channel than before begins anew. */
  readonly begin: (lines: ReadonlyArray<Line>) => Effect.Effect<void, SqlFailure>
  /** Leases the messages that leave now, in the order in which they should. */
  readonly claim: (lines: ReadonlyArray<Line>) => Effect.Effect<ReadonlyArray<Claimed>, SqlFailure>
  readonly settle: (settlement: Settlement) => Effect.Effect<Settled, SqlFailure>
  /** How many messages only wait for their turn: due, to destinations that do well and may be asked. */
  readonly inLine: (lines: ReadonlyArray<Line>) => Effect.Effect<number, SqlFailure>
  readonly sweep: (lines: ReadonlyArray<Line>) => Effect.Effect<Swept, SqlFailure>
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
            insert into destinations (name, channel, tokens, tokens_at)
            select name, channel, burst, coalesce(${at}::timestamptz, clock_timestamp())
            from jsonb_to_recordset(${JSON.stringify(lines)}::text::jsonb) as x(name text, channel text, burst float8)
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

      const inLine = Effect.fn("DeliveryStore.inLine")(function*(lines: ReadonlyArray<Line>) {
        const at = yield* clock.instant
        const [counted] = yield* run("messages in line", (sql) =>
          sql`
            select count(*)::int as count
            from (select coalesce(${at}::timestamptz, clock_timestamp()) as now) as clock, destinations as destination
              join outbox on outbox.destination = destination.name and outbox.channel = destination.channel
            where name in (
                select jsonb_array_elements_text(${JSON.stringify(lines.map(({ name }) => name))}::text::jsonb)
              )
              and destination.state = 'well' and (blocked_until is null or blocked_until <= now)
              and (
                outbox.state = 'pending' and (next_attempt_at is null or next_attempt_at <= now)
                or outbox.state = 'leased'
              )`).pipe(Effect.flatMap(decodeCount))
        return counted?.count ?? 0
      })

      const sweep = Effect.fn("DeliveryStore.sweep")(function*(lines: ReadonlyArray<Line>) {
        const at = yield* clock.instant
        const [swept] = yield* run("sweep messages", (sql) => sweepStatement(sql, lines, at)).pipe(
          Effect.flatMap(decodeSwept)
        )
        return swept!
      })

      return DeliveryStore.of({ begin, claim, settle, inLine, sweep })
    })
  )
}

const decodeCount = rowsOf(Schema.Struct({ count: Schema.Int }))

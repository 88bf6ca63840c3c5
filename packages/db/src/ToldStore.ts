/**
 * What destinations were told before: whatever is on its way to them counts, what was suppressed or expired does not.
 */
import { OutcomeUpdate } from "@dgas/domain/Outcome"
import { SignalType } from "@dgas/domain/Signal"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

/** Whom a message is for, as the outbox names them. */
export interface Addressee {
  readonly channel: string
  readonly destination: string
}

/** `end` is what an addressee was told of a signal; null where that was not kept. */
export interface ToldOutcome extends Addressee {
  readonly end: OutcomeUpdate | null
}

/** The last signal of a symbol and type that a destination was told of. `barClose` in epoch milliseconds. */
export const ToldSignal = Schema.Struct({
  channel: Schema.String,
  destination: Schema.String,
  symbol: Schema.String,
  type: SignalType,
  barClose: Schema.Int
})
export type ToldSignal = typeof ToldSignal.Type

export interface ToldQuery {
  readonly schedule: string
  readonly addressees: ReadonlyArray<Addressee>
  readonly symbols: ReadonlyArray<string>
  /** Signals of bars that closed before, epoch ms, are not looked for. */
  readonly since: number
}

export class ToldStore extends Context.Service<ToldStore, {
  /** In no particular order. */
  readonly signals: (query: ToldQuery) => Effect.Effect<ReadonlyArray<ToldSignal>, SqlFailure>
  /** Whom each of the signals was told to, without what became known of it later. */
  readonly ofSignals: (ids: ReadonlyArray<string>) => Effect.Effect<
    ReadonlyMap<string, ReadonlyArray<Addressee>>,
    SqlFailure
  >
  /** Whom it was told what became of each of the signals, and what they were told last. */
  readonly ofOutcomes: (ids: ReadonlyArray<string>) => Effect.Effect<
    ReadonlyMap<string, ReadonlyArray<ToldOutcome>>,
    SqlFailure
  >
}>()("@dgas/db/ToldStore") {
  static readonly layer = Layer.effect(
    ToldStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const signals = Effect.fn("ToldStore.signals")(function*(query: ToldQuery) {
        const { addressees, schedule, since, symbols } = query
        const rows = yield* run("signals told", (sql) =>
          sql`
            select channel, destination, symbol, type, told.at as "barClose"
            from jsonb_to_recordset(${JSON.stringify(addressees)}::text::jsonb) as who(channel text, destination text),
              jsonb_array_elements_text(${JSON.stringify(symbols)}::text::jsonb) as given(symbol),
              unnest(enum_range(null::signal_type)) as kind(type),
              lateral (
                select signal_timestamp as at from generated_signals as signal
                where schedule = ${schedule} and origin = 'LIVE' and signal.symbol = given.symbol
                  and signal_type = kind.type and signal_timestamp >= ${since}::timestamptz
                  and exists (
                    select from outbox
                    where signal_ids @> array[signal.id] and outbox.channel = who.channel
                      and outbox.destination = who.destination and state not in ('suppressed', 'expired')
                  )
                order by signal_timestamp desc limit 1
              ) as told`)
        return yield* decodeSignals(rows)
      })

      const ofSignals = Effect.fn("ToldStore.ofSignals")(function*(ids: ReadonlyArray<string>) {
        const rows = yield* run("destinations told", (sql) =>
          sql`
            select distinct given.id, channel, destination
            from jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb) as given(id)
            join outbox on signal_ids @> array[given.id]
            where state not in ('suppressed', 'expired') and kind not in ('corrected', 'adjusted', 'outcome')`)
        return Map.groupBy(yield* decodeAddressees(rows), ({ id }) => id)
      })

      const ofOutcomes = Effect.fn("ToldStore.ofOutcomes")(function*(ids: ReadonlyArray<string>) {
        const rows = yield* run("outcomes told", (sql) =>
          sql`
            select distinct on (given.id, channel, destination) given.id, channel, destination, (
              select value from jsonb_array_elements(ends) where value->>'signalId' = given.id limit 1
            ) as end
            from jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb) as given(id)
            join outbox on signal_ids @> array[given.id]
            where state not in ('suppressed', 'expired') and kind = 'outcome'
            order by given.id, channel, destination, position desc`)
        return Map.groupBy(yield* decodeOutcomes(rows), ({ id }) => id)
      })

      return ToldStore.of({ signals, ofSignals, ofOutcomes })
    })
  )
}

const decodeSignals = rowsOf(ToldSignal)
const decodeOutcomes = rowsOf(Schema.Struct({
  id: Schema.String,
  channel: Schema.String,
  destination: Schema.String,
  end: Schema.NullOr(OutcomeUpdate)
}))
const decodeAddressees = rowsOf(
  Schema.Struct({ id: Schema.String, channel: Schema.String, destination: Schema.String })
)

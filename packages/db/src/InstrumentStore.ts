/** What is watched. An instrument is one symbol of one source, and keeps its number for ever. */
import { CalendarName, type Instrument, PriceBasis } from "@dgas/domain/Instrument"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

export interface StoredInstrument {
  readonly id: number
  readonly source: string
  readonly instrument: Instrument
}

export class InstrumentStore extends Context.Service<InstrumentStore, {
  /** Stores what is new or changed, and comes back with the number of each symbol. */
  readonly ensure: (
    source: string,
    instruments: ReadonlyArray<Instrument>
  ) => Effect.Effect<ReadonlyMap<string, number>, SqlFailure>
  /** The number of each symbol that is stored, without a change to any. */
  readonly idsOf: (
    source: string,
    symbols: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyMap<string, number>, SqlFailure>
  /** The instruments of that symbol, one for each source that has it. */
  readonly find: (symbol: string) => Effect.Effect<ReadonlyArray<StoredInstrument>, SqlFailure>
}>()("@dgas/db/InstrumentStore") {
  static readonly layer = Layer.effect(
    InstrumentStore,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const ensure = Effect.fn("InstrumentStore.ensure")(function*(
        source: string,
        instruments: ReadonlyArray<Instrument>
      ) {
        if (instruments.length === 0) return new Map<string, number>()
        const given = JSON.stringify(instruments)
        const rows = yield* run("ensure instruments", (sql) =>
          sql`
            with given as (
              select distinct on (symbol) * from jsonb_to_recordset(${given}::text::jsonb)
                as x(symbol text, calendar calendar_name, tick float8, basis price_basis, simulated boolean)
              order by symbol
            ), written as (
              insert into instruments as stored (source, symbol, calendar, tick, basis, simulated)
              select ${source}, symbol, calendar, tick, basis, simulated from given
              where not exists (
                select from instruments known
                where known.source = ${source} and known.symbol = given.symbol
                  and (known.calendar, known.basis, known.simulated) = (given.calendar, given.basis, given.simulated)
                  and known.tick is not distinct from given.tick
              )
              on conflict (source, symbol) do update set
                calendar = excluded.calendar, tick = excluded.tick, basis = excluded.basis,
                simulated = excluded.simulated
              returning id, symbol
            )
            select id, symbol from written
            union
            select known.id, known.symbol from instruments known join given using (symbol)
            where known.source = ${source}`)
        return new Map((yield* decodeIds(rows)).map(({ id, symbol }) => [symbol, id]))
      })

      const idsOf = Effect.fn("InstrumentStore.idsOf")(function*(source: string, symbols: ReadonlyArray<string>) {
        const rows = yield* run("ids of instruments", (sql) =>
          sql`
            select id, symbol from instruments where source = ${source}
              and symbol in (select jsonb_array_elements_text(${JSON.stringify(symbols)}::text::jsonb))`)
        return new Map((yield* decodeIds(rows)).map(({ id, symbol }) => [symbol, id]))
      })

      const find = Effect.fn("InstrumentStore.find")(function*(symbol: string) {
        const rows = yield* run("find instruments", (sql) =>
          sql`
            select id, source, symbol, calendar, tick, basis, simulated from instruments
            where symbol = ${symbol} order by source`)
        return (yield* decodeRows(rows)).map(({ id, source, ...instrument }) => ({ id, source, instrument }))
      })

      return InstrumentStore.of({ ensure, idsOf, find })
    })
  )
}

const decodeIds = rowsOf(Schema.Struct({ id: Schema.Int, symbol: Schema.String }))
const decodeRows = rowsOf(Schema.Struct({
  id: Schema.Int,
  source: Schema.String,
  symbol: Schema.String,
  calendar: CalendarName,
  tick: Schema.NullOr(Schema.Finite),
  basis: PriceBasis,
  simulated: Schema.Boolean
}))

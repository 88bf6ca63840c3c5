/**
 * Symbols a page at a time, with what is stored of each: by name, and of one name by source.
 *
 * Those of the configuration stand among those that are stored, whether or not a bar of them ever came.
 */
import { CalendarName, type Instrument, PriceBasis } from "@dgas/domain/Instrument"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SeriesEnds, seriesEnds } from "./SeriesEnds.ts"
import { rowsOf, Sql, type SqlFailure } from "./Sql.ts"

export const SymbolItem = Schema.Struct({
  symbol: Schema.String,
  source: Schema.String,
  calendar: CalendarName,
  basis: PriceBasis,
  tick: Schema.NullOr(Schema.Finite),
  simulated: Schema.Boolean,
  timeframes: Schema.Array(SeriesEnds)
})
export type SymbolItem = typeof SymbolItem.Type

/** An instrument of the configuration. */
export interface KnownInstrument extends Instrument {
  readonly source: string
}

export interface SymbolPage {
  /** Those of the configuration; with `only` no others are given. */
  readonly known: ReadonlyArray<KnownInstrument>
  readonly only: boolean
  /** Part of a symbol, in upper or lower case. */
  readonly search?: string
  readonly after?: Pick<SymbolItem, "symbol" | "source">
  readonly limit: number
}

export class SymbolPages extends Context.Service<SymbolPages, {
  readonly page: (wanted: SymbolPage) => Effect.Effect<ReadonlyArray<SymbolItem>, SqlFailure>
}>()("@dgas/db/SymbolPages") {
  static readonly layer = Layer.effect(
    SymbolPages,
    Effect.gen(function*() {
      const { run } = yield* Sql

      const page = Effect.fn("SymbolPages.page")(function*({ after, known, limit, only, search }: SymbolPage) {
        const rows = yield* run("page of symbols", (sql) =>
          sql`
            with given as (
              select distinct on (source, symbol) *
              from jsonb_to_recordset(${JSON.stringify(known)}::text::jsonb)
                as x(source text, symbol text, calendar calendar_name, tick float8, basis price_basis, simulated boolean)
              order by source, symbol
            ), page as (
              select id, symbol, source, coalesce(stored.calendar, given.calendar) as calendar,
                coalesce(stored.basis, given.basis) as basis, coalesce(stored.tick, given.tick) as tick,
                coalesce(stored.simulated, given.simulated) as simulated
              from given ${only ? sql`left` : sql`full`} join instruments as stored using (symbol, source)
              where true
                ${search === undefined ? sql`` : sql`and position(lower(${search}) in lower(symbol)) > 0`}
                ${
            after === undefined
              ? sql``
              : sql`and (symbol collate "C", source collate "C") > (${after.symbol}, ${after.source})`
          }
              order by symbol collate "C", source collate "C" limit ${limit}
            )
            select symbol, source, calendar, basis, tick, simulated, ${sql.unsafe(seriesEnds("page.id"))} as timeframes
            from page order by symbol collate "C", source collate "C"`)
        return yield* decodeSymbols(rows)
      })

      return SymbolPages.of({ page })
    })
  )
}

const decodeSymbols = rowsOf(SymbolItem)

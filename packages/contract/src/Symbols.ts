/** What is watched: universes of the configuration, and symbols with what is stored of each. */
import { CalendarName, PriceBasis } from "@dgas/domain/Instrument"
import { Timeframe } from "@dgas/domain/Timeframe"
import * as Schema from "effect/Schema"
import { route } from "./Route.ts"
import { Instant, Limit, Name } from "./Wire.ts"

const tag = "market"

const Universe = Schema.Struct({
  name: Schema.String,
  source: Schema.String,
  fallbacks: Schema.Array(Schema.String),
  calendar: CalendarName,
  basis: PriceBasis,
  symbols: Schema.Array(Schema.String),
  schedules: Schema.Array(Schema.String)
}).annotate({ identifier: "Universe" })

/** A symbol of one source, with what is stored of it. */
const MarketSymbol = Schema.Struct({
  symbol: Schema.String,
  source: Schema.String,
  calendar: CalendarName,
  basis: PriceBasis,
  tick: Schema.NullOr(Schema.Finite),
  /** Prices that a generator made. */
  simulated: Schema.Boolean,
  universes: Schema.Array(Schema.String),
  timeframes: Schema.Array(
    Schema.Struct({
      timeframe: Timeframe,
      firstOpenTime: Instant,
      lastCloseTime: Instant
    })
  )
}).annotate({ identifier: "Symbol" })

export const symbolRoutes = {
  listUniverses: route({
    method: "get",
    path: "/v1/universes",
    policy: "read",
    tag,
    summary: "The universes of the configuration",
    answer: Schema.Struct({ items: Schema.Array(Universe) })
  }),
  listSymbols: route({
    method: "get",
    path: "/v1/symbols",
    policy: "read",
    tag,
    summary: "Symbols with the bars that are stored of each",
    query: Schema.Struct({
      universe: Schema.optionalKey(Name),
      search: Schema.optionalKey(Name),
      /** What the page before had as `next`. */
      after: Schema.optionalKey(Name),
      limit: Schema.optionalKey(Limit)
    }),
    answer: Schema.Struct({ items: Schema.Array(MarketSymbol), next: Schema.NullOr(Schema.String) })
  })
}

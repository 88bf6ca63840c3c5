/** Stored bars of a symbol, and the geometry after each. */
import { Direction, MarketState } from "@dgas/domain/MarketState"
import { Timeframe } from "@dgas/domain/Timeframe"
import * as Schema from "effect/Schema"
import { route } from "./Route.ts"
import { Instant, Name, ordered, SeriesLimit } from "./Wire.ts"

const tag = "market"

const Bar = Schema.Struct({
  openTime: Instant,
  closeTime: Instant,
  open: Schema.Finite,
  high: Schema.Finite,
  low: Schema.Finite,
  close: Schema.Finite,
  volume: Schema.Finite
}).annotate({ identifier: "Bar" })

const Price = Schema.NullOr(Schema.Finite)

/** Geometry after a bar: the dot plotted on it, and the levels that it projects for the next one. */
const GeometryBar = Schema.Struct({
  ...Bar.fields,
  /** Prices of then times this are those here: 1, but for raw ones from before a split or roll. */
  factor: Schema.Finite,
  dot: Price,
  projectedDot: Price,
  slope: Price,
  state: MarketState,
  direction: Direction,
  stateConfidence: Schema.Finite,
  envelopeTop: Price,
  envelopeBottom: Price
}).annotate({ identifier: "GeometryBar" })

const series = {
  symbol: Name,
  /** Where several sources have the symbol. */
  source: Schema.optionalKey(Name),
  timeframe: Timeframe,
  /** Open times from then on, and before then. Without `since` the newest are given. */
  since: Schema.optionalKey(Instant),
  until: Schema.optionalKey(Instant),
  /** 500 unless asked for. */
  limit: Schema.optionalKey(SeriesLimit)
}

export const barRoutes = {
  listBars: route({
    method: "get",
    path: "/v1/bars",
    policy: "read",
    tag,
    summary: "Closed bars as they are stored, oldest first, at most 1,000",
    query: ordered(series),
    answer: Schema.Struct({ items: Schema.Array(Bar) }),
    fails: [404]
  }),
  listGeometry: route({
    method: "get",
    path: "/v1/geometry",
    policy: "read",
    tag,
    summary: "Closed bars with dot, envelope and state after each, oldest first, at most 1,000",
    description: "Raw prices from before a split or roll are brought to those of today, as signals see them.",
    query: ordered(series),
    answer: Schema.Struct({ items: Schema.Array(GeometryBar) }),
    fails: [404]
  })
}

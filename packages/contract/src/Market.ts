/** What is watched and what its prices say: universes, symbols, bars, geometry, levels, the decision of a bar. */
import { Gate } from "@dgas/domain/Gate"
import { CalendarName, PriceBasis } from "@dgas/domain/Instrument"
import { LevelName } from "@dgas/domain/Level"
import { Direction, MarketState } from "@dgas/domain/MarketState"
import { Timeframe } from "@dgas/domain/Timeframe"
import * as Schema from "effect/Schema"
import { route } from "./Route.ts"
import { Instant, Limit, Name, ordered, SeriesLimit } from "./Wire.ts"

const tag = "market"

export const Universe = Schema.Struct({
  name: Schema.String,
  source: Schema.String,
  fallbacks: Schema.Array(Schema.String),
  calendar: CalendarName,
  basis: PriceBasis,
  symbols: Schema.Array(Schema.String),
  schedules: Schema.Array(Schema.String)
}).annotate({ identifier: "Universe" })
export type Universe = typeof Universe.Type

/** A symbol of one source, with what is stored of it. */
export const MarketSymbol = Schema.Struct({
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
export type MarketSymbol = typeof MarketSymbol.Type

export const Bar = Schema.Struct({
  openTime: Instant,
  closeTime: Instant,
  open: Schema.Finite,
  high: Schema.Finite,
  low: Schema.Finite,
  close: Schema.Finite,
  volume: Schema.Finite
}).annotate({ identifier: "Bar" })
export type Bar = typeof Bar.Type

const Price = Schema.NullOr(Schema.Finite)

/** Geometry after a bar: the dot plotted on it, and the levels that it projects for the next one. */
export const GeometryBar = Schema.Struct({
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
export type GeometryBar = typeof GeometryBar.Type

const Share = Schema.Struct({ share: Schema.Finite, low: Schema.Finite, high: Schema.Finite })

/** How often, of `n` bars that such a level was away from, the next bar reached it and closed beyond; 95 % intervals. */
export const LevelRate = Schema.Struct({ n: Schema.Int, touched: Share, beyond: Share })

export const RatedLevel = Schema.Struct({
  level: LevelName,
  price: Price,
  /** As if the bar in progress closed now: for eyes, never for a signal. */
  livePrice: Price,
  /** Null below 30 bars. */
  rate: Schema.NullOr(LevelRate)
}).annotate({ identifier: "RatedLevel" })

/** Levels of the next bar of one timeframe, from the highest price down, and of its last `bars` bars how often. */
export const Levels = Schema.Struct({
  symbol: Schema.String,
  source: Schema.String,
  timeframe: Timeframe,
  tick: Price,
  bars: Schema.Int,
  asOf: Instant,
  close: Schema.Finite,
  liveUntil: Schema.NullOr(Instant),
  levels: Schema.Array(RatedLevel)
}).annotate({ identifier: "Levels" })
export type Levels = typeof Levels.Type

export const TimeframeView = Schema.Struct({
  timeframe: Timeframe,
  state: MarketState,
  direction: Direction,
  barsInState: Schema.Int,
  stateConfidence: Schema.Finite,
  slope: Price,
  flat: Schema.Boolean,
  position: Price,
  dottedLine: Price,
  blockLevel: Price,
  levels: Schema.Record(Schema.String, Schema.Finite),
  patterns: Schema.Array(
    Schema.Struct({ pattern: Schema.String, direction: Schema.Finite, bars: Schema.Int, strength: Schema.Finite })
  )
}).annotate({ identifier: "TimeframeView" })

export const GateCheck = Schema.Struct({
  gate: Gate,
  passed: Schema.Boolean,
  found: Schema.NullOr(Schema.Union([Schema.Finite, Schema.String])),
  needed: Schema.NullOr(Schema.Union([Schema.Finite, Schema.String])),
  detail: Schema.String
}).annotate({ identifier: "GateCheck" })

/** Why a symbol had a signal, or none, at a bar close: computed again from the stored bars with the options of its run. */
export const Analysis = Schema.Struct({
  symbol: Schema.String,
  schedule: Schema.String,
  runId: Schema.String,
  slotAt: Instant,
  tick: Price,
  /** What was stored, in a line. */
  stored: Schema.String,
  /** What the bars say today where that is something else, as after a revision. */
  today: Schema.NullOr(Schema.String),
  signalId: Schema.NullOr(Schema.String),
  /** In order, up to the first that was closed. */
  gates: Schema.Array(GateCheck),
  alignment: Price,
  zones: Schema.Array(
    Schema.Struct({
      low: Schema.Finite,
      high: Schema.Finite,
      weight: Schema.Finite,
      levels: Schema.Int,
      side: Schema.Finite
    })
  ),
  timeframes: Schema.Array(TimeframeView)
}).annotate({ identifier: "Analysis" })
export type Analysis = typeof Analysis.Type

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

export const marketRoutes = {
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
  }),
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
  }),
  getLevels: route({
    method: "get",
    path: "/v1/levels",
    policy: "read",
    tag,
    summary: "Levels of the next bar of each stored timeframe, and how often bars did what at such levels",
    description: "The newest 5,000 bars of each timeframe are counted, of each source that has the symbol.",
    query: Schema.Struct({
      symbol: Name,
      source: Schema.optionalKey(Name),
      timeframe: Schema.optionalKey(Timeframe)
    }),
    answer: Schema.Struct({ items: Schema.Array(Levels) }),
    fails: [404]
  }),
  getAnalysis: route({
    method: "get",
    path: "/v1/analysis",
    policy: "read",
    tag,
    summary: "Why a symbol had a signal, or none, at the last bar close up to an instant",
    query: Schema.Struct({
      symbol: Name,
      at: Schema.optionalKey(Instant),
      schedule: Schema.optionalKey(Name),
      origin: Schema.optionalKey(Schema.Literals(["LIVE", "REPLAY", "DEMO"]))
    }),
    answer: Analysis,
    fails: [404, 409]
  })
}

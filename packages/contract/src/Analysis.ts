/** The decision of a symbol at a bar close, gate by gate. */
import { Gate } from "@dgas/domain/Gate"
import { Direction, MarketState } from "@dgas/domain/MarketState"
import { Origin } from "@dgas/domain/Origin"
import { Timeframe } from "@dgas/domain/Timeframe"
import * as Schema from "effect/Schema"
import { route } from "./Route.ts"
import { Instant, Name } from "./Wire.ts"

const tag = "market"

const Price = Schema.NullOr(Schema.Finite)

const TimeframeView = Schema.Struct({
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

const GateCheck = Schema.Struct({
  gate: Gate,
  passed: Schema.Boolean,
  found: Schema.NullOr(Schema.Union([Schema.Finite, Schema.String])),
  needed: Schema.NullOr(Schema.Union([Schema.Finite, Schema.String])),
  detail: Schema.String
}).annotate({ identifier: "GateCheck" })

/** Why a symbol had a signal, or none, at a bar close: computed again from the stored bars with the options of its run. */
const Analysis = Schema.Struct({
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

export const analysisRoutes = {
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
      origin: Schema.optionalKey(Origin)
    }),
    answer: Analysis,
    fails: [404, 409]
  })
}

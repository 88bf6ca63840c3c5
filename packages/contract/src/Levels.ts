/** Levels of the next bar, and how often bars did what at such levels. */
import { LevelName } from "@dgas/domain/Level"
import { Timeframe } from "@dgas/domain/Timeframe"
import * as Schema from "effect/Schema"
import { Share } from "./Estimate.ts"
import { route } from "./Route.ts"
import { Instant, Name } from "./Wire.ts"

const tag = "market"

const Price = Schema.NullOr(Schema.Finite)

/** How often, of `n` bars that such a level was away from, the next bar reached it and closed beyond; 95 % intervals. */
const LevelRate = Schema.Struct({ n: Schema.Int, touched: Share, beyond: Share })

const RatedLevel = Schema.Struct({
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

export const levelRoutes = {
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
  })
}

/** Something that price did at a level or zone which a schedule subscribes to. */
import * as Schema from "effect/Schema"
import { LevelEventKind, LevelTarget } from "./Level.ts"
import { Origin } from "./Origin.ts"
import { Timeframe } from "./Timeframe.ts"

/**
 * `low` and `high` bound the zone, and are equal for a level; `side` is where price came from: 1 from above, -1 from
 * below, 0 from inside. `eventTimestamp` is the close of the bar, `close` its last price; `weight` is a zone's. `id` is a
 * function of schedule, rules, symbol, bar close, timeframe, target and kind.
 */
export const LevelEvent = Schema.Struct({
  id: Schema.NonEmptyString,
  schedule: Schema.NonEmptyString,
  symbol: Schema.NonEmptyString,
  timeframe: Timeframe,
  level: LevelTarget,
  kind: LevelEventKind,
  side: Schema.Literals([-1, 0, 1]),
  low: Schema.Finite,
  high: Schema.Finite,
  close: Schema.Finite,
  weight: Schema.NullOr(Schema.Finite),
  eventTimestamp: Schema.Int,
  tick: Schema.NullOr(Schema.Finite),
  rules: Schema.NonEmptyString,
  origin: Origin
})
export type LevelEvent = typeof LevelEvent.Type

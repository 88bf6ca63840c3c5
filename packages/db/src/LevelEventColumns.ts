/** The columns of `level_events`, as statements of several stores name them. */
import type { LevelEvent } from "@dgas/domain/LevelEvent"
import { instantText } from "./Instant.ts"

/** Select list whose names and shapes are those of the `LevelEvent` schema. */
export const eventColumns = `id, schedule, symbol, timeframe, level, kind, side, low, high, close, weight,
  event_timestamp as "eventTimestamp", tick, rules, origin`

const inserted: ReadonlyArray<readonly [column: string, type: string]> = [
  ["id", "text"],
  ["schedule", "text"],
  ["symbol", "text"],
  ["timeframe", "timeframe"],
  ["level", "text"],
  ["kind", "level_event_kind"],
  ["side", "smallint"],
  ["low", "float8"],
  ["high", "float8"],
  ["close", "float8"],
  ["weight", "float8"],
  ["event_timestamp", "timestamptz"],
  ["tick", "float8"],
  ["rules", "text"],
  ["origin", "origin"]
]

/** Columns that an insert writes, besides `run_id`. */
export const insertedEventColumns = inserted.map(([column]) => column).join(", ")

/** Their types, for `jsonb_to_recordset`. */
export const insertedEventRecord = inserted.map(([column, type]) => `${column} ${type}`).join(", ")

/** The record of an event. */
export const eventRecord = (event: LevelEvent) => ({
  id: event.id,
  schedule: event.schedule,
  symbol: event.symbol,
  timeframe: event.timeframe,
  level: event.level,
  kind: event.kind,
  side: event.side,
  low: event.low,
  high: event.high,
  close: event.close,
  weight: event.weight,
  event_timestamp: instantText(event.eventTimestamp),
  tick: event.tick,
  rules: event.rules,
  origin: event.origin
})

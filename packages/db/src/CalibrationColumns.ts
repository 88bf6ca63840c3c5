/** A stored map from confidence to probability, and the columns of `calibrations`. */
import { Origin } from "@dgas/domain/Origin"
import * as Schema from "effect/Schema"
import { instantText } from "./Instant.ts"

/** Instants in epoch milliseconds. */
export const Calibration = Schema.Struct({
  origin: Origin,
  schedule: Schema.NonEmptyString,
  /** From 1 on. */
  number: Schema.Int,
  /** Hash of the map. */
  version: Schema.NonEmptyString,
  kind: Schema.Literals(["identity", "platt", "isotonic"]),
  /** As whoever fitted it reads it. */
  map: Schema.Json,
  /** Of its fills by tenths of confidence. */
  cases: Schema.Array(Schema.Int),
  fills: Schema.Int,
  /** When the last of these was known; null without any. */
  knownUntil: Schema.NullOr(Schema.Int),
  /** The first bar close that it speaks of. */
  inForceFrom: Schema.Int,
  fittedAt: Schema.Int,
  reason: Schema.NonEmptyString
})
export type Calibration = typeof Calibration.Type

const columns: ReadonlyArray<readonly [field: keyof Calibration, column: string, type: string]> = [
  ["origin", "origin", "origin"],
  ["schedule", "schedule", "text"],
  ["number", "number", "int"],
  ["version", "version", "text"],
  ["kind", "kind", "text"],
  ["map", "map", "jsonb"],
  ["cases", "cases", "jsonb"],
  ["fills", "fills", "int"],
  ["knownUntil", "known_until", "timestamptz"],
  ["inForceFrom", "in_force_from", "timestamptz"],
  ["fittedAt", "fitted_at", "timestamptz"],
  ["reason", "reason", "text"]
]
export const calibrationNames = columns.map(([, column]) => column).join(", ")
export const calibrationTypes = columns.map(([, column, type]) => `${column} ${type}`).join(", ")
export const selectedCalibration = columns.map(([field, column]) => `${column} as "${field}"`).join(", ")
export const calibrationSets = columns.map(([, column]) => `${column} = excluded.${column}`).join(", ")
/** The row as JSON. */
export const calibrationObject = `jsonb_build_object(${
  columns.map(([field, column, type]) =>
    `'${field}', ${type === "timestamptz" ? `(extract(epoch from ${column}) * 1000)::int8` : column}`
  ).join(", ")
})`

export const calibrationRecord = ({ fittedAt, inForceFrom, knownUntil, ...rest }: Calibration) => ({
  ...rest,
  known_until: knownUntil === null ? null : instantText(knownUntil),
  in_force_from: instantText(inForceFrom),
  fitted_at: instantText(fittedAt)
})

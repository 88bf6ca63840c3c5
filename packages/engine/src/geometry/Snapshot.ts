/**
 * The whole state of a detector as plain JSON, and back.
 *
 * A snapshot is every field that an object holds by itself, so that none can be forgotten: numbers, texts, flags,
 * typed arrays, lists of plain rows, and other objects of this kind. What the rules say is not state: a snapshot is restored into an object
 * that was made with the same rules, and goes on as if it had never stopped.
 */
import * as Schema from "effect/Schema"

export type SnapshotValue =
  | number
  | string
  | boolean
  | null
  | ReadonlyArray<number | string>
  | ReadonlyArray<Snapshot>
  | Snapshot
export interface Snapshot {
  readonly [field: string]: SnapshotValue
}

/** The snapshot is not one of such an object: a field is missing, or of another kind. */
export class SnapshotInvalid extends Schema.TaggedError<SnapshotInvalid>()("SnapshotInvalid", {
  field: Schema.String,
  found: Schema.String
}) {
  override get message() {
    return `field ${this.field} of the snapshot was ${this.found}, expected what a snapshot of the same version holds`
  }
}

// JSON has no such numbers, and an undefined level is NaN.
const odd: Readonly<Record<string, number>> = { NaN, Infinity, "-Infinity": -Infinity, "-0": -0 }

const written = (value: number): number | string =>
  Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? "-0" : String(value)

type Numbers = Float64Array | Int32Array

const isNumbers = (value: unknown): value is Numbers => value instanceof Float64Array || value instanceof Int32Array

/** What an object is made with, as opposed to what it has seen. */
const given = new Set(["rules", "tick", "coincident", "redrawn", "onDot", "flatSlope", "subscriptions", "targets"])

export const isSnapshot = (value: SnapshotValue | undefined): value is Snapshot =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const snapshotOf = (holder: object): Snapshot => {
  const fields: Record<string, SnapshotValue> = {}
  for (const [name, value] of Object.entries(holder)) {
    if (given.has(name)) continue
    if (typeof value === "number") fields[name] = written(value)
    else if (typeof value === "string" || typeof value === "boolean" || value === null) fields[name] = value
    else if (isNumbers(value)) fields[name] = Array.from(value, written)
    else if (Array.isArray(value)) fields[name] = value.map((row) => snapshotOf(row))
    else if (typeof value === "object") fields[name] = snapshotOf(value)
  }
  return fields
}

/** Puts `holder` into the state of the snapshot. Throws `SnapshotInvalid`, and then `holder` is of no use any more. */
export const restoreInto = (holder: object, snapshot: Snapshot): void => {
  for (const [name, value] of Object.entries(holder)) {
    if (given.has(name) || typeof value === "function") continue
    const kept = snapshot[name]
    const invalid = () => new SnapshotInvalid({ field: name, found: foundText(kept) })
    if (isNumbers(value)) {
      if (!Array.isArray(kept) || kept.length !== value.length) throw invalid()
      value.set(kept.map((one) => number(name, one)))
    } else if (Array.isArray(value)) {
      if (!Array.isArray(kept)) throw invalid()
      Reflect.set(holder, name, structuredClone(kept))
    } else if (typeof value === "object" && value !== null) {
      if (!isSnapshot(kept)) throw invalid()
      restoreInto(value, kept)
    } else {
      if (!fits(value, kept)) throw invalid()
      Reflect.set(holder, name, typeof value === "number" ? number(name, kept) : kept)
    }
  }
}

/** A text may be absent: that is what a null is. */
const fits = (value: unknown, kept: SnapshotValue | undefined): boolean =>
  typeof value === "number"
    ? kept !== undefined
    : typeof value === "boolean"
    ? typeof kept === "boolean"
    : kept === null || typeof kept === "string"

/** Refuses a snapshot of an object that was made with something else than `made`, which goes into each as text. */
export const checkMade = (snapshot: Snapshot, made: string): void => {
  if (snapshot["made"] !== made) throw new SnapshotInvalid({ field: "made", found: foundText(snapshot["made"]) })
}

const number = (field: string, value: unknown): number => {
  const known = typeof value === "string" ? odd[value] : value
  if (typeof known !== "number") throw new SnapshotInvalid({ field, found: foundText(value) })
  return known
}

const foundText = (value: unknown): string => value === undefined ? "missing" : JSON.stringify(value).slice(0, 60)

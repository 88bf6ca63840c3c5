/**
 * From a confidence to the probability of R > 0 given a fill, as something that can be stored.
 *
 * The version of a map is the hash of its contents: the same map has the same name everywhere, and a probability
 * that was stored with its version can be computed again.
 */
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { heightAt } from "./Isotonic.ts"
import { plattAt } from "./Platt.ts"

const LogLoss = Schema.NullOr(Schema.Finite)

const fields = {
  /** Fills that it was fitted on. */
  fills: Schema.Int,
  /** Of these, when the last outcome was known, epoch ms; null without fills. */
  knownUntil: Schema.NullOr(Schema.Int),
  /** Why it is this map and no other, in one clause. */
  reason: Schema.NonEmptyString,
  /** Mean log loss out of sample of each kind; null where it was not measured. */
  logLoss: Schema.Struct({ identity: LogLoss, platt: LogLoss, isotonic: LogLoss })
}

const Identity = Schema.Struct({ kind: Schema.Literal("identity"), ...fields })
const Platt = Schema.Struct({ kind: Schema.Literal("platt"), ...fields, a: Schema.Finite, b: Schema.Finite })
const Isotonic = Schema.Struct({
  kind: Schema.Literal("isotonic"),
  ...fields,
  knots: Schema.Array(Schema.Tuple([Schema.Finite, Schema.Finite]))
})

export type MapContents = typeof Identity.Type | typeof Platt.Type | typeof Isotonic.Type

const version = { version: Schema.NonEmptyString }

export const ProbabilityMap = Schema.Union([
  Schema.Struct({ ...Identity.fields, ...version }),
  Schema.Struct({ ...Platt.fields, ...version }),
  Schema.Struct({ ...Isotonic.fields, ...version })
])
export type ProbabilityMap = typeof ProbabilityMap.Type

export const mapOf = (contents: MapContents): ProbabilityMap => ({ ...contents, version: versionOf(contents) })

/** Whether a stored map is the one that its version names. */
export const isIntact = (map: ProbabilityMap): boolean => map.version === versionOf(map)

/** The order of the keys is part of what is hashed, so they are written out. */
const versionOf = (map: MapContents): string => {
  const { fills, kind, knownUntil, logLoss, reason } = map
  const curve = kind === "platt" ? [map.a, map.b] : kind === "isotonic" ? map.knots : []
  const contents = [kind, fills, knownUntil, reason, logLoss.identity, logLoss.platt, logLoss.isotonic, curve]
  return createHash("sha256").update(JSON.stringify(contents)).digest("hex").slice(0, 16)
}

/**
 * The probability that `map` gives to a confidence from 0 to 1. A fitted map keeps it from 1 / (n + 2) to
 * (n + 1) / (n + 2) of its n fills (Laplace's rule of succession): nothing is certain after n cases.
 */
export const apply = (map: MapContents, confidence: number): number => {
  if (map.kind === "identity") return confidence
  const raw = map.kind === "platt" ? plattAt(map, confidence) : heightAt(map.knots, confidence)
  const least = 1 / (map.fills + 2)
  return Math.min(1 - least, Math.max(least, raw))
}

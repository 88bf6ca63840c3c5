/**
 * Every threshold of the method that no source publishes, as named options with their defaults.
 *
 * They are versioned together: a change of a default is a new `rulesVersion`. Distances are in units of the
 * envelope width W or of the mean range of the last three bars, so that all of them are free of scale.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export const rulesVersion = "1"

const number = (value: number) => Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(value)))
const count = (value: number) =>
  Schema.Int.check(Schema.isGreaterThan(0)).pipe(Schema.withDecodingDefaultKey(Effect.succeed(value)))

/** Which dot a close is compared with: the one projected for its bar, or the one that contains it. */
export const DotOption = Schema.Literals(["projected", "coincident"])
export type DotOption = typeof DotOption.Type

export const EnvelopeOption = Schema.Literals(["drummond", "stdev", "range", "atr", "percent"])
export type EnvelopeOption = typeof EnvelopeOption.Type

export const GeometryOptions = Schema.Struct({
  dot: DotOption.pipe(Schema.withDecodingDefaultKey(Effect.succeed("projected" as const))),
  envelope: EnvelopeOption.pipe(Schema.withDecodingDefaultKey(Effect.succeed("drummond" as const)))
})
export type GeometryOptions = typeof GeometryOptions.Type

export const Rules = Schema.Struct({
  geometry: GeometryOptions.pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  /** A slope smaller than this share of the mean range of three bars is flat. */
  flatSlope: number(0.05),
  /** A close this near to the dot, relative to the dot, is on it. */
  onDot: number(1e-9),
  /** Closed bars that both timeframes must have before anything is decided. */
  warmUpBars: count(20),
  pushBars: count(3),
  refreshAway: number(0.5),
  refreshNear: number(0.15),
  refreshMinBars: count(2),
  refreshMaxBars: count(4),
  exhaustOutside: number(0.75),
  exhaustMinBars: count(2),
  exhaustWindow: count(3),
  waveBars: count(3),
  oscillationBars: count(4),
  oscillationLow: number(0.2),
  oscillationHigh: number(0.8),
  terminationNear: number(0.25),
  /** Bars of each timeframe within which a pattern still counts as shared by both; detectors remember 32. */
  sharedPatternBars: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 32 })).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(10))
  ),
  permittedAlignment: number(0.6),
  entryAlignment: number(0.7),
  entryStrength: number(0.6),
  zoneReach: number(3),
  zoneTolerance: number(0.25),
  zoneWeight: number(3),
  zoneDistance: number(1),
  stopDistance: number(0.5),
  zoneTargetReward: number(1.5),
  fallbackReward: number(2),
  minReward: number(1),
  /** Confidence of an exit by its reason; 0 switches the reason off. */
  exitHigherTurned: number(0.8),
  exitExhaust: number(0.7),
  exitZoneTouch: number(0.65),
  /** Bars of the trading timeframe within which an entry must fill, and within which it must then end. */
  fillBars: count(8),
  holdBars: count(48)
})
export type Rules = typeof Rules.Type

export const defaultRules: Rules = Schema.decodeSync(Rules)({})

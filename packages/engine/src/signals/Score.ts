/** Strength, confidence and tier of an entry, each from 0 to 1. Confidence is a score, not a probability. */
import type { Tier } from "@dgas/domain/Signal"
import { DOWN_BITS, UP_BITS } from "../geometry/Patterns.ts"
import type { TimeframeGeometry } from "../geometry/TimeframeGeometry.ts"

/**
 * How many timeframes completed a pattern in `direction` within the last `bars` of each: 2 needs the same pattern on both.
 * The two terminations at levels are patterns as any other here.
 */
export const patternSupport = (
  higher: TimeframeGeometry,
  trading: TimeframeGeometry,
  direction: -1 | 1,
  bars: number
): 0 | 1 | 2 => {
  const bits = direction === 1 ? UP_BITS : DOWN_BITS
  const above = higher.patterns.completedWithin(bars) & bits
  const here = trading.patterns.completedWithin(bars) & bits
  return (above & here) !== 0 ? 2 : (above | here) !== 0 ? 1 : 0
}

/** What each fact adds to signal strength. */
export const strengthParts = (alignment: number, higherStrength: number, zoneWeight: number, support: number) => ({
  alignment: 0.4 * alignment,
  higherStrength: 0.3 * higherStrength,
  zone: 0.15 * Math.min(zoneWeight / 4, 1),
  pattern: support === 2 ? 0.15 : 0
})

/** What each fact adds to confidence. */
export const confidenceParts = (
  alignment: number,
  higherStrength: number,
  zoneWeight: number,
  support: number,
  strength: number
) => ({
  alignment: 0.3 * alignment,
  higherStrength: 0.25 * higherStrength,
  pattern: 0.1 * support,
  zone: 0.15 * Math.min(zoneWeight / 4, 1),
  strength: 0.1 * strength
})

export const signalStrength = (
  alignment: number,
  higherStrength: number,
  zoneWeight: number,
  support: number
): number => 0.4 * alignment + 0.3 * higherStrength + 0.15 * Math.min(zoneWeight / 4, 1) + (support === 2 ? 0.15 : 0)

export const confidence = (
  alignment: number,
  higherStrength: number,
  zoneWeight: number,
  support: number,
  strength: number
): number =>
  0.3 * alignment + 0.25 * higherStrength + 0.1 * support + 0.15 * Math.min(zoneWeight / 4, 1) + 0.1 * strength

export const tierOf = (alignment: number, strength: number, zoneWeight: number, support: number): Tier =>
  alignment >= 0.85 && strength >= 0.8 && zoneWeight >= 4 && support === 2
    ? "HIGH"
    : alignment >= 0.75 && strength >= 0.7
    ? "MEDIUM"
    : "LOW"

/** Share of the usual position that a tier deserves. */
export const positionFactor: Record<Tier, number> = { HIGH: 1, MEDIUM: 0.75, LOW: 0.5 }

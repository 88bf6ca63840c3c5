/**
 * Quantiles by linear interpolation between order statistics: the p-quantile of n values stands at rank (n - 1) p,
 * counted from 0.
 *
 * Source: Hyndman and Fan, Sample Quantiles in Statistical Packages (1996), definition 7; the default of R, NumPy and
 * of spreadsheets.
 */

/** Of values in ascending order; NaN of none. `p` from 0 to 1. */
export const quantileOf = (ascending: ArrayLike<number>, p: number): number => {
  const rank = (ascending.length - 1) * p
  const below = Math.floor(rank)
  const low = ascending[below] ?? NaN
  const high = ascending[Math.ceil(rank)] ?? NaN
  return low + (high - low) * (rank - below)
}

/** In the unit of the values. */
export interface Percentiles {
  readonly n: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** Of values in any order; null of none. */
export const percentilesOf = (values: ReadonlyArray<number>): Percentiles | null => {
  if (values.length === 0) return null
  const ascending = Float64Array.from(values).toSorted()
  return {
    n: values.length,
    p50: quantileOf(ascending, 0.5),
    p95: quantileOf(ascending, 0.95),
    p99: quantileOf(ascending, 0.99),
    max: quantileOf(ascending, 1)
  }
}

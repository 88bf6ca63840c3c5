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

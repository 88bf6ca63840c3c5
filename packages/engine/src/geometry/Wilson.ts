/** The share of successes in a sample, and how well the sample knows it. */

/** `share`, `low` and `high` from 0 to 1. */
export interface Interval {
  readonly share: number
  readonly low: number
  readonly high: number
}

/** The 97.5 % quantile of the normal distribution: 95 % lie within it on both sides. */
const z = 1.959963984540054

/**
 * Wilson's 95 % interval of `successes` out of `n` independent trials, `n` above 0.
 * Source: Wilson, Probable Inference, the Law of Succession, and Statistical Inference (1927).
 */
export const wilson = (successes: number, n: number): Interval => {
  const share = successes / n
  const centre = share + z * z / (2 * n)
  const spread = z * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
  const scale = 1 + z * z / n
  return { share, low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) }
}

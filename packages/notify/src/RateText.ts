/** Measured shares as people read them: always with their interval and the number of cases. */
import type { LevelRate } from "@dgas/engine/geometry/LevelRates"
import type { Interval } from "@dgas/engine/geometry/Wilson"

const percent = (share: number) => (share * 100).toFixed(0)

/** `41 % [38, 44]`: the share and its 95 % interval. */
export const shareText = ({ high, low, share }: Interval): string =>
  `${percent(share)} % [${percent(low)}, ${percent(high)}]`

/** Whether a share of `n` cases is worth telling: below 30 its interval is wider than what it could tell. */
export const hasEnough = (n: number): boolean => n >= 30

/** How often the next bar did what at a level; says so when there is not enough to tell. */
export const rateText = (rate: LevelRate | undefined): string =>
  rate !== undefined && hasEnough(rate.n)
    ? `reached ${shareText(rate.touched)}, closed beyond ${shareText(rate.beyond)} of ${rate.n} bars`
    : `not enough bars to tell (${rate?.n ?? 0})`

/** A curve as eyes need it: of many points those between which the others lie. */
import type { EquityPoint } from "@dgas/monitor/Equity"

/** Two a stretch, and the last. */
const stretches = 999

/** All of at most 2,000 points; of more the highest and the lowest of each stretch, and the last. In their order. */
export const thinned = (curve: ReadonlyArray<EquityPoint>): ReadonlyArray<EquityPoint> => {
  if (curve.length <= 2 * stretches + 2) return curve
  const kept = Array.from({ length: stretches }, (_, stretch) => {
    const from = Math.floor(stretch * curve.length / stretches)
    const to = Math.floor((stretch + 1) * curve.length / stretches)
    let [low, high] = [from, from]
    for (let at = from; at < to; at++) {
      if (curve[at]!.equity < curve[low]!.equity) low = at
      if (curve[at]!.equity > curve[high]!.equity) high = at
    }
    return low === high ? [low] : low < high ? [low, high] : [high, low]
  }).flat()
  const last = curve.length - 1
  return (kept.at(-1) === last ? kept : [...kept, last]).map((at) => curve[at]!)
}

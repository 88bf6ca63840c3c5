/**
 * Whether the signals earn anything: expectancy a fill, in R and in percent of the fill price, after costs.
 *
 * Null below 30 fills. An interval that covers zero is no demonstrated edge, whatever its middle says.
 */
import { defaultResampling, type Estimate, percentileEstimate, resampled, type Resampling } from "./Bootstrap.ts"
import { fillsOf } from "./Fill.ts"
import type { JudgedSignal } from "./JudgedSignal.ts"
import { areEnough, notEnough } from "./Rate.ts"

export interface Expectancy {
  readonly r: Estimate
  readonly pnlPct: Estimate
  /** The mean R had every ambiguous bar been the stop, and had it been the target. */
  readonly rIfLosses: number
  readonly rIfWins: number
}

const verdicts = ["not enough data", "no demonstrated edge", "edge", "negative edge"] as const
export type Verdict = typeof verdicts[number]

export interface Edge {
  readonly fills: number
  readonly expectancy: Expectancy | null
  readonly verdict: Verdict
  readonly text: string
}

export const edgeOf = (signals: ReadonlyArray<JudgedSignal>, resampling: Resampling = defaultResampling): Edge => {
  const fills = fillsOf(signals)
  const n = fills.length
  const slots = fills.map(({ signalAt }) => signalAt)
  if (!areEnough(slots)) {
    return { fills: n, expectancy: null, verdict: "not enough data", text: notEnough(n, new Set(slots).size) }
  }
  const rs = fills.map(({ r }) => r)
  const percents = fills.map(({ pnlPct }) => pnlPct)
  const draws = resampled(
    slots,
    (weights) => ({ r: weightedMean(rs, weights), pnlPct: weightedMean(percents, weights) }),
    resampling
  )
  const r = percentileEstimate(meanOf(rs), draws.map((draw) => draw.r), n)
  const verdict = verdictOf(r)
  return {
    fills: n,
    expectancy: {
      r,
      pnlPct: percentileEstimate(meanOf(percents), draws.map((draw) => draw.pnlPct), n),
      rIfLosses: meanOf(fills.map(({ rIfLoss }) => rIfLoss)),
      rIfWins: meanOf(fills.map(({ rIfWin }) => rIfWin))
    },
    verdict,
    text: `${verdict}: ${estimateText(r, "R")} a fill after costs, of ${n} fills`
  }
}

/** `0.12 R [0.03, 0.21]`: the value and its 95 % interval. */
export const estimateText = ({ high, low, value }: Estimate, unit: string): string =>
  `${value.toFixed(2)} ${unit} [${low.toFixed(2)}, ${high.toFixed(2)}]`

export const verdictOf = ({ high, low }: Estimate): Verdict =>
  low > 0 ? "edge" : high < 0 ? "negative edge" : "no demonstrated edge"

/** NaN of none. */
export const meanOf = (values: ReadonlyArray<number> | Float64Array): number => {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

const weightedMean = (values: ReadonlyArray<number>, weights: ArrayLike<number>) => {
  let sum = 0
  let total = 0
  for (let at = 0; at < values.length; at++) {
    sum += values[at]! * weights[at]!
    total += weights[at]!
  }
  return sum / total
}

/**
 * What the fills add up to, one R risked on each, in the order in which their outcomes were known.
 *
 * `faultsOf` computes the same another way and says where the two differ: an empty list is the proof of the curve.
 */
import { type Fill, fillsOf } from "./Fill.ts"
import type { JudgedSignal } from "./JudgedSignal.ts"

/** After one fill; in R. `drawdown` is how far below the highest equity so far, which begins with 0. */
export interface EquityPoint {
  readonly at: number
  readonly r: number
  readonly equity: number
  readonly drawdown: number
}

export interface Equity {
  readonly curve: ReadonlyArray<EquityPoint>
  readonly total: number
  readonly maxDrawdown: number
  /** When the deepest drawdown was reached, epoch ms; null without one. */
  readonly maxDrawdownAt: number | null
  /** Fills in a row with R > 0, and with R <= 0. */
  readonly longestGain: number
  readonly longestLoss: number
}

/** Null of no fills. */
export const equityOf = (signals: ReadonlyArray<JudgedSignal>): Equity | null => {
  const curve: Array<EquityPoint> = []
  let equity = 0
  let peak = 0
  let deepest: EquityPoint | null = null
  const longest = { gain: 0, loss: 0 }
  const running = { gain: 0, loss: 0 }
  for (const { knownAt, r } of fillsOf(signals).toSorted(byKnown)) {
    equity += r
    peak = Math.max(peak, equity)
    const point = { at: knownAt, r, equity, drawdown: peak - equity }
    curve.push(point)
    if (point.drawdown > (deepest?.drawdown ?? 0)) deepest = point
    running.gain = r > 0 ? running.gain + 1 : 0
    running.loss = r > 0 ? 0 : running.loss + 1
    longest.gain = Math.max(longest.gain, running.gain)
    longest.loss = Math.max(longest.loss, running.loss)
  }
  if (curve.length === 0) return null
  return {
    curve,
    total: equity,
    maxDrawdown: deepest?.drawdown ?? 0,
    maxDrawdownAt: deepest?.at ?? null,
    longestGain: longest.gain,
    longestLoss: longest.loss
  }
}

const byKnown = (a: Fill, b: Fill) => a.knownAt - b.knownAt || a.signalAt - b.signalAt || (a.id < b.id ? -1 : 1)

/** Where a curve is not what its fills say, one sentence each. */
export const faultsOf = (equity: Equity, signals: ReadonlyArray<JudgedSignal>): ReadonlyArray<string> => {
  const rs = fillsOf(signals).map(({ r }) => r)
  // Small ones first: not the order, and so not the rounding, of the curve.
  const sumOf = (values: ReadonlyArray<number>) =>
    values.toSorted((a, b) => Math.abs(a) - Math.abs(b)).reduce((sum, value) => sum + value, 0)
  const lost = -sumOf(rs.filter((r) => r < 0))
  const sum = sumOf(rs)
  // Of n additions, each wrong by half a unit in the last place at most.
  const tolerance = rs.length * Number.EPSILON * (1 + sumOf(rs.map(Math.abs)))
  const { curve, longestGain, longestLoss, maxDrawdown, total } = equity
  const highest = curve.reduce((most, point) => Math.max(most, point.equity), 0)
  const lowest = curve.reduce((least, point) => Math.min(least, point.equity), 0)
  const gains = rs.filter((r) => r > 0).length
  return [
    { holds: curve.length === rs.length, fault: `${curve.length} points of ${rs.length} fills` },
    { holds: Math.abs(total - sum) <= tolerance, fault: `equity ends at ${total}, the trades add up to ${sum}` },
    {
      holds: maxDrawdown >= 0 && maxDrawdown <= lost + tolerance,
      fault: `drawdown ${maxDrawdown} is not between 0 and all losses ${lost}`
    },
    {
      holds: maxDrawdown <= highest - lowest + tolerance && maxDrawdown >= highest - total - tolerance,
      fault: `drawdown ${maxDrawdown} is not between that at the end ${highest - total} and the span ${
        highest - lowest
      }`
    },
    {
      holds: longestGain <= gains && longestLoss <= rs.length - gains,
      fault: `streaks of ${longestGain} and ${longestLoss} of ${gains} gains and ${rs.length - gains} losses`
    },
    {
      holds: Math.abs(sum) <= tolerance || Math.sign(total) === Math.sign(sum / rs.length),
      fault: `a return of ${total} has another sign than its mean ${sum / rs.length}`
    }
  ].filter(({ holds }) => !holds).map(({ fault }) => fault)
}

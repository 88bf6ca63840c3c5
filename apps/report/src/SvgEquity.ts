/** The equity curve in R, and the drawdown hanging from its peaks. */
import { timeText } from "@dgas/domain/TimeText"
import type { Equity, EquityPoint } from "@dgas/monitor/Equity"
import { html, type Markup } from "@dgas/notify/Markup"
import { evenly, framed, niceTicks, type Plane, pointsOf } from "./Svg.ts"

export const equityLabel =
  "Sum of R after each fill, one R risked on each, in the order in which results were known. The shade is how far below its peak it was."

export const equitySvg = ({ curve }: Equity, zone: string): Markup => {
  const [first, last] = [curve[0]?.at ?? 0, curve.at(-1)?.at ?? 1]
  const start: EquityPoint = { at: first, r: 0, equity: 0, drawdown: 0 }
  const points = thinned([start, ...curve])
  const values = points.flatMap(({ drawdown, equity }) => [equity, equity + drawdown])
  const ticks = niceTicks(values.reduce((a, b) => Math.min(a, b), 0), values.reduce((a, b) => Math.max(a, b), 0))
  return framed(
    equityLabel,
    { from: first, to: last, ticks: evenly(first, last, 4), text: (at) => timeText(at, zone).slice(0, 10), title: "" },
    { from: ticks[0] ?? 0, to: ticks.at(-1) ?? 1, ticks, text: (value) => `${value} R`, title: "equity" },
    (plane) => [drawdownSvg(points, plane), zeroSvg(first, last, plane), lineSvg(points, plane)]
  )
}

const lineSvg = (points: ReadonlyArray<EquityPoint>, plane: Plane): Markup =>
  html`<polyline points="${
    pointsOf(plane, points.map(({ at, equity }) => [at, equity]))
  }" fill="none" stroke="var(--mark)" stroke-width="2" stroke-linejoin="round"/>
`

const zeroSvg = (first: number, last: number, plane: Plane): Markup =>
  html`<line x1="${plane.x(first)}" x2="${plane.x(last)}" y1="${plane.y(0)}" y2="${plane.y(0)}" stroke="var(--soft)"/>
`

const drawdownSvg = (points: ReadonlyArray<EquityPoint>, plane: Plane): Markup =>
  html`<polygon points="${
    pointsOf(plane, [
      ...points.map(({ at, drawdown, equity }) => [at, equity + drawdown] as const),
      ...points.toReversed().map(({ at, equity }) => [at, equity] as const)
    ])
  }" fill="var(--fill)"/>
`

/** More points than this are finer than any screen: of each stretch the lowest and the highest stay. */
const most = 1200

const thinned = (points: ReadonlyArray<EquityPoint>): ReadonlyArray<EquityPoint> => {
  if (points.length <= most) return points
  const stretch = Math.ceil(points.length / (most / 2))
  return Array.from({ length: Math.ceil(points.length / stretch) }, (_, index) => {
    const part = points.slice(index * stretch, (index + 1) * stretch)
    const low = part.reduce((least, point) => point.equity < least.equity ? point : least)
    const high = part.reduce((best, point) => point.equity > best.equity ? point : best)
    return low === high ? [low] : low.at <= high.at ? [low, high] : [high, low]
  }).flat()
}

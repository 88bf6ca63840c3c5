/** Puts bars, and what is to be seen beside them, into a chart. */
import { createSeriesMarkers, LineStyle, type TickMarkType, type Time, type UTCTimestamp } from "lightweight-charts"
import type { PriceStep } from "../longer.ts"
import { zone } from "../now.ts"
import { colours, faint } from "../theme.ts"
import { AreaPrimitive } from "./AreaPrimitive.ts"
import { type Drawn, msOf } from "./drawn.ts"
import type { GeometryBar, PriceChartProps, Tone } from "./Price.ts"
import { areDays, tickTextOf } from "./ticks.ts"

export const secondsOf = (instant: number | string): UTCTimestamp =>
  (typeof instant === "number" ? instant : Date.parse(instant)) / 1000 as UTCTimestamp

const pointsOf = (bars: ReadonlyArray<GeometryBar>, value: (bar: GeometryBar) => number | null) =>
  bars.map((bar) => {
    const [time, found] = [secondsOf(bar.openTime), value(bar)]
    return found === null ? { time } : { time, value: found }
  })

/** Pixels. */
const nameWidth = 110

export const drawBars = (
  { bottom, candles, chart, dots, top }: Drawn,
  bars: ReadonlyArray<GeometryBar>,
  decimals: number,
  shown: number
) => {
  const priceFormat = { type: "price", precision: decimals, minMove: 10 ** -decimals } as const
  for (const series of [candles, dots, top, bottom]) series.applyOptions({ priceFormat })
  const tickText = tickTextOf(zone, areDays(bars.map(({ openTime }) => Date.parse(openTime))))
  chart.applyOptions({
    timeScale: { tickMarkFormatter: (time: Time, kind: TickMarkType) => tickText(msOf(time), kind) }
  })
  candles.setData(
    bars.map(({ close, high, low, open, openTime }) => ({ time: secondsOf(openTime), open, high, low, close }))
  )
  dots.setData(pointsOf(bars, ({ dot }) => dot))
  top.setData(pointsOf(bars, ({ envelopeTop }) => envelopeTop))
  bottom.setData(pointsOf(bars, ({ envelopeBottom }) => envelopeBottom))
  // The names of prices stand over the end of the chart: the last bars are to be seen beside them.
  const width = chart.timeScale().width()
  const ahead = Math.ceil(shown * nameWidth / Math.max(nameWidth, width - nameWidth))
  chart.timeScale().setVisibleLogicalRange({ from: Math.max(0, bars.length - shown) - 1, to: bars.length + ahead })
}

export const drawSteps = ({ longer }: Drawn, steps: ReadonlyArray<PriceStep>) => {
  for (const name of ["dot", "envelopeTop", "envelopeBottom"] as const) {
    longer[name].setData(steps.map(({ at, [name]: value }) => {
      const time = secondsOf(at)
      return value === null ? { time } : { time, value }
    }))
  }
}

/** Comes back with what takes it away. */
export const drawBeside = ({ candles }: Drawn, { areas, lines, marks }: PriceChartProps) => {
  const of: Readonly<Record<Tone, string>> = colours()
  const made = lines.map(({ dashed, price, title, tone }) =>
    candles.createPriceLine({
      price,
      title,
      color: of[tone],
      lineWidth: 1,
      lineStyle: dashed ? LineStyle.Dashed : LineStyle.Solid,
      axisLabelVisible: true
    })
  )
  const shade = new AreaPrimitive(areas.map(({ from, high, low, to, tone }) => ({
    from: from === null ? null : secondsOf(from),
    to: to === null ? null : secondsOf(to),
    low,
    high,
    colour: faint(of[tone], 0.16)
  })))
  candles.attachPrimitive(shade)
  const shown = createSeriesMarkers(
    candles,
    marks.toSorted((a, b) => a.at - b.at).map(({ at, place, text, tone }) => ({
      time: secondsOf(at),
      position: place === "above" ? "aboveBar" as const : "belowBar" as const,
      shape: place === "above" ? "arrowDown" as const : "arrowUp" as const,
      color: of[tone],
      text
    }))
  )
  // The lines are to be seen also where no bar has been.
  const prices = [...lines.map(({ price }) => price), ...areas.flatMap(({ high, low }) => [high, low])]
  candles.applyOptions({
    autoscaleInfoProvider: (original: () => { priceRange: { minValue: number; maxValue: number } | null } | null) => {
      const found = original()
      const range = found?.priceRange
      if (found === null || range === null || range === undefined) return found
      // What is further away would make the bars flat.
      const height = (range.maxValue - range.minValue) / 3
      const near = prices.filter((price) => price > range.minValue - height && price < range.maxValue + height)
      return {
        ...found,
        priceRange: { minValue: Math.min(range.minValue, ...near), maxValue: Math.max(range.maxValue, ...near) }
      }
    }
  })
  return () => {
    for (const line of made) candles.removePriceLine(line)
    candles.detachPrimitive(shade)
    shown.detach()
  }
}

/**
 * Candles with the dot and the envelope, and whatever else is to be seen at prices.
 *
 * Rising bars are hollow and falling ones filled, so that their colours are no more than a help. The library's own mark
 * of who made it is a style sheet in the page, which the policy of the page forbids: `ChartCredit` stands in its place.
 */
import { createSeriesMarkers, LineStyle, type TickMarkType, type Time, type UTCTimestamp } from "lightweight-charts"
import { useEffect, useRef } from "preact/hooks"
import type { PriceStep } from "../longer.ts"
import { zone } from "../now.ts"
import { colours, dark, faint } from "../theme.ts"
import { AreaPrimitive } from "./AreaPrimitive.ts"
import { ChartCredit } from "./ChartCredit.tsx"
import { type Drawn, drawnIn, msOf } from "./drawn.ts"
import type { GeometryBar, PriceChartProps, Tone } from "./Price.ts"
import { areDays, tickTextOf } from "./ticks.ts"

const secondsOf = (instant: number | string): UTCTimestamp =>
  (typeof instant === "number" ? instant : Date.parse(instant)) / 1000 as UTCTimestamp

const pointsOf = (bars: ReadonlyArray<GeometryBar>, value: (bar: GeometryBar) => number | null) =>
  bars.map((bar) => {
    const [time, found] = [secondsOf(bar.openTime), value(bar)]
    return found === null ? { time } : { time, value: found }
  })

/** Pixels. */
const nameWidth = 110

const drawBars = (
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

const drawSteps = ({ longer }: Drawn, steps: ReadonlyArray<PriceStep>) => {
  for (const name of ["dot", "envelopeTop", "envelopeBottom"] as const) {
    longer[name].setData(steps.map(({ at, [name]: value }) => {
      const time = secondsOf(at)
      return value === null ? { time } : { time, value }
    }))
  }
}

const drawBeside = ({ candles }: Drawn, { areas, lines, marks }: PriceChartProps) => {
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

const none: ReadonlyArray<PriceStep> = []

const PriceChart = (props: PriceChartProps) => {
  const element = useRef<HTMLDivElement>(null)
  const drawn = useRef<Drawn | null>(null)
  const isDark = dark.value

  useEffect(() => {
    if (element.current === null) return
    const made = drawnIn(element.current)
    drawn.current = made
    return () => {
      drawn.current = null
      made.chart.remove()
    }
  }, [isDark])

  const { areas, bars, decimals, lines, marks, shown, steps = none, tall } = props
  useEffect(() => {
    if (drawn.current !== null) drawBars(drawn.current, bars, decimals, shown)
  }, [isDark, bars, decimals, shown])

  useEffect(() => {
    if (drawn.current !== null) drawSteps(drawn.current, steps)
  }, [isDark, steps])

  const beside = JSON.stringify([areas, lines, marks])
  useEffect(() => {
    if (drawn.current === null) return
    drawn.current.undo()
    drawn.current.undo = drawBeside(drawn.current, props)
  }, [isDark, bars, beside])

  return (
    <figure class={tall === true ? "chart tall" : "chart"}>
      <div class="canvas" role="img" aria-label={props.label} ref={element} />
      <ChartCredit />
    </figure>
  )
}

export default PriceChart

/**
 * Candles with the dot and the envelope, and whatever else is to be seen at prices.
 *
 * Rising bars are hollow and falling ones filled, so that their colours are no more than a help. The library's own mark
 * of who made it is a style sheet in the page, which the policy of the page forbids: `ChartCredit` stands in its place.
 */
import {
  CandlestickSeries,
  ColorType,
  createChart,
  createSeriesMarkers,
  CrosshairMode,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  LineType,
  type TickMarkType,
  type Time,
  type UTCTimestamp
} from "lightweight-charts"
import { useEffect, useRef } from "preact/hooks"
import type { PriceStep } from "../longer.ts"
import { zone } from "../now.ts"
import { timeText } from "../texts.ts"
import { type Colours, colours, dark, faint } from "../theme.ts"
import { AreaPrimitive } from "./AreaPrimitive.ts"
import { ChartCredit } from "./ChartCredit.tsx"
import type { GeometryBar, PriceChartProps, Tone } from "./Price.ts"
import { areDays, tickTextOf } from "./ticks.ts"

const secondsOf = (instant: number | string): UTCTimestamp =>
  (typeof instant === "number" ? instant : Date.parse(instant)) / 1000 as UTCTimestamp

const msOf = (time: Time): number => typeof time === "number" ? time * 1000 : 0

const chartIn = (element: HTMLElement, { card, line, soft }: Colours) =>
  createChart(element, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: card },
      textColor: soft,
      fontSize: 11,
      fontFamily: getComputedStyle(document.body).fontFamily,
      attributionLogo: false
    },
    grid: { vertLines: { color: faint(line, 0.5) }, horzLines: { color: faint(line, 0.5) } },
    crosshair: { mode: CrosshairMode.Normal },
    rightPriceScale: { borderColor: line, scaleMargins: { top: 0.08, bottom: 0.08 } },
    timeScale: { borderColor: line, timeVisible: true, rightOffset: 3, tickMarkMaxCharacterLength: 11 },
    localization: { timeFormatter: (time: Time) => timeText(msOf(time)) },
    // A finger or wheel over the chart moves the page; the chart is moved by dragging and by pinching.
    handleScroll: { vertTouchDrag: false, mouseWheel: false },
    handleScale: { mouseWheel: false }
  })

interface Drawn {
  readonly chart: IChartApi
  readonly candles: ISeriesApi<"Candlestick">
  readonly dots: ISeriesApi<"Line">
  readonly top: ISeriesApi<"Line">
  readonly bottom: ISeriesApi<"Line">
  /** Those of longer bars. */
  readonly longer: { readonly [Name in "dot" | "envelopeTop" | "envelopeBottom"]: ISeriesApi<"Line"> }
  /** Takes away what was drawn beside the bars. */
  undo: () => void
}

const drawnIn = (element: HTMLElement): Drawn => {
  const of = colours()
  const chart = chartIn(element, of)
  const line = (color: string, lineStyle: LineStyle, lineWidth: 1 | 2) =>
    chart.addSeries(LineSeries, {
      color,
      lineStyle,
      lineWidth,
      lastValueVisible: false,
      priceLineVisible: false,
      crosshairMarkerVisible: false
    })
  const step = (lineStyle: LineStyle) => {
    const series = line(of.zone, lineStyle, 1)
    // Far ones would make the bars flat.
    series.applyOptions({ lineType: LineType.WithSteps, autoscaleInfoProvider: () => null })
    return series
  }
  const longer = {
    dot: step(LineStyle.Dotted),
    envelopeTop: step(LineStyle.Solid),
    envelopeBottom: step(LineStyle.Solid)
  }
  const top = line(of.envelope, LineStyle.Solid, 1)
  const bottom = line(of.envelope, LineStyle.Solid, 1)
  const candles = chart.addSeries(CandlestickSeries, {
    upColor: of.card,
    downColor: of.down,
    borderUpColor: of.up,
    borderDownColor: of.down,
    wickUpColor: of.up,
    wickDownColor: of.down,
    priceLineVisible: false,
    lastValueVisible: false
  })
  const dots = line(of.dot, LineStyle.Dotted, 2)
  return { chart, candles, dots, top, bottom, longer, undo: () => undefined }
}

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

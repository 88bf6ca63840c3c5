/** A chart of prices without any: its axes, and the series that bars, dot and envelope are put into. */
import {
  CandlestickSeries,
  ColorType,
  createChart,
  CrosshairMode,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  LineType,
  type Time
} from "lightweight-charts"
import { timeText } from "../texts.ts"
import { type Colours, colours, faint } from "../theme.ts"

/** When a bar opened, in milliseconds. */
export const msOf = (time: Time): number => typeof time === "number" ? time * 1000 : 0

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
    timeScale: {
      borderColor: line,
      timeVisible: true,
      rightOffset: 3,
      minBarSpacing: 0.2,
      tickMarkMaxCharacterLength: 11
    },
    localization: { timeFormatter: (time: Time) => timeText(msOf(time)) },
    // A finger or wheel over the chart moves the page; the chart is moved by dragging and by pinching.
    handleScroll: { vertTouchDrag: false, mouseWheel: false },
    handleScale: { mouseWheel: false }
  })

export interface Drawn {
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

export const drawnIn = (element: HTMLElement): Drawn => {
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

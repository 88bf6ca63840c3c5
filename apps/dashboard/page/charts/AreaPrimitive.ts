/** Areas of prices over a stretch of bars, drawn behind them. */
import type {
  IChartApi,
  IPrimitivePaneRenderer,
  ISeriesApi,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
  UTCTimestamp
} from "lightweight-charts"

/** Times in seconds, of bars that the series has; null for an end of the chart. */
export interface Area {
  readonly from: UTCTimestamp | null
  readonly to: UTCTimestamp | null
  readonly low: number
  readonly high: number
  readonly colour: string
}

export class AreaPrimitive implements ISeriesPrimitive<Time> {
  private readonly areas: ReadonlyArray<Area>
  private chart: Pick<IChartApi, "timeScale"> | null = null
  private series: Pick<ISeriesApi<"Candlestick">, "priceToCoordinate"> | null = null

  constructor(areas: ReadonlyArray<Area>) {
    this.areas = areas
  }

  attached({ chart, series }: SeriesAttachedParameter<Time>) {
    this.chart = chart as IChartApi
    this.series = series as ISeriesApi<"Candlestick">
  }

  detached() {
    this.chart = null
    this.series = null
  }

  paneViews() {
    return [{ zOrder: () => "bottom" as const, renderer: (): IPrimitivePaneRenderer => ({ draw: this.draw }) }]
  }

  private readonly draw: IPrimitivePaneRenderer["draw"] = (target) => {
    target.useBitmapCoordinateSpace(({ bitmapSize, context, horizontalPixelRatio, verticalPixelRatio }) => {
      for (const { colour, from, high, low, to } of this.areas) {
        const scale = this.chart?.timeScale()
        const left = from === null ? 0 : scale?.timeToCoordinate(from)
        const right = to === null ? bitmapSize.width / horizontalPixelRatio : scale?.timeToCoordinate(to)
        const [top, bottom] = [this.series?.priceToCoordinate(high), this.series?.priceToCoordinate(low)]
        if (left == null || right == null || top == null || bottom == null) continue
        context.fillStyle = colour
        context.fillRect(
          left * horizontalPixelRatio,
          top * verticalPixelRatio,
          Math.max(2, (right - left) * horizontalPixelRatio),
          Math.max(1, (bottom - top) * verticalPixelRatio)
        )
      }
    })
  }
}

/** The bar under the crosshair, by pointer or keys, and what it says. */
import { useComputed, useSignal } from "@preact/signals"
import type { MouseEventParams, Time } from "lightweight-charts"
import { useEffect } from "preact/hooks"
import { timeText } from "../texts.ts"
import { secondsOf } from "./draw.ts"
import type { Drawn } from "./drawn.ts"
import { ledTo, movedTo, zoomedBy } from "./keys.ts"
import type { GeometryBar, PriceChartProps } from "./Price.ts"

const readingOf = (bar: GeometryBar | undefined, { decimals, marks }: PriceChartProps): string => {
  if (bar === undefined) return ""
  const { close, dot, envelopeBottom, envelopeTop, high, low, open, openTime } = bar
  const price = (value: number) => value.toFixed(decimals)
  const at = Date.parse(openTime)
  return [
    timeText(openTime),
    `open ${price(open)}`,
    `high ${price(high)}`,
    `low ${price(low)}`,
    `close ${price(close)}`,
    ...dot === null ? [] : [`dot ${price(dot)}`],
    ...envelopeBottom === null || envelopeTop === null
      ? []
      : [`envelope ${price(envelopeBottom)} to ${price(envelopeTop)}`],
    ...marks.flatMap((mark) => mark.at === at ? [mark.text] : [])
  ].join(", ")
}

export const useCrosshair = (drawn: { readonly current: Drawn | null }, props: PriceChartProps) => {
  const { bars } = props
  const last = bars.length - 1
  /** When the bar opened; null where the crosshair is at none. */
  const at = useSignal<string | null>(null)
  const shown = useSignal(props)
  useEffect(() => {
    shown.value = props
  }, [props])
  /** Without a crosshair the last bar is what there is to say. */
  const index = useComputed(() => {
    const found = at.value === null ? -1 : shown.value.bars.findIndex(({ openTime }) => openTime === at.value)
    return found < 0 ? shown.value.bars.length - 1 : found
  })
  const number = useComputed(() => index.value + 1)
  const text = useComputed(() => readingOf(shown.value.bars[index.value], shown.value))

  const follow = ({ logical, sourceEvent }: MouseEventParams<Time>) => {
    // What keys do also moves it, to where the pointer was last.
    if (sourceEvent !== undefined) {
      at.value = logical === undefined
        ? null
        : shown.peek().bars[logical]?.openTime ?? null
    }
  }

  const moveTo = (to: number) => {
    const bar = bars[to]
    const chart = drawn.current?.chart
    if (bar === undefined || drawn.current === null || chart === undefined) return
    const view = chart.timeScale().getVisibleLogicalRange()
    if (view !== null) chart.timeScale().setVisibleLogicalRange(movedTo(view, to))
    chart.setCrosshairPosition(bar.close, secondsOf(bar.openTime), drawn.current.candles)
    at.value = bar.openTime
  }

  const zoomBy = (key: string): boolean => {
    const scale = drawn.current?.chart.timeScale()
    const view = scale?.getVisibleLogicalRange() ?? null
    const found = view === null ? null : zoomedBy(key, view, index.peek(), bars.length)
    if (found !== null) scale?.setVisibleLogicalRange(found)
    return found !== null
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const to = ledTo(event.key, index.peek(), last)
    if (to !== null) moveTo(to)
    if (to !== null || zoomBy(event.key)) event.preventDefault()
  }
  const onFocus = ({ currentTarget }: { readonly currentTarget: Element }) => {
    if (at.peek() === null && currentTarget.matches(":focus-visible")) moveTo(last)
  }
  const leave = () => {
    drawn.current?.chart.clearCrosshairPosition()
    at.value = null
  }
  return { follow, number, text, onKeyDown, onFocus, leave }
}

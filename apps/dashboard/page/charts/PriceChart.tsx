/**
 * Candles with the dot and the envelope, and whatever else is to be seen at prices.
 *
 * Rising bars are hollow and falling ones filled, so that their colours are no more than a help. By keys and for those who
 * do not see it a chart is a slider over its bars, whose value is the bar under the crosshair. The library's own mark of
 * who made it is a style sheet in the page, which the policy of the page forbids: `ChartCredit` stands in its place.
 */
import { useEffect, useId, useRef } from "preact/hooks"
import type { PriceStep } from "../longer.ts"
import { dark } from "../theme.ts"
import { ChartCredit } from "./ChartCredit.tsx"
import { useCrosshair } from "./crosshair.ts"
import { drawBars, drawBeside, drawSteps } from "./draw.ts"
import { type Drawn, drawnIn } from "./drawn.ts"
import type { PriceChartProps } from "./Price.ts"

const none: ReadonlyArray<PriceStep> = []

const PriceChart = (props: PriceChartProps) => {
  const element = useRef<HTMLDivElement>(null)
  const drawn = useRef<Drawn | null>(null)
  const isDark = dark.value
  const keysId = useId()
  const { follow, leave, number, onFocus, onKeyDown, text } = useCrosshair(drawn, props)

  useEffect(() => {
    if (element.current === null) return
    const made = drawnIn(element.current)
    drawn.current = made
    made.chart.subscribeCrosshairMove(follow)
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
      <div
        class="canvas"
        role="slider"
        tabIndex={0}
        aria-label={props.label}
        aria-describedby={keysId}
        aria-valuemin={1}
        aria-valuemax={bars.length}
        aria-valuenow={number}
        aria-valuetext={text}
        onBlur={leave}
        onMouseLeave={leave}
        onFocus={onFocus}
        onKeyDown={onKeyDown}
        ref={element}
      />
      <p class="reading">
        <span aria-hidden="true">{text}</span>
        <span class="keys" id={keysId}>Arrows, Home, End: from bar to bar. + and −: closer, further.</span>
      </p>
      <ChartCredit />
    </figure>
  )
}

export default PriceChart

/** Draws a `Plot`, as wide as its place. */
import { useEffect, useRef } from "preact/hooks"
import uPlot from "uplot"
import { colours, dark } from "../theme.ts"
import type { PlotProps } from "./Plot.ts"

const PlotCanvas = ({ data, height, label, options }: PlotProps) => {
  const element = useRef<HTMLDivElement>(null)
  const isDark = dark.value
  useEffect(() => {
    const place = element.current
    if (place === null) return
    const plot = new uPlot({ ...options(colours(), uPlot), width: place.clientWidth, height }, data, place)
    const watch = new ResizeObserver(() => {
      if (place.clientWidth !== plot.width) plot.setSize({ width: place.clientWidth, height })
    })
    watch.observe(place)
    return () => {
      watch.disconnect()
      plot.destroy()
    }
  }, [isDark, data, height, options])
  return <div class="plot" role="img" aria-label={label} ref={element} />
}

export default PlotCanvas

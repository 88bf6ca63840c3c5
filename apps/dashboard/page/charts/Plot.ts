/** A chart of numbers that are no prices. */
import type uPlot from "uplot"
import type { Colours } from "../theme.ts"
import { loadedLater } from "./Later.tsx"

export interface PlotProps {
  /** What is drawn, in words. */
  readonly label: string
  readonly height: number
  readonly data: uPlot.AlignedData
  /** All but the size. */
  readonly options: (of: Colours, make: typeof uPlot) => Omit<uPlot.Options, "width" | "height">
}

export const Plot = loadedLater<PlotProps>(() => import("./PlotCanvas.tsx"))

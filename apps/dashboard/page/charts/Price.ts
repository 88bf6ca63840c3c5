/** What a price chart shows beside its bars. Instants are epoch milliseconds. */
import type { OnTheWire } from "@dgas/contract/Route"
import type { Routes } from "@dgas/contract/Routes"
import type { PriceStep } from "../longer.ts"
import { loadedLater } from "./Later.tsx"

export type GeometryBar = OnTheWire<Routes["listGeometry"]>["items"][number]
export type Tone = "up" | "down" | "dot" | "envelope" | "zone" | "accent" | "soft"

/** A price from one end of the chart to the other, named at the axis. */
export interface PriceLine {
  readonly price: number
  readonly title: string
  readonly tone: Tone
  readonly dashed: boolean
}

/** An area of prices from the bar that opens at `from` to the one at `to`; null for the end of the chart. */
export interface PriceArea {
  readonly from: number | null
  readonly to: number | null
  readonly low: number
  readonly high: number
  readonly tone: Tone
}

/** Something that happened in the bar that opens at `at`. */
export interface PriceMark {
  readonly at: number
  readonly text: string
  readonly tone: Tone
  readonly place: "above" | "below"
}

export interface PriceChartProps {
  /** What is drawn, in words. */
  readonly label: string
  readonly bars: ReadonlyArray<GeometryBar>
  readonly decimals: number
  readonly lines: ReadonlyArray<PriceLine>
  readonly areas: ReadonlyArray<PriceArea>
  readonly marks: ReadonlyArray<PriceMark>
  /** Of the same bars; empty for none. */
  readonly steps?: ReadonlyArray<PriceStep>
  /** How many of the bars are shown at first, the newest ones; the others come by dragging. */
  readonly shown: number
  readonly tall?: boolean
}

export const PriceChart = loadedLater<PriceChartProps>(() => import("./PriceChart.tsx"))

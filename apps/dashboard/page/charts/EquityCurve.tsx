/** The sum of R after each fill, and how far below its peak it was. */
import type { OnTheWire } from "@dgas/contract/Route"
import type { Routes } from "@dgas/contract/Routes"
import { useMemo } from "preact/hooks"
import type uPlot from "uplot"
import { zone } from "../now.ts"
import { dayText, signedText } from "../texts.ts"
import { type Colours, faint } from "../theme.ts"
import { Plot } from "./Plot.ts"

type Equity = NonNullable<OnTheWire<Routes["getEdge"]>["equity"]>

const optionsOf = ({ accent, down, line, soft }: Colours, make: typeof uPlot) => {
  const axis = { stroke: soft, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } }
  return {
    legend: { show: false },
    cursor: { show: false },
    tzDate: (seconds: number) => make.tzDate(new Date(seconds * 1000), zone),
    axes: [axis, {
      ...axis,
      size: 56,
      values: (_: uPlot, values: ReadonlyArray<number>) => values.map((value) => `${value} R`)
    }],
    series: [
      {},
      { stroke: accent, width: 2, points: { show: false } },
      { stroke: "transparent", width: 0, points: { show: false } }
    ],
    bands: [{ series: [2, 1] as [number, number], fill: faint(down, 0.25) }]
  }
}

export const EquityCurve = (
  { equity: { curve, longestGain, longestLoss, maxDrawdown, total } }: { readonly equity: Equity }
) => {
  const data = useMemo((): uPlot.AlignedData => [
    curve.map(({ at }) => Date.parse(at) / 1000),
    curve.map(({ equity }) => equity),
    curve.map(({ drawdown, equity }) => equity + drawdown)
  ], [curve])
  const [first, last] = [curve[0], curve.at(-1)]
  if (first === undefined || last === undefined) return <p class="empty">No fills yet, so there is no curve.</p>
  return (
    <>
      <Plot
        label={`Sum of R from ${dayText(first.at)} to ${dayText(last.at)}: ${signedText(total)} R, at most ${
          maxDrawdown.toFixed(2)
        } R below its peak`}
        height={240}
        data={data}
        options={optionsOf}
      />
      <p class="soft">
        One R risked on each of {curve.length} fills, after costs: {signedText(total)} R in the end, at most{" "}
        {maxDrawdown.toFixed(2)} R below the peak (the shade). Longest row of gains {longestGain}, of losses{" "}
        {longestLoss}.
      </p>
    </>
  )
}

/** The reliability diagram: how often signals of each score came good, with intervals, beside the diagonal on which it is what it says. */
import type { CalibrationReport } from "@dgas/contract/Evidence"
import { useMemo } from "preact/hooks"
import type uPlot from "uplot"
import { shareText } from "../texts.ts"
import type { Colours } from "../theme.ts"
import { Plot } from "./Plot.ts"

type Bucket = CalibrationReport["byConfidence"][number]

const percent = (_: uPlot, values: ReadonlyArray<number>) => values.map((value) => `${Math.round(value * 100)} %`)

/** The interval of each bucket, as a line with an end at both its bounds. */
const intervals = (buckets: ReadonlyArray<Bucket>, colour: string) => (plot: uPlot) => {
  const { ctx } = plot
  const arm = 5 * devicePixelRatio
  ctx.save()
  ctx.strokeStyle = colour
  ctx.lineWidth = 2 * devicePixelRatio
  for (const { meanScore, rate } of buckets) {
    if (meanScore === null || rate === null) continue
    const x = plot.valToPos(meanScore, "x", true)
    const [low, high] = [plot.valToPos(rate.low, "y", true), plot.valToPos(rate.high, "y", true)]
    ctx.beginPath()
    ctx.moveTo(x, low)
    ctx.lineTo(x, high)
    for (const end of [low, high]) {
      ctx.moveTo(x - arm, end)
      ctx.lineTo(x + arm, end)
    }
    ctx.stroke()
  }
  ctx.restore()
}

const optionsOf = (score: string, rated: ReadonlyArray<Bucket>) => ({ accent, card, line, soft }: Colours) => {
  const axis = { stroke: soft, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 }, values: percent }
  return {
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, range: [0, 1] as [number, number] }, y: { range: [0, 1] as [number, number] } },
    axes: [{ ...axis, label: `mean ${score}`, labelSize: 20 }, {
      ...axis,
      label: "fills with R > 0",
      labelSize: 20,
      size: 56
    }],
    series: [
      {},
      { stroke: soft, width: 1.5, dash: [6, 5], points: { show: false }, spanGaps: true },
      { stroke: accent, width: 0, paths: () => null, points: { show: true, size: 11, fill: accent, stroke: card } }
    ],
    hooks: { draw: [intervals(rated, accent)] }
  }
}

export const Reliability = ({ buckets, score }: {
  readonly buckets: ReadonlyArray<Bucket>
  /** Of what the buckets are. */
  readonly score: string
}) => {
  const key = JSON.stringify(buckets)
  const { data, options, rated } = useMemo(() => {
    const found = buckets.filter(({ meanScore, rate }) => meanScore !== null && rate !== null)
      .toSorted((a, b) => (a.meanScore ?? 0) - (b.meanScore ?? 0))
    const marks = found.map(({ meanScore, rate }) => [meanScore ?? 0, rate?.share ?? 0] as const)
    const rows = [[0, null], ...marks, [1, null]] as ReadonlyArray<readonly [number, number | null]>
    const drawn: uPlot.AlignedData = [
      rows.map(([x]) => x),
      rows.map(([x]) => x === 0 || x === 1 ? x : null),
      rows.map(([, y]) => y)
    ]
    return { rated: found, data: drawn, options: optionsOf(score, found) }
  }, [key, score])
  if (rated.length === 0) {
    return <p class="empty">Not enough data for a diagram: no range of {score} has 30 fills yet.</p>
  }
  const said = rated.map(({ key: name, rate }) => `${name}: ${shareText(rate)}`).join("; ")
  return (
    <>
      <Plot
        label={`Share of fills with R > 0 by ${score}, with 95 % intervals. ${said}`}
        height={320}
        data={data}
        options={options}
      />
      <p class="soft">
        Each mark is a range of {score} with its 95 % interval. On the dashed line {score} would be what it says.
      </p>
    </>
  )
}

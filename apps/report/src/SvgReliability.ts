/** The reliability diagram: how often signals of each confidence came good, with intervals, beside the diagonal. */
import type { Bucket } from "@dgas/monitor/Calibration"
import { html, type Markup } from "@dgas/notify/Markup"
import { shareText } from "@dgas/notify/RateText"
import { type Axis, framed, type Plane } from "./Svg.ts"

const percent = (share: number) => `${Math.round(share * 100)} %`
const axis = (title: string): Axis => ({ from: 0, to: 1, ticks: [0, 0.25, 0.5, 0.75, 1], text: percent, title })

export const reliabilityLabel = (score: string): string =>
  `Share of fills with R > 0 by ${score}, with its 95 % interval. On the dashed line ${score} is what it says; a hollow mark has not enough data.`

/** A bucket without a rate is a hollow tick on the axis: it has too few fills to be anywhere else. */
export const reliabilitySvg = (buckets: ReadonlyArray<Bucket>, score: string): Markup =>
  framed(
    reliabilityLabel(score),
    axis(`mean ${score}`),
    axis("fills with R > 0"),
    (plane) => [
      html`<line x1="${plane.x(0)}" y1="${plane.y(0)}" x2="${plane.x(1)}" y2="${
        plane.y(1)
      }" stroke="var(--said)" stroke-width="1.5" stroke-dasharray="6 5"/>
`,
      ...buckets.map((bucket) => bucketSvg(bucket, plane))
    ]
  )

const bucketSvg = ({ counts, from, key, meanScore, rate, to }: Bucket, plane: Plane): Markup => {
  const x = plane.x(meanScore ?? (from + to) / 2)
  if (rate === null) {
    return html`<circle cx="${x}" cy="${
      plane.y(0)
    }" r="4" fill="var(--card)" stroke="var(--soft)"><title>${`${key}: not enough data, ${counts.fills} fills`}</title></circle>
`
  }
  const [low, high] = [plane.y(rate.low), plane.y(rate.high)]
  return html`<g stroke="var(--mark)" stroke-width="2"><title>${`${key}: ${
    shareText(rate)
  } of ${counts.fills} fills`}</title><line x1="${x}" x2="${x}" y1="${low}" y2="${high}"/><line x1="${x - 6}" x2="${
    x + 6
  }" y1="${low}" y2="${low}"/><line x1="${x - 6}" x2="${x + 6}" y1="${high}" y2="${high}"/><circle cx="${x}" cy="${
    plane.y(rate.share)
  }" r="5" fill="var(--mark)"/></g>
`
}

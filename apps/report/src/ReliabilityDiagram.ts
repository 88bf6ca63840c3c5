/**
 * The reliability diagram in 80 columns of text: how often signals of each confidence came good, beside what the
 * confidence said.
 *
 * Every bucket has its line and its count. A bucket below 30 fills has no rate, and so no mark for one.
 */
import type { Bucket } from "@dgas/monitor/Calibration"
import { leastCases } from "@dgas/monitor/Rate"
import { shareText } from "@dgas/notify/RateText"

/** Cells of the axis from 0 to 100 %, 2.5 points each; the ticks stand at every quarter. */
const cells = 41
const cellOf = (share: number) => Math.round(share * (cells - 1))

const columns = { bucket: 10, fills: 6, rate: 15 }

/** `score` names what the buckets are of: confidence, or probability. */
export const reliabilityDiagram = (buckets: ReadonlyArray<Bucket>, score = "confidence"): string =>
  [
    line(score, "fills", "R > 0", axisLabels),
    ...buckets.map((bucket) =>
      line(
        bucket.key,
        String(bucket.counts.fills),
        bucket.rate === null ? "not enough data" : shareText(bucket.rate),
        axisOf(bucket)
      )
    ),
    "",
    `● share of fills with R > 0, ├─┤ its 95 % interval, ◆ mean ${score}, ◈ both`,
    `not enough data: fewer than ${leastCases} fills`
  ].join("\n")

const line = (bucket: string, fills: string, rate: string, axis: string) =>
  `${bucket.padEnd(columns.bucket)}  ${fills.padStart(columns.fills)}  ${rate.padEnd(columns.rate)}  ${axis}`.trimEnd()

/** Each label ends at its tick, but for the first. */
const axisLabels = `0${["25", "50", "75", "100"].map((label) => label.padStart((cells - 1) / 4)).join("")}`

const axisOf = ({ meanScore, rate }: Bucket): string => {
  const axis = Array.from<unknown, string>({ length: cells }, (_, cell) => cell % ((cells - 1) / 4) === 0 ? "·" : " ")
  if (rate !== null) {
    const [low, high] = [cellOf(rate.low), cellOf(rate.high)]
    axis.fill("─", low, high + 1)
    axis[low] = "├"
    axis[high] = "┤"
  }
  const said = meanScore === null ? null : cellOf(meanScore)
  const found = rate === null ? null : cellOf(rate.share)
  if (said !== null) axis[said] = "◆"
  if (found !== null) axis[found] = found === said ? "◈" : "●"
  return axis.join("")
}

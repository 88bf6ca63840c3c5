/** The 95th percentile of cycles by day as bars, and the SLA's target as a line where it is within sight. */
import { amountText } from "@dgas/monitor/SlaText"
import { html, type Markup } from "@dgas/notify/Markup"
import { framed, niceTicks, type Plane } from "./Svg.ts"

export const cyclesLabel =
  "How long 95 of 100 cycles took at most, by day. A day above the target of the SLA is red; a day without runs has no bar."

export interface DayP95 {
  readonly day: string
  readonly p95Ms: number | null
}

export const cyclesSvg = (days: ReadonlyArray<DayP95>, target: number | null): Markup => {
  const highest = days.reduce((most, { p95Ms }) => Math.max(most, p95Ms ?? 0), 0)
  // A target far above would press the bars flat.
  const line = target !== null && target <= 3 * highest ? target : null
  const ticks = niceTicks(0, Math.max(highest, line ?? 0))
  const shown = [...new Set([0, Math.floor((days.length - 1) / 2), days.length - 1])]
  return framed(
    cyclesLabel,
    { from: -0.5, to: days.length - 0.5, ticks: shown, text: (at) => days[at]?.day ?? "", title: "" },
    { from: 0, to: ticks.at(-1) ?? 1, ticks, text: (value) => amountText(value, "ms"), title: "p95 of cycles" },
    (plane) => [
      ...days.map((day, at) => barSvg(day, at, target, plane)),
      ...line === null ? [] : [targetSvg(line, days.length, plane)]
    ]
  )
}

const barSvg = ({ day, p95Ms }: DayP95, at: number, target: number | null, plane: Plane): Markup => {
  if (p95Ms === null) return html``
  const [from, to] = [plane.x(at - 0.4), plane.x(at + 0.4)]
  const top = plane.y(p95Ms)
  return html`<rect x="${from}" width="${(to - from).toFixed(1)}" y="${top}" height="${
    (plane.y(0) - top).toFixed(1)
  }" fill="${target !== null && p95Ms > target ? "var(--down)" : "var(--mark)"}"><title>${`${day}: ${
    amountText(p95Ms, "ms")
  }`}</title></rect>
`
}

const targetSvg = (target: number, days: number, plane: Plane): Markup =>
  html`<line x1="${plane.x(-0.5)}" x2="${plane.x(days - 0.5)}" y1="${plane.y(target)}" y2="${
    plane.y(target)
  }" stroke="var(--said)" stroke-width="1.5" stroke-dasharray="6 5"/>
`

/** The spread of results in R as bars, each made of the ways in which its fills ended. */
import { html, type Markup } from "@dgas/notify/Markup"
import { type FillEnd, fillEnds, type Step, stepText } from "./RDistribution.ts"
import { framed, niceTicks, type Plane, width } from "./Svg.ts"

export const distributionLabel =
  "How many fills came to which result, in steps of half an R after costs, by what ended them; the outermost hold all beyond."

const colours: Readonly<Record<FillEnd, string>> = {
  TARGET: "var(--mark)",
  STOP: "var(--down)",
  EXIT: "var(--said)",
  TIME: "var(--soft)"
}

export const distributionSvg = (steps: ReadonlyArray<Step>): Markup => {
  const most = steps.reduce((most, { fills }) => Math.max(most, fills), 0)
  // Of few fills ticks would lie between whole numbers.
  const ticks = niceTicks(0, Math.max(5, most))
  const shown = steps.flatMap(({ r }, at) => Number.isInteger(r) ? [at] : [])
  return framed(
    distributionLabel,
    {
      from: -0.5,
      to: steps.length - 0.5,
      ticks: shown,
      text: (at) => steps[at] === undefined ? "" : stepText(steps[at]),
      title: "R"
    },
    { from: 0, to: ticks.at(-1) ?? 1, ticks, text: String, title: "fills" },
    (plane) => [...steps.map((step, at) => barSvg(step, at, plane)), ...fillEnds.map(keySvg)]
  )
}

const barSvg = ({ by, r }: Step, at: number, plane: Plane): Markup => {
  const [from, to] = [plane.x(at - 0.42), plane.x(at + 0.42)]
  let below = 0
  return html`${
    fillEnds.map((end) => {
      if (by[end] === 0) return html``
      const [bottom, top] = [plane.y(below), plane.y(below + by[end])]
      below += by[end]
      return html`<rect x="${from}" width="${(to - from).toFixed(1)}" y="${top}" height="${
        (bottom - top).toFixed(1)
      }" fill="${colours[end]}"><title>${`${stepText({ r })} R: ${by[end]} ${end}`}</title></rect>
`
    })
  }`
}

const keyWidth = 132

const keySvg = (end: FillEnd, at: number): Markup => {
  const x = width - (fillEnds.length - at) * keyWidth
  return html`<rect x="${x}" y="6" width="14" height="14" fill="${colours[end]}"/><text x="${
    x + 20
  }" y="18">${end}</text>
`
}

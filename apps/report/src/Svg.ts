/**
 * The plane that charts are drawn on: two scales, their ticks and the frame.
 *
 * Colours are the page's own variables, so a chart is light or dark as its reader is.
 */
import { html, type Markup } from "@dgas/notify/Markup"

export const width = 760
export const height = 420
/** On a phone the text of a chart is drawn larger, and these hold it still. */
const edge = { left: 76, right: 28, top: 44, bottom: 64, untitled: 36 }

export interface Axis {
  readonly from: number
  readonly to: number
  readonly ticks: ReadonlyArray<number>
  readonly text: (value: number) => string
  readonly title: string
}

export interface Plane {
  readonly x: (value: number) => number
  readonly y: (value: number) => number
}

/** One tenth of a unit is finer than any screen shows. */
const rounded = (value: number) => Math.round(value * 10) / 10

const scale = ({ from, to }: Axis, start: number, end: number) => (value: number): number =>
  rounded(start + (to === from ? 0.5 : (value - from) / (to - from)) * (end - start))

const planeOf = (x: Axis, y: Axis): Plane => ({
  x: scale(x, edge.left, width - edge.right),
  y: scale(y, height - (x.title === "" ? edge.untitled : edge.bottom), edge.top)
})

/** The frame with `marks` on it. `label` is read to who cannot see it. */
export const framed = (label: string, x: Axis, y: Axis, marks: (plane: Plane) => ReadonlyArray<Markup>): Markup => {
  const plane = planeOf(x, y)
  const [left, right, bottom] = [plane.x(x.from), plane.x(x.to), plane.y(y.from)]
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
${
    y.ticks.map((tick) =>
      html`<line x1="${left}" x2="${right}" y1="${plane.y(tick)}" y2="${
        plane.y(tick)
      }" stroke="var(--line)"/><text x="${left - 8}" y="${plane.y(tick) + 5}" text-anchor="end">${y.text(tick)}</text>
`
    )
  }${
    x.ticks.map((tick, at) =>
      html`<text x="${plane.x(tick)}" y="${bottom + 22}" text-anchor="${anchorOf(at, x.ticks.length)}">${
        x.text(tick)
      }</text>
`
    )
  }<text x="${(left + right) / 2}" y="${height - 8}" text-anchor="middle">${x.title}</text>
<text x="4" y="18">${y.title}</text>
${marks(plane)}</svg>`
}

/** The outer labels stay within the frame. */
const anchorOf = (at: number, count: number): string => at === 0 ? "start" : at === count - 1 ? "end" : "middle"

/** Ticks at whole steps of 1, 2 or 5 times a power of ten, about `count` of them, from below `low` to above `high`. */
export const niceTicks = (low: number, high: number, count = 5): ReadonlyArray<number> => {
  const span = high - low || Math.abs(high) || 1
  const raw = span / count
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= raw) ?? raw
  const first = Math.floor(low / step + 1e-9)
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9))
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)))
}

/** `count` values from `from` to `to` with the same distance. */
export const evenly = (from: number, to: number, count: number): ReadonlyArray<number> =>
  to === from ? [from] : Array.from({ length: count }, (_, at) => from + (to - from) * at / (count - 1))

/** The points of a line, as `points` of a polyline has them. */
export const pointsOf = (plane: Plane, points: ReadonlyArray<readonly [x: number, y: number]>): string =>
  points.map(([x, y]) => `${plane.x(x)},${plane.y(y)}`).join(" ")

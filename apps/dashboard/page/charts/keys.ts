/** What keys do in a chart: which bar they lead to, and which bars are in view then. Bars are counted from 0. */

const stride = 10

/** The bar that a key leads to from `at`; null for a key that leads nowhere. */
export const ledTo = (key: string, at: number, last: number): number | null => {
  const to: { readonly [Key in string]?: number } = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    PageUp: at - stride,
    PageDown: at + stride,
    Home: 0,
    End: last
  }
  const found = to[key]
  return found === undefined ? null : Math.max(0, Math.min(last, found))
}

export interface InView {
  readonly from: number
  readonly to: number
}

/** Moved no further than `at` and the bars beside it need. */
export const movedTo = ({ from, to }: InView, at: number): InView => {
  const away = at - 1 < from ? at - 1 - from : at + 1 > to ? at + 1 - to : 0
  return { from: from + away, to: to + away }
}

const factors: { readonly [Key in string]?: number } = { "+": 0.8, "=": 0.8, "-": 1.25 }
const fewest = 5

/** Closer or further, with `at` where it was; null for a key that does not zoom. `all` bars are the furthest. */
export const zoomedBy = (key: string, { from, to }: InView, at: number, all: number): InView | null => {
  const factor = factors[key]
  if (factor === undefined) return null
  const width = to - from
  const wanted = Math.max(fewest, Math.min(Math.max(all * 1.5, width), width * factor))
  const start = at - (at - from) * wanted / width
  return { from: start, to: start + wanted }
}

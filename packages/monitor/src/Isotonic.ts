/**
 * The rising steps nearest to given points in the least squares: pool adjacent violators.
 *
 * Points with the same x are one point first. Between two steps the map is a straight line, outside it is level.
 * Source: Barlow, Bartholomew, Bremner and Brunk, Statistical Inference under Order Restrictions (1972); the lines
 * between steps as in scikit-learn's `IsotonicRegression`.
 */

export interface Point {
  readonly x: number
  readonly y: number
  readonly weight: number
}

/** A corner of the map: x ascending, y never falling. */
export type Knot = readonly [x: number, y: number]

interface Block {
  readonly from: number
  readonly to: number
  readonly y: number
  readonly weight: number
}

/** Weights above 0; no knots of no points. */
export const isotonicOf = (points: ReadonlyArray<Point>): ReadonlyArray<Knot> => {
  const blocks: Array<Block> = []
  for (const { weight, x, y } of points.toSorted((a, b) => a.x - b.x)) {
    let block: Block = { from: x, to: x, y, weight }
    for (let last = blocks.at(-1); last !== undefined && last.to === x; last = blocks.at(-1)) {
      block = pooled(last, block)
      blocks.pop()
    }
    blocks.push(block)
  }
  const rising: Array<Block> = []
  for (let block of blocks) {
    for (let last = rising.at(-1); last !== undefined && last.y >= block.y; last = rising.at(-1)) {
      block = pooled(last, block)
      rising.pop()
    }
    rising.push(block)
  }
  return rising.flatMap(({ from, to, y }): ReadonlyArray<Knot> => from === to ? [[from, y]] : [[from, y], [to, y]])
}

const pooled = (a: Block, b: Block): Block => ({
  from: a.from,
  to: b.to,
  y: (a.y * a.weight + b.y * b.weight) / (a.weight + b.weight),
  weight: a.weight + b.weight
})

/** The height of the map at `x`; NaN of no knots. */
export const heightAt = (knots: ReadonlyArray<Knot>, x: number): number => {
  const next = knots.findIndex(([at]) => at >= x)
  if (next === -1) return knots.at(-1)?.[1] ?? NaN
  const [right, high] = knots[next]!
  const before = knots[next - 1]
  if (right === x || before === undefined) return high
  const [left, low] = before
  return low + (high - low) * (x - left) / (right - left)
}

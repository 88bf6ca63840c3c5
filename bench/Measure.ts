/**
 * Figures as ratios against a floor that the same run measures, so that they mean the same on any machine.
 */

/** `ratio` is value over floor, or floor over value for speeds: 1 is as good as the floor, more is worse. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly floor: number
  readonly ratio: number
  /** The highest ratio wanted; null where none is promised. */
  readonly goal: number | null
  readonly met: boolean | null
}

export const figure = (
  name: string,
  unit: string,
  value: number,
  floor: number,
  options: { readonly goal?: number; readonly higherIsBetter?: boolean } = {}
): Figure => {
  const ratio = options.higherIsBetter === true ? floor / value : value / floor
  const goal = options.goal ?? null
  return { name, value, unit, floor, ratio, goal, met: goal === null ? null : ratio <= goal }
}

/** The median of `times` calls, in milliseconds. Medians forgive a busy machine, means do not. */
export const median = async (times: number, work: () => void | Promise<void>): Promise<number> => {
  const taken: Array<number> = []
  for (let i = 0; i < times; i++) {
    const started = performance.now()
    await work()
    taken.push(performance.now() - started)
  }
  return taken.toSorted((a, b) => a - b)[times >> 1]!
}

/** Half-hour bars of a random walk that is the same each time. */
export const walk = (count: number, stepMs: number): ReadonlyArray<{
  readonly openTime: number
  readonly closeTime: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}> => {
  let seed = 12_345
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed / 2_147_483_648
  }
  const start = Date.UTC(2020, 0, 1)
  let close = 100
  return Array.from({ length: count }, (_, index) => {
    const open = close
    close = open * (1 + (random() - 0.5) * 0.01)
    return {
      openTime: start + index * stepMs,
      closeTime: start + (index + 1) * stepMs,
      open,
      high: Math.max(open, close) * (1 + random() * 0.003),
      low: Math.min(open, close) * (1 - random() * 0.003),
      close,
      volume: Math.round(random() * 1000)
    }
  })
}

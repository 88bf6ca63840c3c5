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
  /** The highest ratio wanted, and the highest value; null where none is promised. */
  readonly goal: number | null
  readonly most: number | null
  readonly met: boolean | null
}

export const figure = (
  name: string,
  unit: string,
  value: number,
  floor: number,
  options: { readonly goal?: number; readonly most?: number; readonly higherIsBetter?: boolean } = {}
): Figure => {
  const ratio = options.higherIsBetter === true ? floor / value : value / floor
  const goal = options.goal ?? null
  const most = options.most ?? null
  const met = goal === null && most === null ? null : ratio <= (goal ?? Infinity) && value <= (most ?? Infinity)
  return { name, value, unit, floor, ratio, goal, most, met }
}

/** One line that names the figures which have a bound and do not meet it, or null when all do. */
export const unmetLine = (figures: ReadonlyArray<Figure>): string | null => {
  const unmet = figures.filter(({ met }) => met === false)
  return unmet.length === 0 ? null : `not met: ${unmet.map(({ name }) => name).join("; ")}`
}

/**
 * The median of `times` calls of each piece of work, in milliseconds, after one call that warms it up. The pieces take
 * turns, so a busy moment of the machine hits all of them, and medians forgive it.
 */
export const medians = async (
  times: number,
  works: ReadonlyArray<() => void | Promise<void>>
): Promise<ReadonlyArray<number>> => {
  const taken = works.map((): Array<number> => [])
  for (let round = 0; round <= times; round++) {
    for (const [index, work] of works.entries()) {
      const started = performance.now()
      await work()
      if (round > 0) taken[index]!.push(performance.now() - started)
    }
  }
  return taken.map((some) => some.toSorted((a, b) => a - b)[times >> 1]!)
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

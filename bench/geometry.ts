/** Nanoseconds a bar of one timeframe: all levels, state and patterns, against a loop that computes the levels alone. */
import type { Bar } from "@dgas/domain/Bar"
import { defaultRules } from "@dgas/domain/Rules"
import { TimeframeGeometry } from "@dgas/engine/geometry/TimeframeGeometry"
import { type Figure, figure, medians, walk } from "./Measure.ts"

const count = 200_000
const rounds = 15

/** The levels of each bar, written out as one would without anything else in mind. */
const straightLoop = (bars: ReadonlyArray<Bar>, out: Float64Array): void => {
  let high1 = NaN
  let low1 = NaN
  let dot1 = NaN
  let high2 = NaN
  let low2 = NaN
  let dot2 = NaN
  for (const bar of bars) {
    const high3 = high2
    const low3 = low2
    const dot3 = dot2
    high2 = high1
    low2 = low1
    dot2 = dot1
    high1 = bar.high
    low1 = bar.low
    dot1 = (bar.high + bar.low + bar.close) / 3
    const dot = (dot1 + dot2 + dot3) / 3
    const top = (2 * dot1 - low1 + (2 * dot2 - low2) + (2 * dot3 - low3)) / 3
    const bottom = (2 * dot1 - high1 + (2 * dot2 - high2) + (2 * dot3 - high3)) / 3
    const up = 2 * low1 - low2
    const down = 2 * high1 - high2
    out[0] = dot
    out[1] = top
    out[2] = bottom
    out[3] = 2 * top - dot
    out[4] = 2 * bottom - dot
    out[5] = 2 * top - bottom
    out[6] = 2 * bottom - top
    out[7] = 2 * dot1 - low1
    out[8] = 2 * dot1 - high1
    out[9] = 2 * low1 - high2
    out[10] = 2 * high1 - low2
    out[11] = low1 > low2 ? up : NaN
    out[12] = high1 < high2 ? down : NaN
    out[13] = low1 < low2 ? up : NaN
    out[14] = high1 > high2 ? down : NaN
  }
}

export const run = async (): Promise<ReadonlyArray<Figure>> => {
  const bars = walk(count, 1_800_000)
  const levels = new Float64Array(15)
  let sink = 0
  const straight = () => {
    straightLoop(bars, levels)
    sink += levels[0]!
  }
  const pushed = (some: ReadonlyArray<Bar>) => () => {
    const geometry = new TimeframeGeometry(defaultRules)
    for (const bar of some) geometry.push(bar)
    sink += geometry.slope
  }
  const [floor, one] = await medians(rounds, [straight, pushed(bars)])
  const figures = [
    figure("levels, state and patterns of a timeframe", "ns/bar", one! * 1e6 / count, floor! * 1e6 / count, {
      goal: 3,
      most: 400
    }),
    ...await growth(pushed)
  ]
  if (Number.isNaN(sink)) throw new Error("a walk without gaps gave a level that is not a number")
  return figures
}

/** The last 1,000 bars of a series of 1,000 and of 1,000,000, each from a state that has seen all before them. */
const growth = async (pushed: (some: ReadonlyArray<Bar>) => () => void): Promise<ReadonlyArray<Figure>> => {
  const long = walk(1_000_000, 1_800_000)
  const short = long.slice(0, 1000)
  const shorts = () => {
    for (let series = 0; series < 1000; series++) pushed(short)()
  }
  const [thousand, million] = await medians(3, [shorts, pushed(long)])
  return [
    figure("a bar of a series of 1,000,000, to one of 1,000", "ns/bar", million!, thousand!, { goal: 1.5 })
  ]
}

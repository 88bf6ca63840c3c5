/**
 * The formulas of one timeframe a second time, straight from their text: whole arrays, nothing incremental, nothing
 * shared with what is tested. Every value of a bar is worked out anew from the bars before it; undefined is NaN.
 */
import type { Bar } from "@dgas/domain/Bar"
import type { LevelName } from "@dgas/domain/Level"
import type { Direction, MarketState } from "@dgas/domain/MarketState"
import type { GeometryOptions } from "@dgas/domain/Rules"

export type Sign = -1 | 0 | 1

/** A bar with what was known of it at its close. `levels` are those of the bar after it. */
export interface NaiveRow {
  readonly bar: Bar
  readonly levels: Readonly<Record<LevelName, number>>
  /** The dot that the close was compared with, and the side it fell on. */
  readonly dot: number
  readonly side: Sign
  readonly slope: number
  readonly flat: boolean
  readonly position: number
  readonly state: MarketState
  readonly direction: Direction
  readonly barsInState: number
  readonly stateConfidence: number
}

type Projected = Omit<Record<LevelName, number>, "dottedLine" | "blockLevel">
type State = Pick<NaiveRow, "state"> & { readonly direction: Sign; readonly interrupted: Sign }

/** `first` to `last`, both included. */
const span = (first: number, last: number) => Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => first + i)

const mean3 = (values: ReadonlyArray<number>, t: number): number =>
  t < 2 ? NaN : (values[t]! + values[t - 1]! + values[t - 2]!) / 3

const signOf = (value: number): Sign => value > 0 ? 1 : value < 0 ? -1 : 0

const trueRange = (bars: ReadonlyArray<Bar>, t: number): number => {
  const { high, low } = bars[t]!
  const before = bars[t - 1]
  if (before === undefined) return high - low
  return Math.max(high - low, Math.abs(high - before.close), Math.abs(low - before.close))
}

/** Section 3: the levels of bar t + 1. */
const projectedAt = (bars: ReadonlyArray<Bar>, { envelope }: GeometryOptions, t: number): Projected => {
  const dots = bars.map(({ close, high, low }) => (high + low + close) / 3)
  const ranges = bars.map(({ high, low }) => high - low)
  const dot = mean3(dots, t)
  const around = (half: number) => [dot + half, dot - half] as const
  const edges = () => {
    switch (envelope) {
      case "drummond":
        return [
          mean3(bars.map(({ low }, i) => 2 * dots[i]! - low), t),
          mean3(bars.map(({ high }, i) => 2 * dots[i]! - high), t)
        ] as const
      case "stdev": {
        const plotted = [mean3(dots, t), mean3(dots, t - 1), mean3(dots, t - 2)]
        const mean = mean3(plotted, 2)
        const half = 1.5 * Math.sqrt(plotted.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 2)
        return around(half <= 1e-12 * Math.abs(mean) ? 0 : half)
      }
      case "range": {
        const last = t < 2 ? [] : bars.slice(t - 2, t + 1)
        return around(
          1.5 * (Math.max(...last.map(({ high }) => high)) - Math.min(...last.map(({ low }) => low))) / 2
        )
      }
      case "atr":
        return around(1.5 * mean3(bars.map((_, i) => trueRange(bars, i)), t))
      case "percent":
        return around(0.02 * dot)
    }
  }
  const [top, bottom] = edges()
  const range = mean3(ranges, t)
  const one = bars[t]!
  const two = bars[t - 1] ?? { high: NaN, low: NaN }
  const only = (holds: boolean, level: number) => holds ? level : NaN
  return {
    projectedDot: dot,
    envelopeTop: top,
    envelopeBottom: bottom,
    z5Top: 2 * top - dot,
    z2Bottom: 2 * bottom - dot,
    z6Top: envelope === "drummond" ? top + range : 2 * top - bottom,
    z1Bottom: envelope === "drummond" ? bottom - range : 2 * bottom - top,
    oneOneHigh: 2 * dots[t]! - one.low,
    oneOneLow: 2 * dots[t]! - one.high,
    fiveNineUp: 2 * one.low - two.high,
    fiveNineDown: 2 * one.high - two.low,
    fiveOneUp: only(one.low > two.low, 2 * one.low - two.low),
    fiveOneDown: only(one.high < two.high, 2 * one.high - two.high),
    fiveTwoUp: only(one.low < two.low, 2 * one.low - two.low),
    fiveTwoDown: only(one.high > two.high, 2 * one.high - two.high)
  }
}

/** Section 4, from all sides up to each bar. `dots` counts the bars with a dot up to that bar. */
const statesOf = (sides: ReadonlyArray<Sign>, dots: ReadonlyArray<number>): ReadonlyArray<State> => {
  const states: Array<State> = []
  for (const [t, side] of sides.entries()) {
    const before = states[t - 1]
    if (dots[t]! < 3 || before === undefined) {
      states.push({ state: "CONGESTION_ACTION", direction: 0, interrupted: 0 })
      continue
    }
    const { direction, interrupted, state } = before
    const three = side !== 0 && sides[t - 1] === side && sides[t - 2] === side
    if (state === "TREND" || state === "CONGESTION_EXIT" || state === "REVERSAL") {
      const kept = state === "TREND" ? direction : interrupted
      if (side === direction) states.push({ state: "TREND", direction, interrupted })
      else states.push({ state: "CONGESTION_ENTRANCE", direction: kept, interrupted: kept })
    } else if (!three) states.push({ state: "CONGESTION_ACTION", direction: interrupted, interrupted })
    else if (interrupted === 0) states.push({ state: "TREND", direction: side, interrupted })
    else {
      states.push({ state: side === interrupted ? "CONGESTION_EXIT" : "REVERSAL", direction: side, interrupted })
    }
  }
  return states
}

const congested = (state: MarketState | undefined) => state === "CONGESTION_ENTRANCE" || state === "CONGESTION_ACTION"

/** Dotted line and block level of the congestion that bar t is in: looked for backward, bar by bar. */
const congestionLevels = (
  bars: ReadonlyArray<Bar>,
  sides: ReadonlyArray<Sign>,
  states: ReadonlyArray<State>,
  t: number
) => {
  const none = { dottedLine: NaN, blockLevel: NaN }
  const { interrupted, state } = states[t]!
  if (!congested(state) || interrupted === 0) return none
  // The entrance that followed a trend; what follows an exit or a reversal of one bar is the same congestion.
  let first = t
  while (states[first]!.state !== "CONGESTION_ENTRANCE" || states[first - 1]!.state !== "TREND") first--
  const trend = trendBars(states, first - 1)
  const across = span(first, t).find((bar) => sides[bar] === -interrupted)
  return interrupted === 1
    ? {
      dottedLine: Math.max(...trend.map((bar) => bars[bar]!.high)),
      blockLevel: across === undefined ? NaN : bars[across]!.low
    }
    : {
      dottedLine: Math.min(...trend.map((bar) => bars[bar]!.low)),
      blockLevel: across === undefined ? NaN : bars[across]!.high
    }
}

/** The bars of the trend that bar `last` is in: its three first closes, what followed, and what an exit resumed. */
const trendBars = (states: ReadonlyArray<State>, last: number): ReadonlyArray<number> => {
  let from = last
  while (states[from - 1]!.state === "TREND") from--
  const before = states[from - 1]!.state
  if (before === "REVERSAL") return span(from - 3, last)
  if (before !== "CONGESTION_EXIT") return span(from - 2, last)
  let entrance = from - 1
  while (states[entrance]!.state !== "CONGESTION_ENTRANCE" || states[entrance - 1]!.state !== "TREND") entrance--
  return [...trendBars(states, entrance - 1), ...span(from - 3, last)]
}

export const naiveRows = (bars: ReadonlyArray<Bar>, options: GeometryOptions): ReadonlyArray<NaiveRow> => {
  const levels = bars.map((_, t) => {
    // Five bars are all that any level of the next one rests on: three dots of three bars, and a close before.
    const from = Math.max(t - 5, 0)
    return projectedAt(bars.slice(from, t + 1), options, t - from)
  })
  const plotted = bars.map((_, t) => levels[t - 1]?.projectedDot ?? NaN)
  const dots = bars.map((_, t) => options.dot === "coincident" ? levels[t]!.projectedDot : plotted[t]!)
  const sides = bars.map(({ close }, t) => {
    const dot = dots[t]!
    return Math.abs(close - dot) <= 1e-9 * Math.abs(dot) ? 0 : signOf(close - dot)
  })
  const withDot = dots.map((_, t) => dots.slice(Math.max(t - 8, 0), t + 1).filter((dot) => !Number.isNaN(dot)).length)
  const states = statesOf(sides, withDot)
  return bars.map((bar, t) => {
    const { direction, state } = states[t]!
    const slope = levels[t]!.projectedDot - plotted[t]!
    const flat = Math.abs(slope) < 0.05 * mean3(bars.slice(0, t + 1).slice(-3).map(({ high, low }) => high - low), 2)
    const top = levels[t - 1]?.envelopeTop ?? NaN
    const bottom = levels[t - 1]?.envelopeBottom ?? NaN
    let barsInState = 1
    while (states[t - barsInState]?.state === state) barsInState++
    const sloping = state === "TREND" && signOf(slope) === direction && !flat
    const equal = sides[t] !== 0 && sides[t] === sides[t - 1] && sides[t] === sides[t - 2]
    return {
      bar,
      levels: { ...levels[t]!, ...congestionLevels(bars, sides, states, t) },
      dot: dots[t]!,
      side: sides[t]!,
      slope,
      flat,
      position: top - bottom === 0 ? 0.5 : (bar.close - bottom) / (top - bottom),
      state,
      direction: direction === 1 ? "UP" : direction === -1 ? "DOWN" : "NEUTRAL",
      barsInState,
      stateConfidence: Math.min(
        1,
        0.5 + Math.min(0.05 * barsInState, 0.3) + (sloping ? 0.2 : congested(state) && flat ? 0.15 : 0) +
          (equal ? 0.1 : 0)
      )
    }
  })
}

/**
 * The patterns of one timeframe a second time: each bar is asked by itself, looking back over the rows before it.
 * Nothing is remembered from bar to bar but which exhaustions were told. Thresholds are the published defaults.
 */
import type { NaiveRow, Sign } from "./naive.ts"

export interface NaiveEvent {
  readonly pattern: string
  readonly direction: Sign
  readonly firstBar: number
  readonly lastBar: number
  readonly strength: number
}

/** A bar with what was known before it opened: the envelope, and the prices at which its move might end. */
interface Look {
  readonly row: NaiveRow
  readonly top: number
  readonly bottom: number
  readonly width: number
  readonly above: number
  readonly below: number
}

const ends = [
  "envelopeTop",
  "envelopeBottom",
  "z5Top",
  "z2Bottom",
  "fiveNineUp",
  "fiveNineDown",
  "fiveOneUp",
  "fiveOneDown",
  "fiveTwoUp",
  "fiveTwoDown"
] as const

const looksOf = (rows: ReadonlyArray<NaiveRow>): ReadonlyArray<Look> =>
  rows.map((row, t) => {
    const before = rows[t - 1]
    const top = before?.levels.envelopeTop ?? NaN
    const bottom = before?.levels.envelopeBottom ?? NaN
    const prices = before === undefined ? [] : ends.map((name) => before.levels[name])
    const last = before?.bar.close ?? NaN
    return {
      row,
      top,
      bottom,
      width: top - bottom,
      above: Math.min(...prices.filter((price) => price > last)),
      below: Math.max(...prices.filter((price) => price < last))
    }
  })

/** How many bars in a row, the last of them `t`, hold. */
const runTo = (t: number, holds: (bar: number) => boolean): number => {
  let length = 0
  while (t - length >= 0 && holds(t - length)) length++
  return length
}

export const naiveEvents = (rows: ReadonlyArray<NaiveRow>): ReadonlyArray<ReadonlyArray<NaiveEvent>> => {
  const looks = looksOf(rows)
  const open = (t: number) => t >= 0 && looks[t]!.width > 0
  const told: Array<ReadonlyArray<NaiveEvent>> = []

  const pushes = (t: number, side: Sign) =>
    open(t) && rows[t]!.side === side && rows[t]!.slope * side > 0 && !rows[t]!.flat

  const away = (t: number) => (rows[t]!.bar.close - rows[t]!.dot) / looks[t]!.width
  const isAway = (t: number, side: Sign) => open(t) && away(t) * side >= 0.5

  const outside = (t: number, side: Sign) => {
    const { bottom, row: { bar: { close } }, top, width } = looks[t]!
    return open(t) && (side === 1 ? close - top : bottom - close) / width >= 0.75
  }
  const fading = (t: number) => {
    const now = rows[t]!.slope
    const before = rows[t - 1]?.slope ?? NaN
    return Math.abs(now) < Math.abs(before) || now * before < 0
  }
  const exhaustedAt = (t: number) => told[t]!.some(({ pattern }) => pattern === "EXHAUST")
  /** The last of two or more closes outside, no more than three bars ago, that no exhaustion has used yet. */
  const exhaustion = (t: number, side: Sign): NaiveEvent | null => {
    const { bottom, row: { bar: { close } }, top } = looks[t]!
    if (!open(t) || close > top || close < bottom || !fading(t)) return null
    for (let last = t - 1; last >= Math.max(t - 3, 0); last--) {
      if (!open(last) || exhaustedAt(last)) return null
      if (runTo(last, (bar) => outside(bar, -side as Sign)) >= 2) {
        const strength = runTo(last, (bar) => outside(bar, -side as Sign))
        return { pattern: "EXHAUST", direction: side, firstBar: last - strength + 1, lastBar: t, strength }
      }
      if (runTo(last, (bar) => outside(bar, side)) >= 2) return null
    }
    return null
  }

  const waves = (t: number, side: Sign) => {
    if (!open(t)) return false
    const { bottom, row: { bar: { close } }, top } = looks[t]!
    const before = looks[t - 1]!
    return side === 1 ? close >= top && top > before.top : close <= bottom && bottom < before.bottom
  }

  const swings = (t: number) => {
    if (!open(t)) return false
    const { bottom, row: { bar: { close }, flat, side }, width } = looks[t]!
    const place = (close - bottom) / width
    return flat && side !== 0 && place >= 0.2 && place <= 0.8
  }
  const swinging = (t: number) =>
    runTo(t, (bar) => swings(bar) && (bar === t || rows[bar]!.side === -rows[bar + 1]!.side))

  for (const t of rows.keys()) {
    const events: Array<NaiveEvent> = []
    const tell = (pattern: string, direction: Sign, strength: number, firstBar = t - strength + 1) =>
      events.push({ pattern, direction, firstBar, lastBar: t, strength })
    const { above, below, row: { bar: { close, high, low } }, width } = looks[t]!
    for (const side of [1, -1] as const) {
      if (runTo(t, (bar) => pushes(bar, side)) === 3) tell("PLDOT_PUSH", side, 3)
      const far = runTo(t - 1, (bar) => isAway(bar, side))
      if (open(t) && Math.abs(away(t)) <= 0.15 && far >= 2 && far <= 4) {
        tell("PLDOT_REFRESH", -side as Sign, far, t - far)
      }
      const exhausted = exhaustion(t, side)
      if (exhausted !== null) events.push(exhausted)
      if (runTo(t, (bar) => waves(bar, side)) === 3) tell("C_WAVE", side, 3)
    }
    if (swinging(t) === 4) tell("CONGESTION_OSCILLATION", 0, 4)
    if (open(t)) {
      if (high < above && above - high <= 0.25 * width) tell("TERMINATION_APPROACH", 1, 1)
      if (low > below && low - below <= 0.25 * width) tell("TERMINATION_APPROACH", -1, 1)
      if (high >= above && close < above) tell("TERMINATION_TOUCH", -1, 1)
      if (low <= below && close > below) tell("TERMINATION_TOUCH", 1, 1)
    }
    told.push(events)
  }
  return told
}

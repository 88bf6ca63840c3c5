/**
 * The price path of one simulated symbol: a random walk whose days trend up, trend down or chop.
 *
 * Days form a chain from a fixed epoch, each with its own generator seeded by (seed, symbol, day); inside a day the
 * path of 288 five-minute bars is a bridge from the day's first price to the next day's. Prices are rounded to
 * `tick`, and drift back towards the first one over months so that no symbol runs away.
 */
import type { RawBar } from "@dgas/domain/Bar"

/** 2024-01-01T00:00:00Z, the open of day 0. */
export const simEpoch = Date.UTC(2024, 0, 1)

const barsOfDay = 288
const step = 300_000
/** Daily volatility of the log price, about that of a large coin or a lively stock. */
const dailyVolatility = 0.02
/** A regime lasts six days on average: long enough for a trend of 4h bars, short enough to end within weeks. */
const stay = 5 / 6
/** Part of the distance to the base price that a day takes back. */
const pull = 0.004

type Regime = -1 | 0 | 1

export interface SimMarket {
  readonly tick: number
  /** The 5m bars of a day, counted from the epoch's, which is 0. */
  readonly dayBars: (day: number) => ReadonlyArray<RawBar>
}

/** FNV-1a, 32 bits. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  return value >>> 0
}

/** mulberry32: uniform numbers in [0, 1) from a seed of 32 bits. */
const uniforms = (seed: number) => {
  let state = seed | 0
  return (): number => {
    state = state + 0x6d2b79f5 | 0
    let value = Math.imul(state ^ state >>> 15, 1 | state)
    value = value + Math.imul(value ^ value >>> 7, 61 | value) ^ value
    return ((value ^ value >>> 14) >>> 0) / 4_294_967_296
  }
}

/** Close to normal, mean 0 and variance 1: the sum of four uniforms, scaled. */
const bell = (next: () => number): number => (next() + next() + next() + next() - 2) * Math.sqrt(3)

interface Day {
  /** Log price at the day's open, relative to the base price. */
  readonly start: number
  readonly move: number
  readonly regime: Regime
  readonly volatility: number
}

export const makeSimMarket = (seed: number, symbol: string): SimMarket => {
  const key = hash(`${seed}/${symbol}`)
  const base = 10 ** (1 + 3 * uniforms(key)())
  // Five digits of price, as instruments have.
  const tick = 10 ** (Math.floor(Math.log10(base)) - 4)
  const perTick = Math.round(1 / tick)
  const days: Array<Day> = []
  let held: { readonly day: number; readonly bars: ReadonlyArray<RawBar> } | undefined

  const generator = (day: number, purpose: number) => uniforms(hash(`${key}/${day}/${purpose}`))

  const dayOf = (day: number): Day => {
    for (let index = days.length; index <= day; index++) {
      const before = days[index - 1]
      const next = generator(index, 0)
      const stays = next() < stay
      const drawn = next()
      const regime: Regime = before !== undefined && stays ? before.regime : drawn < 0.35 ? 1 : drawn < 0.7 ? -1 : 0
      const start = before === undefined ? 0 : before.start + before.move
      const volatility = dailyVolatility * (0.6 + 0.8 * next()) * (regime === 0 ? 0.6 : 1)
      const drift = 0.6 * regime * volatility
      days.push({ start, move: drift + bell(next) * volatility * 0.6 - pull * start, regime, volatility })
    }
    return days[day]!
  }

  const round = (price: number): number => Math.max(1, Math.round(price * perTick)) / perTick

  const build = (day: number): ReadonlyArray<RawBar> => {
    const { move, regime, start, volatility } = dayOf(day)
    const next = generator(day, 1)
    const spread = volatility / Math.sqrt(barsOfDay)
    // The free walk: choppy days are pulled back to their line, trending ones wander.
    const path = new Float64Array(barsOfDay + 1)
    const keep = regime === 0 ? 0.97 : 1
    for (let index = 1; index <= barsOfDay; index++) {
      path[index] = path[index - 1]! * keep + bell(next) * spread
    }
    const slant = (move - path[barsOfDay]!) / barsOfDay
    const midnight = simEpoch + day * barsOfDay * step
    const bars: Array<RawBar> = []
    let open = round(base * Math.exp(start))
    for (let index = 0; index < barsOfDay; index++) {
      const close = round(base * Math.exp(start + path[index + 1]! + slant * (index + 1)))
      const reach = spread * 0.8
      const high = round(Math.max(open, close) * (1 + reach * next() * next()))
      const low = round(Math.min(open, close) * (1 - reach * next() * next()))
      const volume = Math.round(1000 * (0.5 + next()) * (1 + 40 * Math.abs(close / open - 1) / spread * 0.1))
      bars.push({ openTime: midnight + index * step, open, high, low, close, volume })
      open = close
    }
    return bars
  }

  return {
    tick: 1 / perTick,
    dayBars: (day) => {
      if (held?.day !== day) held = { day, bars: build(day) }
      return held.bars
    }
  }
}

/** Walks of prices for judges to look at. */
import type { Bar } from "@dgas/domain/Bar"

/** Numbers of [0, 1) that are the same for the same seed. */
export const random = (seed: number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A walk with a drift that changes now and then and now and then a gap, from `from` on. */
export const walk = (seed: number, count: number, from: number, step: number): ReadonlyArray<Bar> => {
  const next = random(seed)
  let price = 1000
  let drift = 0
  return Array.from({ length: count }, (_, index): Bar => {
    if (index % 90 === 0) drift = (next() - 0.5) * 1.2
    const open = price + (next() - 0.5) * (next() < 0.03 ? 12 : 0.3)
    const close = open + drift + (next() - 0.5) * 3
    price = close
    return {
      openTime: from + index * step,
      closeTime: from + (index + 1) * step,
      open,
      high: Math.max(open, close) + next(),
      low: Math.min(open, close) - next(),
      close,
      volume: 1
    }
  })
}

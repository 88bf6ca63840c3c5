/** Chance that a seed repeats: the same seed gives the same draws in the same order, on every machine. */

export interface Dice {
  /** A whole number with `from` <= it <= `to`. */
  readonly between: (from: number, to: number) => number
  readonly one: <A>(of: readonly [A, ...ReadonlyArray<A>]) => A
  readonly shuffled: <A>(of: ReadonlyArray<A>) => ReadonlyArray<A>
}

/** mulberry32. */
export const diceOf = (seed: number): Dice => {
  let state = seed | 0
  const next = (): number => {
    state = state + 0x6d2b79f5 | 0
    let value = Math.imul(state ^ state >>> 15, 1 | state)
    value = value + Math.imul(value ^ value >>> 7, 61 | value) ^ value
    return ((value ^ value >>> 14) >>> 0) / 4_294_967_296
  }
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    between,
    one: (of) => of[between(0, of.length - 1)] ?? of[0],
    shuffled: (of) => {
      const left = [...of]
      for (let last = left.length - 1; last > 0; last--) {
        const other = between(0, last)
        const held = left[last]!
        left[last] = left[other]!
        left[other] = held
      }
      return left
    }
  }
}

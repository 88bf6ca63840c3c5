/**
 * Chance from a seed: the same seed gives the same numbers on every machine.
 *
 * xoshiro128**, its state filled by splitmix32. Not for secrets.
 * Source: Blackman and Vigna, Scrambled Linear Pseudorandom Number Generators (2021).
 */

export interface Chance {
  /** From 0 on, below 1, in steps of 2^-32. */
  readonly unit: () => number
  /** A whole number from 0 on, below `n`; `n` at most 2^32. */
  readonly below: (n: number) => number
}

const rotated = (x: number, by: number) => x << by | x >>> 32 - by

export const chanceOf = (seed: number): Chance => {
  let filling = seed | 0
  const word = () => {
    filling = filling + 0x9e3779b9 | 0
    let mixed = filling ^ filling >>> 16
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed = mixed ^ mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return mixed ^ mixed >>> 15
  }
  let a = word()
  let b = word()
  let c = word()
  let d = word()

  const unit = () => {
    const given = Math.imul(rotated(Math.imul(b, 5), 7), 9)
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotated(d, 11)
    return (given >>> 0) / 2 ** 32
  }
  return { unit, below: (n) => Math.floor(unit() * n) }
}

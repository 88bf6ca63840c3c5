/** What does not fit is left out by whole rows, from the end, and how many are is said. */

export interface Fitting<A> {
  readonly shown: ReadonlyArray<A>
  /** How many rows were left out. */
  readonly left: number
}

/**
 * The first of `rows` whose sizes fit into `room` together, `most` at most. Whoever says `moreText` has to have kept room
 * for it, see `moreRoom`.
 */
export const wholeRows = <A>(
  rows: ReadonlyArray<A>,
  size: (row: A) => number,
  room: number,
  most = Infinity
): Fitting<A> => {
  let used = 0
  const over = rows.findIndex((row, index) => {
    used += size(row)
    return index >= most || used > room
  })
  const count = over === -1 ? rows.length : over
  return { shown: rows.slice(0, count), left: rows.length - count }
}

/** `and 3 more signals, see report signals`; nothing when none was left out. */
export const moreText = (left: number, what: keyof typeof elsewhere): ReadonlyArray<string> =>
  left === 0 ? [] : [`and ${left} more ${what}${left === 1 ? "" : "s"}${elsewhere[what]}`]

const elsewhere = {
  "signal": ", see report signals",
  "outcome": ", see report outcomes",
  "level event": ", see report events",
  "line": ""
}

/** Longer than any `moreText`. */
export const moreRoom = 60

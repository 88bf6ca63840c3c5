/** A series as one line of text: eight heights, from the lowest value to the highest. */

const heights = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const

/**
 * At most `width` columns; a longer series is told by the mean of each of `width` stretches. A value that is null is a
 * gap; a series that does not move is shown at half height.
 */
export const sparkline = (values: ReadonlyArray<number | null>, width: number): string => {
  const shown = values.length <= width ? values : stretches(values, width)
  const known = shown.filter((value) => value !== null)
  const lowest = known.reduce((least, value) => Math.min(least, value), Infinity)
  const span = known.reduce((most, value) => Math.max(most, value), -Infinity) - lowest
  const step = (value: number) => span === 0 ? 3 : Math.round((value - lowest) / span * (heights.length - 1))
  return shown.map((value) => value === null ? " " : heights[step(value)] ?? "").join("")
}

const stretches = (values: ReadonlyArray<number | null>, width: number): ReadonlyArray<number | null> =>
  Array.from({ length: width }, (_, at) => {
    const within = values.slice(Math.floor(at * values.length / width), Math.floor((at + 1) * values.length / width))
    const known = within.filter((value) => value !== null)
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
  })

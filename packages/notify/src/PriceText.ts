/** Prices as people read them. Programs get the number itself. */

const decimalsOf = (tick: number): number => {
  const [mantissa, exponent] = tick.toExponential().split("e")
  return Math.max(0, (mantissa!.split(".")[1]?.length ?? 0) - Number(exponent))
}

/**
 * A price with the decimals of its tick. Without a tick six significant digits are shown, at least two of them
 * after the point, so that prices of one instrument line up.
 */
export const priceText = (price: number, tick: number | null): string =>
  price.toFixed(
    tick === null
      ? Math.max(2, 5 - Math.floor(Math.log10(Math.abs(price) || 1)))
      : decimalsOf(tick)
  )

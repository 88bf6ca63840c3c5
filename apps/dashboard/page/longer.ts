/** A chart of two timeframes at once: dot and envelope of longer bars over the shorter ones. */
/** Dot and envelope of longer bars, as they were known when the bar that opens at `at` began. */
export interface PriceStep {
  readonly at: number
  readonly dot: number | null
  readonly envelopeTop: number | null
  readonly envelopeBottom: number | null
}

interface Short {
  readonly openTime: string
}

interface Long {
  readonly closeTime: string
  readonly dot: number | null
  readonly envelopeTop: number | null
  readonly envelopeBottom: number | null
}

const nothing = { dot: null, envelopeTop: null, envelopeBottom: null }

/** At each of `bars` what the last of `longer` says that had closed when it began: nothing of what came later. Both oldest first. */
export const stepsOver = (bars: ReadonlyArray<Short>, longer: ReadonlyArray<Long>): ReadonlyArray<PriceStep> => {
  let next = 0
  return bars.map(({ openTime }) => {
    const at = Date.parse(openTime)
    while (next < longer.length && Date.parse(longer[next]?.closeTime ?? "") <= at) next++
    const { dot, envelopeBottom, envelopeTop } = longer[next - 1] ?? nothing
    return { at, dot, envelopeTop, envelopeBottom }
  })
}
